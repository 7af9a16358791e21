/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/browser.c - Asks, reads answers and messages, signs in. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

static json_t *last_answer;

struct waiting {
	struct ops_reply reply;
	json_t *answer;
	unsigned answers;
};

static void answered(struct ops_reply *reply, const json_t *answer)
{
	struct waiting *w = container_of(reply, struct waiting, reply);

	w->answers++;
	w->answer = json_incref((json_t *)answer);
}

static void take_over(struct rig *r, const json_t *answer)
{
	const char *token = json_string_value(json_object_get(answer, "token"));
	const char *csrf;

	csrf = json_string_value(json_object_get(json_object_get(answer, "out"), "csrf"));
	if (token)
		snprintf(r->token, sizeof(r->token), "%s", token);
	if (csrf)
		snprintf(r->csrf, sizeof(r->csrf), "%s", csrf);
}

static const json_t *ask(struct rig *r, enum ops_front front, const char *op, json_t *in)
{
	struct waiting w = { .reply = { .answered = answered } };
	json_t *request;

	assert_non_null(in);
	request = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o}", "id", (int)++r->asked,
			    "op", op, "session", r->token, "csrf", r->csrf, "source",
			    r->source, "user_agent", "test", "in", in);
	ops_ask(r->ops, request, -1, front, &w.reply);
	json_decref(request);
	fake_loop_run(r->loop, &r->clock, 0);
	assert_int_equal(w.answers, 1);
	assert_int_equal(json_integer_value(json_object_get(w.answer, "id")), r->asked);
	if (front == OPS_WEB)
		take_over(r, w.answer);
	json_decref(last_answer);
	last_answer = w.answer;
	return w.answer;
}

const json_t *rig_ask(struct rig *r, const char *op, const char *fmt, ...)
{
	va_list ap;
	json_t *in;

	va_start(ap, fmt);
	in = json_vpack_ex(NULL, 0, fmt, ap);
	va_end(ap);
	return ask(r, OPS_WEB, op, in);
}

const json_t *rig_operate(struct rig *r, const char *op, const char *fmt, ...)
{
	va_list ap;
	json_t *in;

	va_start(ap, fmt);
	in = json_vpack_ex(NULL, 0, fmt, ap);
	va_end(ap);
	return ask(r, OPS_ADMIN, op, in);
}

const char *rig_error(const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const char *code = json_string_value(json_object_get(error, "code"));

	if (error)
		assert_true(json_integer_value(json_object_get(error, "http")) >= 400);
	return code ? code : "";
}

static const json_t *member(const json_t *answer, const char *name)
{
	const json_t *out = json_object_get(answer, "out");

	if (!out)
		out = json_object_get(answer, "error");
	return json_object_get(out, name);
}

const char *rig_text(const json_t *answer, const char *name)
{
	const char *text = json_string_value(member(answer, name));

	return text ? text : "";
}

json_int_t rig_number(const json_t *answer, const char *name)
{
	return json_integer_value(member(answer, name));
}

/* Lines of the console; the last one into dst. */
static unsigned read_console(struct rig *r, char *dst, size_t cap)
{
	static char bytes[65536];
	ssize_t n = pread(r->console, bytes, sizeof(bytes) - 1, 0);
	unsigned count = 0;

	assert_true(n >= 0);
	bytes[n] = '\0';
	dst[0] = '\0';
	for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n")) {
		snprintf(dst, cap, "%s", line);
		count++;
	}
	return count;
}

unsigned rig_messages(struct rig *r)
{
	char line[1000];

	return read_console(r, line, sizeof(line));
}

const char *rig_message(struct rig *r)
{
	static char line[1000];

	read_console(r, line, sizeof(line));
	return line;
}

/* Six digits in a row that are no part of a longer number. */
static const char *find_code(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (strspn(p, "0123456789") == 6 &&
		    (p == text || !strchr("0123456789", p[-1])))
			return p;
	}
	return NULL;
}

const char *rig_code(struct rig *r)
{
	static char code[7];
	const char *text = strstr(rig_message(r), "text=");
	const char *found = text ? find_code(text) : NULL;

	assert_non_null(found);
	snprintf(code, sizeof(code), "%.6s", found);
	return code;
}

const char *rig_wrong_code(struct rig *r)
{
	static char wrong[7];

	snprintf(wrong, sizeof(wrong), "%s", rig_code(r));
	wrong[0] = wrong[0] == '9' ? '0' : (char)(wrong[0] + 1);
	return wrong;
}

void rig_sign_in(struct rig *r, const char *login)
{
	r->token[0] = r->csrf[0] = '\0';
	assert_string_equal(rig_error(rig_ask(r, "session.open", "{s:s, s:s}", "login",
					      login, "password", PASSWORD)),
			    "");
	assert_string_equal(
		rig_error(rig_ask(r, "session.code", "{s:s}", "code", rig_code(r))), "");
}

void rig_consent(struct rig *r, const char *number)
{
	assert_string_equal(rig_error(rig_ask(r, "consent.record", "{s:s, s:s}", "number",
					      number, "version", "current")),
			    "");
}

void rig_create(struct rig *r, const char *number, const char *label,
		char dst[ID_TEXT_SIZE])
{
	const json_t *answer;
	char action[40];

	answer = rig_ask(r, "credential.create", "{s:s, s:s}", "number", number, "label",
			 label);
	assert_string_equal(rig_error(answer), "step_up_required");
	snprintf(action, sizeof(action), "%s", rig_text(answer, "action"));
	answer = rig_ask(r, "credential.create", "{s:s, s:s, s:s, s:s}", "number", number,
			 "label", label, "action", action, "code", rig_code(r));
	assert_string_equal(rig_error(answer), "");
	snprintf(dst, ID_TEXT_SIZE, "%s", rig_text(answer, "id"));
}
