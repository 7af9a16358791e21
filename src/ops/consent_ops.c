/* SPDX-License-Identifier: Apache-2.0 */
/* ops/consent_ops.c - consent.get, consent.record: who accepted which terms when. */

#include "base/id.h"
#include "ops/consent.h"
#include "ops/json.h"
#include "ops/record.h"
#include "ops/run.h"
#include "ops/scope.h"

struct consenting {
	struct line_row line;
	struct consent_row row;
	struct event_row event;
};

void op_consent_get(struct op_call *call)
{
	char language[ROW_LANGUAGE_SIZE];

	text_copy(language, sizeof(language), text_of(call->language));
	if (op_text(call, "language").len > 0)
		text_copy(language, sizeof(language), op_text(call, "language"));
	if (call->ops->cfg.consent)
		op_answer(call, json_copy((json_t *)consent_text(call->ops->cfg.consent,
								 language)));
	else
		op_fail(call, OP_NEEDS_SERVER);
}

static int write_consent(struct store_db *db, struct op_call *call)
{
	struct consenting *c = call->state;
	int error = scope_line(db, call, &c->line);

	if (error)
		return error;
	c->row.customer_id = c->line.customer_id;
	c->row.line_id = c->line.id;
	c->event.line_id = c->line.id;
	error = store_consent_put(db, &c->row);
	if (!error)
		error = store_event_put(db, &c->event);
	return error ? error : store_changed(db, "line", c->line.id);
}

static void consent_written(struct op_call *call, int status)
{
	struct consenting *c = call->state;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	if (call->ops->cfg.events)
		event_notify(call->ops->cfg.events, c->line.customer_id, c->line.number,
			     "events");
	op_answer(call, json_pack("{s:s, s:o, s:s, s:s}", "version", c->row.version,
				  "accepted_at", json_of_time(c->row.accepted_at),
				  "login", call->who, "reach", c->row.reach));
}

static bool is_current(const struct op_call *call, struct text version)
{
	return text_eq(version, TEXT("current")) ||
	       text_eq(version, text_of(call->ops->cfg.consent->version));
}

static void fill(struct op_call *call, struct consenting *c)
{
	struct text reach = op_text(call, "reach");
	char text[ROW_TEXT_SIZE];
	struct buf b = BUF_FIXED(text);

	c->row.id = id_new(call->ops->cfg.ids);
	c->row.login_id = call->login_id;
	c->row.accepted_at = op_now_us(call);
	text_copy(c->row.version, sizeof(c->row.version),
		  text_of(call->ops->cfg.consent->version));
	text_copy(c->row.language, sizeof(c->row.language), text_of(call->language));
	text_copy(c->row.reach, sizeof(c->row.reach), reach.len ? reach : TEXT("europe"));
	buf_printf(&b, "Terms %s accepted, reach %s.", c->row.version, c->row.reach);
	op_record_row(call, "consent_recorded", 0, text, &c->event);
}

void op_consent_record(struct op_call *call)
{
	struct consenting *c;

	if (!call->ops->cfg.consent) {
		op_fail(call, OP_NEEDS_SERVER);
		return;
	}
	if (!is_current(call, op_text(call, "version"))) {
		op_fail_with(
			call, OP_CONSENT_OLD,
			json_pack("{s:s}", "version", call->ops->cfg.consent->version));
		return;
	}
	c = op_state(call, sizeof(*c), NULL);
	if (!c)
		return;
	fill(call, c);
	op_store(call, STORE_WRITE, write_consent, consent_written);
}
