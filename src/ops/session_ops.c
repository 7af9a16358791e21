/* SPDX-License-Identifier: Apache-2.0 */
/* ops/session_ops.c - session.code, .resend, .get, .close: the second factor and what
 * comes after. */

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ops/message.h"
#include "ops/record.h"
#include "ops/run.h"
#include "ops/signin.h"
#include "ops/step_up.h"

/* Who has only the password is not told whose it is. */
static json_t *describe(const struct session *s, const struct ops *o)
{
	bool active = s->state == SESSION_ACTIVE;
	char mask[MESSAGE_MASK_SIZE];

	return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s}", "login",
			 active ? s->login : NULL, "customer_name",
			 active ? s->customer_name : NULL, "language",
			 active ? s->language : NULL, "second_factor",
			 active ? NULL : "sms", "csrf", s->csrf, "state",
			 active ? "active" : "pending", "mobile_masked",
			 message_mask(mask, text_of(s->mobile), o->cfg.country));
}

void op_session_get(struct op_call *call)
{
	op_answer(call, describe(op_session(call), call->ops));
}

void op_session_close(struct op_call *call)
{
	op_record(call, "session_closed", 0, "Signed out.");
	session_close(&call->ops->sessions, op_session(call));
	op_set_token(call, "");
	op_answer(call, json_object());
}

static int note_login(struct store_db *db, struct op_call *call)
{
	struct login_row login;
	int error = store_login_get(db, call->login_id, &login);

	if (error)
		return error;
	login.last_login_at = op_now_us(call);
	return store_login_put(db, &login);
}

static void login_noted(struct op_call *call, int status)
{
	struct session *s = op_session(call);

	if (status)
		op_fail_errno(call, status);
	else if (!s)
		op_fail(call, OP_SIGN_IN_REQUIRED);
	else
		op_answer(call, describe(s, call->ops));
}

static void activate(struct op_call *call, struct session *s)
{
	char token[SESSION_TOKEN_SIZE], key[SIGNIN_KEY_SIZE];
	struct ops *o = call->ops;

	throttle_know(&o->throttle, signin_known_key(s, key),
		      clock_mono_us(o->cfg.clock));
	session_activate(&o->sessions, s, token);
	memcpy(call->session_hash, s->hash, sizeof(call->session_hash));
	op_set_token(call, token);
	sodium_memzero(token, sizeof(token));
	op_record(call, "session_opened", 0, "Signed in with password and code.");
	op_store(call, STORE_WRITE, note_login, login_noted);
}

void op_session_code(struct op_call *call)
{
	struct session *s = op_session(call);

	if (step_up_check(call, s, &s->code, TEXT("sign-in")))
		activate(call, s);
}

static void resent(struct op_call *call, struct message_job *job, int status)
{
	if (status)
		op_fail(call, OP_SMS_FAILED);
	else
		op_answer(call, json_object());
}

void op_session_resend(struct op_call *call)
{
	struct session *s = op_session(call);
	struct ops *o = call->ops;
	int64_t now_us = clock_mono_us(o->cfg.clock);
	uint32_t wait_s = code_resend_wait_s(&s->code, now_us);
	char digits[CODE_DIGITS + 1];
	struct message m = { .kind = MESSAGE_SIGN_IN, .digits = digits };
	struct message_job *job;

	if (wait_s) {
		op_fail_with(call,
			     wait_s == UINT32_MAX ? OP_CODE_LOCKED : OP_TOO_MANY_MESSAGES,
			     wait_s == UINT32_MAX
				     ? NULL
				     : json_pack("{s:i}", "retry_after_s", (int)wait_s));
		return;
	}
	job = op_state(call, sizeof(*job), NULL);
	if (!job)
		return;
	code_make(&s->code, o->code_key, o->cfg.random, TEXT("sign-in"), o->cfg.code_s,
		  now_us, digits);
	message_send(call, job, s, &m, resent);
	sodium_memzero(digits, sizeof(digits));
}
