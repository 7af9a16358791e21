/* SPDX-License-Identifier: Apache-2.0 */
/* ops/signin.c - session.open: login and password, then a code by SMS. The same answer
 * after the same work, whatever was wrong: an unknown login's password is checked against
 * a hash that nothing fits. */

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "net/addr.h"
#include "ops/message.h"
#include "ops/record.h"
#include "ops/run.h"
#include "ops/signin.h"

/* argon2id of a password that was thrown away; with the cost that import uses. */
const char SIGNIN_NOBODY[] = "$argon2id$v=19$m=65536,t=2,p=1$"
			     "2RHKTbGxyEJ4nUNoSbPbzA$"
			     "pM9Cq8uZrKq2T3bD0xq3n2R8N0pWm6bq4q0V7yKpZ5E";

struct signin {
	char name[ROW_NAME_SIZE]; /* as typed, in lower case */
	struct login_row login;
	struct customer_row customer;
	bool found;
	bool right;
	unsigned logins_changed; /* when this began */
	struct op_call *call;
	struct pool_job verify;
	struct message_job message;
	uint8_t session[SESSION_HASH_SIZE];
};

struct text signin_source(const char *source, char dst[ADDR_TEXT_SIZE])
{
	struct addr a;

	if (addr_decode(text_of(source), 0, &a) == 0 && a.family == AF_INET6)
		memset(a.ip + 8, 0, 8); /* one household is one /64 */
	else
		return text_of(source);
	return text_of(addr_encode_host(dst, &a, false));
}

static void lower(char *s)
{
	for (; *s; s++) {
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	}
}

static struct text known_key(const char *name, const char *source,
			     char dst[SIGNIN_KEY_SIZE])
{
	char storage[ADDR_TEXT_SIZE];
	struct text s = signin_source(source, storage);

	snprintf(dst, SIGNIN_KEY_SIZE, "%.*s %s", TEXT_ARG(s), name);
	lower(dst);
	return text_of(dst);
}

struct text signin_known_key(const struct session *s, char dst[SIGNIN_KEY_SIZE])
{
	return known_key(s->login, s->source, dst);
}

/* Which bucket counts a login's attempts from here. */
static enum throttle_kind bucket(struct op_call *call, const struct signin *in,
				 char key[SIGNIN_KEY_SIZE])
{
	struct text known = known_key(in->name, call->source, key);

	if (throttle_knows(&call->ops->throttle, known))
		return THROTTLE_KNOWN;
	snprintf(key, SIGNIN_KEY_SIZE, "%s", in->name);
	return THROTTLE_LOGIN;
}

static unsigned throttled(struct op_call *call, const struct signin *in)
{
	int64_t now_us = clock_mono_us(call->ops->cfg.clock);
	char source[ADDR_TEXT_SIZE], key[SIGNIN_KEY_SIZE];
	enum throttle_kind kind;
	unsigned wait_s;

	wait_s = throttle_take(&call->ops->throttle, THROTTLE_SOURCE,
			       signin_source(call->source, source), now_us);
	if (wait_s)
		return wait_s;
	kind = bucket(call, in, key);
	return throttle_take(&call->ops->throttle, kind, text_of(key), now_us);
}

static void passed(struct op_call *call, const struct signin *in)
{
	char source[ADDR_TEXT_SIZE], key[SIGNIN_KEY_SIZE];
	enum throttle_kind kind = bucket(call, in, key);

	throttle_passed(&call->ops->throttle, THROTTLE_SOURCE,
			signin_source(call->source, source));
	throttle_passed(&call->ops->throttle, kind, text_of(key));
}

static void code_sent(struct op_call *call, struct message_job *job, int status)
{
	struct signin *in = call->state;
	struct session *s = session_by_hash(&call->ops->sessions, in->session);
	char mask[MESSAGE_MASK_SIZE];

	if (status || !s) {
		if (s)
			session_close(&call->ops->sessions, s);
		call->token_set = false;
		op_fail(call, OP_SMS_FAILED);
		return;
	}
	op_record(call, "code_sent", 0, "A sign-in code was sent by SMS.");
	op_answer(call, json_pack("{s:s, s:s, s:s}", "second_factor", "sms", "csrf",
				  s->csrf, "mobile_masked",
				  message_mask(mask, text_of(s->mobile),
					       call->ops->cfg.country)));
}

static void open_session(struct op_call *call)
{
	struct signin *in = call->state;
	struct ops *o = call->ops;
	struct session *old = op_session(call), *s;
	char token[SESSION_TOKEN_SIZE], digits[CODE_DIGITS + 1];
	struct message m = { .kind = MESSAGE_SIGN_IN, .digits = digits };

	if (old)
		session_close(&o->sessions, old);
	s = session_open(&o->sessions, &in->login, in->customer.name, call->source,
			 token);
	if (!s) {
		op_fail(call, OP_BUSY);
		return;
	}
	call->customer_id = s->customer_id;
	call->login_id = s->login_id;
	text_copy(call->who, sizeof(call->who), text_of(s->login));
	memcpy(in->session, s->hash, sizeof(in->session));
	code_make(&s->code, o->code_key, o->cfg.random, TEXT("sign-in"), o->cfg.code_s,
		  clock_mono_us(o->cfg.clock), digits);
	op_set_token(call, token);
	if (!message_send(call, &in->message, s, &m, code_sent))
		session_close(&o->sessions, s);
	sodium_memzero(digits, sizeof(digits));
	sodium_memzero(token, sizeof(token));
}

static void refuse(struct op_call *call)
{
	struct signin *in = call->state;
	char name[80], source[ADDR_TEXT_SIZE + 2];

	log_info("sign_in login=%s result=wrong_login src=%s",
		 log_text(name, sizeof(name), text_of(in->name)),
		 log_text(source, sizeof(source), text_of(call->source)));
	call->customer_id = in->found ? in->login.customer_id : 0;
	if (in->found) {
		text_copy(call->who, sizeof(call->who), text_of(in->login.name));
		op_record(call, "wrong_password", 0, "Signing in with a wrong password.");
	}
	op_fail(call, OP_WRONG_LOGIN);
}

static void verify(struct pool_job *job)
{
	struct signin *in = container_of(job, struct signin, verify);
	bool real = in->found && in->login.password_hash[0] && !in->login.disabled;
	struct text password = op_text(in->call, "password");

	in->right =
		crypto_pwhash_str_verify(real ? in->login.password_hash : SIGNIN_NOBODY,
					 password.p, password.len) == 0 &&
		real;
}

static void verified(struct pool_job *job)
{
	struct signin *in = container_of(job, struct signin, verify);
	struct op_call *call = in->call;

	if (!in->right) {
		refuse(call);
		return;
	}
	passed(call, in);
	/* What was verified may not be the login's password any more. */
	if (in->logins_changed != call->ops->logins_changed)
		op_fail(call, OP_BUSY);
	else
		open_session(call);
}

static int read_login(struct store_db *db, struct op_call *call)
{
	struct signin *in = call->state;
	int error = store_login_by_name(db, in->name, &in->login);

	if (error && error != -ENOENT)
		return error;
	in->found = error == 0;
	error = store_customer_get(db, in->found ? in->login.customer_id : 1,
				   &in->customer);
	return error == -ENOENT ? 0 : error;
}

static void login_read(struct op_call *call, int status)
{
	struct signin *in = call->state;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	in->verify = (struct pool_job){ .work = verify, .done = verified };
	if (pool_submit(call->ops->cfg.pool, call->ops->cfg.loop, &in->verify))
		op_fail(call, OP_BUSY);
}

void op_session_open(struct op_call *call)
{
	struct signin *in = op_state(call, sizeof(*in), NULL);
	unsigned wait_s;

	if (!in)
		return;
	in->call = call;
	in->logins_changed = call->ops->logins_changed;
	text_copy(in->name, sizeof(in->name), op_text(call, "login"));
	lower(in->name);
	wait_s = throttled(call, in);
	if (wait_s)
		op_fail_with(call, OP_TOO_MANY_ATTEMPTS,
			     json_pack("{s:i}", "retry_after_s", (int)wait_s));
	else
		op_store(call, STORE_READ, read_login, login_read);
}
