/* SPDX-License-Identifier: Apache-2.0 */
/* ops/request.c - Who asks what: the checks that no operation has to make itself. */

#include "ops/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/call.h"

static const char *const request_members[] = { "id",     "op",         "session", "csrf",
					       "source", "user_agent", "in" };

static bool known_members(const json_t *request)
{
	const char *name;
	json_t *value;
	bool known;

	json_object_foreach ((json_t *)request, name, value) {
		known = false;
		for (size_t i = 0; i < sizeof(request_members) / sizeof(char *); i++)
			known = known || strcmp(name, request_members[i]) == 0;
		if (!known)
			return false;
	}
	return true;
}

static struct text member(const json_t *request, const char *name)
{
	const json_t *v = json_object_get(request, name);

	if (!json_is_string(v))
		return TEXT_NONE;
	return (struct text){ json_string_value(v), json_string_length(v) };
}

/* Peer text goes into fixed fields, cut where it is too long. */
static void take(char *dst, size_t cap, struct text t)
{
	t = text_sub(t, 0, cap - 1);
	while (t.len > 0 && !text_is_utf8(t))
		t.len--;
	text_copy(dst, cap, t);
}

static void take_session(struct op_call *call, const struct session *s)
{
	call->has_session = true;
	memcpy(call->session_hash, s->hash, sizeof(call->session_hash));
	call->customer_id = s->customer_id;
	call->login_id = s->login_id;
	text_copy(call->who, sizeof(call->who), text_of(s->login));
	text_copy(call->language, sizeof(call->language), text_of(s->language));
}

/* The mask of what the caller is. */
static unsigned caller(struct op_call *call, const json_t *request, enum ops_front front,
		       struct session **session)
{
	*session = NULL;
	if (front == OPS_ADMIN) {
		call->by_operator = true;
		text_copy(call->who, sizeof(call->who), TEXT("cli"));
		return OP_OPERATOR;
	}
	*session = session_find(&call->ops->sessions, member(request, "session"));
	if (!*session)
		return OP_ANYONE;
	take_session(call, *session);
	return OP_ANYONE |
	       ((*session)->state == SESSION_ACTIVE ? OP_CUSTOMER : OP_PENDING);
}

static bool changes_something(const struct op *op)
{
	return !op->method || strcmp(op->method, "GET") != 0;
}

static enum op_error check_caller(struct op_call *call, const json_t *request,
				  enum ops_front front)
{
	struct session *session;
	unsigned is = caller(call, request, front, &session);

	if (!(call->op->who & is)) {
		if (front == OPS_ADMIN || !(call->op->who & (OP_CUSTOMER | OP_PENDING)))
			return OP_NOT_ALLOWED;
		return session && session->state == SESSION_PENDING
			       ? OP_SECOND_FACTOR_REQUIRED
			       : OP_SIGN_IN_REQUIRED;
	}
	if (session && !(call->op->who & OP_ANYONE) && changes_something(call->op) &&
	    !text_eq_secret(text_of(session->csrf), member(request, "csrf")))
		return OP_CSRF;
	return 0;
}

static json_t *field_error(const char *field, const char *why)
{
	return json_pack("{s:s, s:s}", "field", field, "expected", why);
}

static void run(struct op_call *call, const json_t *request, enum ops_front front)
{
	json_t *in = json_object_get(request, "in");
	char why[OP_WHY_SIZE];
	const char *field;
	enum op_error e;

	call->op = op_by_name(member(request, "op"));
	if (!call->op || !known_members(request) || (in && !json_is_object(in))) {
		op_fail(call, call->op ? OP_BAD_REQUEST : OP_NOT_FOUND);
		return;
	}
	call->in = in ? json_incref(in) : json_object();
	e = check_caller(call, request, front);
	if (e) {
		op_fail(call, e);
		return;
	}
	if (op_fields_check(call->op->in, call->in, call->by_operator, &field, why)) {
		op_fail_with(call, OP_BAD_FIELD, field_error(field, why));
		return;
	}
	if (call->op->live && !call->ops->cfg.edge)
		op_fail(call, OP_NEEDS_SERVER);
	else
		call->op->run(call);
}

void ops_ask(struct ops *o, const json_t *request, int file, enum ops_front front,
	     struct ops_reply *reply)
{
	struct op_call *call = calloc(1, sizeof(*call));

	reply->call = call;
	if (!call) {
		if (file >= 0)
			close(file);
		reply->answered(reply, NULL);
		return;
	}
	call->ops = o;
	call->reply = reply;
	call->id = json_integer_value(json_object_get(request, "id"));
	call->file = file;
	list_init(&call->node);
	list_append(&o->calls, &call->node);
	take(call->source, sizeof(call->source), member(request, "source"));
	take(call->user_agent, sizeof(call->user_agent), member(request, "user_agent"));
	run(call, request, front);
}
