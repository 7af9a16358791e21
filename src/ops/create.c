/* SPDX-License-Identifier: Apache-2.0 */
/* ops/create.c - credential.create: for an eligible line whose customer has accepted the
 * terms, with a code that names the action; the answer is the only time that anybody sees
 * the password. */

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "account/eligible.h"
#include "base/log.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"
#include "ops/step_up.h"

enum { LIVE_CREDENTIALS_MAX = 10 };

struct creating {
	struct line_row line;
	struct customer_row customer;
	struct consent_row consent;
	bool consented;
	unsigned live;
	struct message_job message;
};

static int count_live(void *arg, const struct credential_row *row)
{
	struct creating *c = arg;

	c->live += row->kind == CREDENTIAL_DEVICE && row->status != CREDENTIAL_REVOKED;
	return 0;
}

static int read_line(struct store_db *db, struct op_call *call)
{
	struct creating *c = call->state;
	int error = scope_line(db, call, &c->line);

	c->live = 0;
	if (!error)
		error = store_customer_get(db, c->line.customer_id, &c->customer);
	if (!error)
		error = store_credential_each(db, c->line.id, count_live, c);
	if (error)
		return error;
	error = store_consent_latest(db, c->line.customer_id, c->line.id, &c->consent);
	c->consented = error == 0;
	return error == -ENOENT ? 0 : error;
}

static bool wants_router(const struct op_call *call)
{
	return text_eq(op_text(call, "kind"), TEXT("router"));
}

static bool may_create(struct op_call *call)
{
	const struct creating *c = call->state;
	enum eligibility e = account_eligible(call->ops->cfg.book, &c->line,
					      c->customer.segment, op_today(call), NULL);

	if (e != ELIGIBLE && !wants_router(call))
		op_fail_with(call, OP_NOT_ELIGIBLE,
			     json_pack("{s:s, s:s}", "reason",
				       account_eligibility_code(e), "reason_text",
				       account_eligibility_text(e)));
	else if (c->line.frozen)
		op_fail(call, OP_LINE_FROZEN);
	else if (!c->consented && !call->by_operator)
		op_fail(call, OP_CONSENT_REQUIRED);
	else if (c->live >= LIVE_CREDENTIALS_MAX && !wants_router(call))
		op_fail(call, OP_TOO_MANY_CREDENTIALS);
	else
		return true;
	return false;
}

/* For those who scan instead of typing, until provisioning links exist. */
static json_t *uri_json(const struct ops *o, const struct account_created *c,
			const char *proxy)
{
	struct buf b = BUF_SECRET;
	json_t *j;

	buf_printf(&b, "sip:%s@%s;transport=udp?auth_name=%s&password=%s&proxy=%s:%u",
		   c->user_name, o->cfg.domain, c->auth_name, c->password, proxy,
		   o->cfg.proxy_port);
	j = b.error ? NULL : json_stringn(b.p, b.len);
	buf_free_secret(&b);
	return j;
}

static json_t *created_json(const struct op_call *call, const struct account_created *c)
{
	const struct ops *o = call->ops;
	const char *proxy = o->cfg.proxy_host[0] ? o->cfg.proxy_host : o->cfg.domain;
	struct text label = op_text(call, "label"), profile = op_text(call, "profile");

	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s%, s:s%, s:o}",
			 "id", json_of_id(c->id), "user_name", c->user_name, "auth_name",
			 c->auth_name, "password", c->password, "domain", o->cfg.domain,
			 "realm", o->cfg.realm, "proxy", proxy, "port",
			 (int)o->cfg.proxy_port, "transport", "udp", "label", label.p,
			 label.len, "profile", profile.p ? profile.p : "generic",
			 profile.p ? profile.len : strlen("generic"), "uri",
			 uri_json(o, c, proxy));
}

static void created(void *arg, int status, struct account_created *c)
{
	struct op_call *call = arg;
	char id[ID_TEXT_SIZE];

	if (status == 0) {
		log_info("credential id=%s change=%s by=%s", id_encode(id, c->id),
			 call->op->name, call->by_operator ? "operator" : "customer");
		op_answer(call, created_json(call, c));
		account_created_free(c);
	} else if (status == -ENOSPC) {
		op_fail(call, OP_TOO_MANY_CREDENTIALS);
	} else if (status == -EPERM) {
		op_fail(call, OP_LINE_ENDED);
	} else {
		op_fail_errno(call, status);
	}
}

static void create(struct op_call *call)
{
	struct creating *c = call->state;
	struct account_actor actor = op_actor(call);
	char label[ROW_NAME_SIZE], profile[ROW_WORD_SIZE] = "generic";
	struct account_creation in = {
		.line_id = c->line.id,
		.kind = wants_router(call) ? CREDENTIAL_ROUTER : CREDENTIAL_DEVICE,
		.label = label,
		.profile = profile,
		.live_max = wants_router(call) ? 0 : LIVE_CREDENTIALS_MAX,
	};
	int error;

	text_copy(label, sizeof(label), op_text(call, "label"));
	if (op_text(call, "profile").len > 0)
		text_copy(profile, sizeof(profile), op_text(call, "profile"));
	error = account_credential_create(call->ops->cfg.desk, &in, &actor, created,
					  call);
	if (error)
		op_fail_errno(call, error);
}

static void line_read(struct op_call *call, int status)
{
	struct creating *c = call->state;
	struct message m = { .kind = MESSAGE_CREATE,
			     .number = text_of(c->line.number),
			     .label = op_text(call, "label") };

	if (status)
		op_fail_errno(call, status);
	else if (may_create(call) && step_up(call, &m, &c->message))
		create(call);
}

void op_credential_create(struct op_call *call)
{
	if (op_state(call, sizeof(struct creating), NULL))
		op_store(call, STORE_READ, read_line, line_read);
}
