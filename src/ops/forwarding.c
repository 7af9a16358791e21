/* SPDX-License-Identifier: Apache-2.0 */
/* ops/forwarding.c - line.forward.get, line.forward.set: where a line's calls go on to.
 * Whoever forwards pays, so a customer needs a fresh code for a number abroad or a dear
 * one: forwarding to such a number is how stolen access is turned into money. */

#include <errno.h>
#include <string.h>

#include "ops/json.h"
#include "ops/record.h"
#include "ops/run.h"
#include "ops/scope.h"
#include "ops/step_up.h"
#include "rating/plan.h"

static const struct {
	const char *name; /* of the field, and in the log */
	size_t at;
} kinds[FORWARD_KINDS] = {
	[FORWARD_ALWAYS] = { "always", offsetof(struct line_row, forward_always) },
	[FORWARD_BUSY] = { "busy", offsetof(struct line_row, forward_busy) },
	[FORWARD_NO_ANSWER] = { "no_answer",
				offsetof(struct line_row, forward_no_answer) },
	[FORWARD_UNREACHABLE] = { "unreachable",
				  offsetof(struct line_row, forward_unreachable) },
};

struct forwarding {
	struct line_row line;
	struct event_row event;
	char to[FORWARD_KINDS][E164_SIZE]; /* as asked for */
	bool given[FORWARD_KINDS];
	char dear[128]; /* the new ones that need a code, for its message */
	struct message_job message;
};

static char *target_of(struct line_row *row, unsigned kind)
{
	return (char *)row + kinds[kind].at;
}

static json_t *forwarding_json(struct line_row *row)
{
	int after_s = row->forward_after_s > 0 ? row->forward_after_s : FORWARD_AFTER_S;
	json_t *j = json_pack("{s:s, s:i}", "number", row->number, "no_answer_after_s",
			      after_s);

	for (unsigned k = 0; k < FORWARD_KINDS && j; k++)
		json_object_set_new(j, kinds[k].name, json_of_text(target_of(row, k)));
	return j;
}

/* What people write for a number, in E.164. "" and "off": nowhere. */
static int target_decode(const struct op_call *call, struct text in, char dst[E164_SIZE])
{
	struct destination to;

	dst[0] = '\0';
	in = text_trim(in);
	if (!in.len || text_eq(in, TEXT("off")))
		return 0;
	if (plan_resolve_text(in, call->ops->cfg.country, &to) < 0 ||
	    to.kind != DESTINATION_E164)
		return -EINVAL;
	return text_copy(dst, E164_SIZE, text_of(to.key));
}

static bool take_targets(struct op_call *call, struct forwarding *f)
{
	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		f->given[k] = json_object_get(call->in, kinds[k].name) != NULL;
		if (!f->given[k] ||
		    target_decode(call, op_text(call, kinds[k].name), f->to[k]) == 0)
			continue;
		op_fail_with(call, OP_BAD_TARGET,
			     json_pack("{s:s}", "field", kinds[k].name));
		return false;
	}
	return true;
}

/* At home, and not at a price of its own. */
static bool is_plain(const struct op_call *call, const char *number)
{
	static const char *const plain[] = { "fixed",     "mobile", "corporate",
					     "freephone", "inland", "voicemail" };
	struct destination to;
	const char *class_;

	if (plan_resolve_text(text_of(number), call->ops->cfg.country, &to) < 0)
		return false;
	class_ = plan_class(&to, call->ops->cfg.country);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strcmp(class_, plain[i]) == 0)
			return true;
	}
	return false;
}

static void list_dear(const struct op_call *call, struct forwarding *f)
{
	struct buf b = BUF_FIXED(f->dear);

	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		if (!f->given[k] || !f->to[k][0] ||
		    strcmp(f->to[k], target_of(&f->line, k)) == 0 ||
		    is_plain(call, f->to[k]))
			continue;
		buf_printf(&b, "%s%s", b.len ? ", " : "", f->to[k]);
	}
	buf_putc(&b, '\0');
}

static int write_forwarding(struct store_db *db, struct op_call *call)
{
	struct forwarding *f = call->state;
	int error = scope_line(db, call, &f->line);

	if (error)
		return error;
	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		if (f->given[k])
			memcpy(target_of(&f->line, k), f->to[k], E164_SIZE);
	}
	f->line.forward_after_s =
		(int32_t)op_count(call, "no_answer_after_s", f->line.forward_after_s);
	f->event.customer_id = f->line.customer_id;
	f->event.line_id = f->line.id;
	error = store_line_put(db, &f->line);
	if (!error)
		error = store_event_put(db, &f->event);
	return error ? error : store_changed(db, "line", f->line.id);
}

static void written(struct op_call *call, int status)
{
	struct forwarding *f = call->state;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	account_line_apply(call->ops->cfg.book, &f->line);
	if (call->ops->cfg.events)
		event_notify(call->ops->cfg.events, f->line.customer_id, f->line.number,
			     "events");
	op_answer(call, forwarding_json(&f->line));
}

/* "Forwarding of +41...: busy to +41..., no_answer off." */
static void describe(struct op_call *call, struct forwarding *f)
{
	char text[ROW_TEXT_SIZE];
	struct buf b = BUF_FIXED(text);
	const char *lead = ": ";

	buf_printf(&b, "Forwarding of %s", f->line.number);
	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		if (!f->given[k])
			continue;
		buf_printf(&b, "%s%s %s%s", lead, kinds[k].name, f->to[k][0] ? "to " : "",
			   f->to[k][0] ? f->to[k] : "off");
		lead = ", ";
	}
	buf_puts(&b, ".");
	buf_putc(&b, '\0');
	op_record_row(call, "forwarding_changed", f->line.id, text, &f->event);
}

static bool changes_nothing(const struct op_call *call, const struct forwarding *f)
{
	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		if (f->given[k])
			return false;
	}
	return !json_object_get(call->in, "no_answer_after_s");
}

static bool to_itself(const struct forwarding *f)
{
	for (unsigned k = 0; k < FORWARD_KINDS; k++) {
		if (strcmp(f->to[k], f->line.number) == 0)
			return true;
	}
	return false;
}

static int read_line(struct store_db *db, struct op_call *call)
{
	return scope_line(db, call, &((struct forwarding *)call->state)->line);
}

static void line_read(struct op_call *call, int status)
{
	struct forwarding *f = call->state;
	struct message m = { .kind = MESSAGE_FORWARD };

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	if (changes_nothing(call, f)) {
		op_answer(call, forwarding_json(&f->line));
		return;
	}
	if (to_itself(f)) {
		op_fail(call, OP_BAD_TARGET);
		return;
	}
	list_dear(call, f);
	m.number = text_of(f->line.number);
	m.label = text_of(f->dear);
	if (f->dear[0] && !step_up(call, &m, &f->message))
		return;
	describe(call, f);
	op_store(call, STORE_WRITE, write_forwarding, written);
}

void op_line_forward_set(struct op_call *call)
{
	struct forwarding *f = op_state(call, sizeof(*f), NULL);

	if (f && take_targets(call, f))
		op_store(call, STORE_READ, read_line, line_read);
}

static void shown(struct op_call *call, int status)
{
	if (status)
		op_fail_errno(call, status);
	else
		op_answer(call,
			  forwarding_json(&((struct forwarding *)call->state)->line));
}

void op_line_forward_get(struct op_call *call)
{
	if (op_state(call, sizeof(struct forwarding), NULL))
		op_store(call, STORE_READ, read_line, shown);
}
