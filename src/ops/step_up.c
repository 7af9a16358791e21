/* SPDX-License-Identifier: Apache-2.0 */
/* ops/step_up.c - A code that names one action, asked for and checked. */

#include "ops/step_up.h"

#include <sodium.h>
#include <stdio.h>

#include "ops/record.h"

static struct text codes_key(const struct op_call *call, char dst[32])
{
	snprintf(dst, 32, "%lld", (long long)call->login_id);
	return text_of(dst);
}

static void refuse(struct op_call *call, enum code_verdict verdict, unsigned tries_left)
{
	static const struct {
		enum op_error error;
		const char *text;
	} verdicts[] = {
		[CODE_WRONG] = { OP_WRONG_CODE, "A wrong code was entered." },
		[CODE_EXPIRED] = { OP_CODE_EXPIRED,
				   "An expired or used code was entered." },
		[CODE_LOCKED] = { OP_CODE_LOCKED, "Too many wrong codes were entered." },
	};

	op_record(call, "wrong_code", 0, verdicts[verdict].text);
	op_fail_with(call, verdicts[verdict].error,
		     verdict == CODE_WRONG
			     ? json_pack("{s:i}", "attempts_left", (int)tries_left)
			     : NULL);
}

/* The input's code without the blanks that people type; one character more than a code
 * has, so that what is too long stays wrong. */
static struct text typed_digits(const struct op_call *call, char dst[CODE_DIGITS + 2])
{
	struct text typed = op_text(call, "code");
	size_t n = 0;

	for (size_t i = 0; i < typed.len && n <= CODE_DIGITS; i++) {
		if (typed.p[i] != ' ' && typed.p[i] != '-')
			dst[n++] = typed.p[i];
	}
	dst[n] = '\0';
	return (struct text){ dst, n };
}

bool step_up_check(struct op_call *call, struct session *s, struct code *c,
		   struct text bound)
{
	struct ops *o = call->ops;
	int64_t now_us = clock_mono_us(o->cfg.clock);
	char key[32], digits[CODE_DIGITS + 2];
	enum code_verdict verdict = code_state(c, now_us);
	unsigned wait_s = 0;

	if (verdict == CODE_RIGHT) {
		wait_s = throttle_take(&o->throttle, THROTTLE_CODES, codes_key(call, key),
				       now_us);
		if (wait_s) {
			op_fail_with(call, OP_TOO_MANY_ATTEMPTS,
				     json_pack("{s:i}", "retry_after_s", (int)wait_s));
			return false;
		}
		verdict = code_check(c, o->code_key, bound, typed_digits(call, digits),
				     now_us);
		sodium_memzero(digits, sizeof(digits));
	}
	if (verdict != CODE_RIGHT) {
		refuse(call, verdict, code_tries_left(c));
		return false;
	}
	throttle_passed(&o->throttle, THROTTLE_CODES, codes_key(call, key));
	if (o->cfg.sms)
		sms_confirmed(o->cfg.sms, s->mobile, s->login_id);
	return true;
}

static void sent(struct op_call *call, struct message_job *job, int status)
{
	struct session *s = op_session(call);
	struct action *a = s ? action_find(s, text_of(job->action)) : NULL;
	char mask[MESSAGE_MASK_SIZE];

	if (status || !a) {
		if (a)
			action_forget(a);
		op_fail(call, OP_SMS_FAILED);
		return;
	}
	op_record(call, "code_sent", 0,
		  job->kind == MESSAGE_FORWARD
			  ? "A code for a forwarding was sent by SMS."
			  : "A code for a new credential was sent by SMS.");
	op_fail_with(
		call, OP_STEP_UP_REQUIRED,
		json_pack("{s:s, s:s, s:i}", "action", a->id, "mobile_masked",
			  message_mask(mask, text_of(s->mobile), call->ops->cfg.country),
			  "expires_s", (int)call->ops->cfg.code_s));
}

static void ask(struct op_call *call, struct session *s, struct message *m,
		struct message_job *job, const uint8_t bound[ACTION_BOUND_SIZE])
{
	char digits[CODE_DIGITS + 1];
	struct ops *o = call->ops;
	struct action *a = action_new(s, bound, o->code_key, o->cfg.random, o->cfg.code_s,
				      clock_mono_us(o->cfg.clock), digits);

	if (!a) {
		op_fail(call, OP_BUSY);
		return;
	}
	m->digits = digits;
	text_copy(job->action, sizeof(job->action), text_of(a->id));
	if (!message_send(call, job, s, m, sent))
		action_forget(a);
	sodium_memzero(digits, sizeof(digits));
}

static bool check(struct op_call *call, struct session *s,
		  const uint8_t bound[ACTION_BOUND_SIZE])
{
	struct action *a = action_find(s, op_text(call, "action"));

	if (!a || sodium_memcmp(a->bound, bound, sizeof(a->bound)) != 0) {
		op_fail(call, OP_ACTION_UNKNOWN);
		return false;
	}
	return step_up_check(call, s, &a->code, text_of(a->id));
}

bool step_up(struct op_call *call, struct message *m, struct message_job *job)
{
	struct session *s = op_session(call);
	bool has_action = op_text(call, "action").len > 0,
	     has_code = op_text(call, "code").len > 0;
	uint8_t bound[ACTION_BOUND_SIZE];

	if (call->by_operator)
		return true;
	if (!s) {
		op_fail(call, OP_SIGN_IN_REQUIRED);
		return false;
	}
	if (has_action != has_code || action_bind(call->op, call->in, bound)) {
		op_fail(call, OP_BAD_REQUEST);
		return false;
	}
	if (has_action)
		return check(call, s, bound);
	ask(call, s, m, job, bound);
	return false;
}
