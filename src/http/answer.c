/* SPDX-License-Identifier: Apache-2.0 */
/* http/answer.c - Headers for safety on everything (ASVS 3.4), bodies that are wiped. */

#include "http/answer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "ops/session.h"

enum { STREAM_BLOCK = 4096, ANSWER_BODY_MAX = 32 << 20 };

static const char no_store[] = "no-store";

static const char *const always[][2] = {
	{ "Content-Security-Policy",
	  "default-src 'self'; object-src 'none'; base-uri 'none'; "
	  "frame-ancestors 'none'; form-action 'self'; img-src 'self' data:" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Permissions-Policy",
	  "accelerometer=(), camera=(), display-capture=(), geolocation=(), "
	  "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
	  "serial=(), usb=()" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

static void finish(struct MHD_Response *r, const struct answer_rules *rules,
		   const char *type, const char *cache)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		MHD_add_response_header(r, always[i][0], always[i][1]);
	if (rules->secure)
		MHD_add_response_header(r, "Strict-Transport-Security",
					"max-age=31536000");
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Cache-Control", cache);
}

static void wipe(void *arg)
{
	struct buf *b = arg;

	buf_free_secret(b);
	free(b);
}

static int append(const char *bytes, size_t len, void *arg)
{
	struct buf *b = arg;

	if (b->len + len > ANSWER_BODY_MAX)
		return -1;
	buf_put(b, (struct text){ bytes, len });
	return b->error ? -1 : 0;
}

static struct MHD_Response *of_json(const struct answer_rules *rules, const json_t *body)
{
	struct buf *b = calloc(1, sizeof(*b));
	struct MHD_Response *r = NULL;

	if (!b)
		return NULL;
	*b = BUF_SECRET;
	if (body && json_dump_callback(body, append, b, JSON_COMPACT) == 0)
		r = MHD_create_response_from_buffer_with_free_callback_cls(b->len, b->p,
									   wipe, b);
	if (r)
		finish(r, rules, "application/json", no_store);
	else
		wipe(b);
	return r;
}

static json_t *error_body(enum op_error e)
{
	const struct op_error_info *info = op_error_info(e);

	return json_pack("{s:{s:s, s:s}}", "error", "code", info->code, "message",
			 info->message);
}

struct answer answer_error(const struct answer_rules *rules, enum op_error e,
			   const char *allow)
{
	json_t *body = error_body(e);
	struct answer a = { .status = op_error_info(e)->http,
			    .response = of_json(rules, body) };

	json_decref(body);
	if (a.response && allow)
		MHD_add_response_header(a.response, "Allow", allow);
	return a;
}

/* The core makes tokens of hexadecimal digits; nothing else may stand in a header. */
static bool is_hex(const char *token)
{
	size_t len = 0;

	for (; token[len]; len++) {
		if (!((token[len] >= '0' && token[len] <= '9') ||
		      (token[len] >= 'a' && token[len] <= 'f')))
			return false;
	}
	return len == 0 || len == SESSION_TOKEN_SIZE - 1;
}

static void set_cookie(struct MHD_Response *r, const struct answer_rules *rules,
		       const char *token)
{
	char cookie[192];

	if (!token || !is_hex(token))
		return;
	snprintf(cookie, sizeof(cookie), "%.*s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		 TEXT_ARG(rules->cookie), token, rules->secure ? "; Secure" : "",
		 token[0] ? "" : "; Max-Age=0");
	MHD_add_response_header(r, "Set-Cookie", cookie);
	sodium_memzero(cookie, sizeof(cookie));
}

static void set_retry_after(struct MHD_Response *r, const json_t *error)
{
	json_int_t wait_s = json_integer_value(json_object_get(error, "retry_after_s"));
	char digits[24];

	if (wait_s <= 0)
		return;
	snprintf(digits, sizeof(digits), "%lld", (long long)wait_s);
	MHD_add_response_header(r, "Retry-After", digits);
}

static struct answer core_error(const struct answer_rules *rules, const json_t *frame)
{
	json_t *error = json_copy(json_object_get(frame, "error"));
	json_int_t http = json_integer_value(json_object_get(error, "http"));
	struct answer a = { .status = http >= 400 && http <= 599 ? (unsigned)http : 500 };
	json_t *body;

	json_object_del(error, "http");
	body = json_pack("{s:O}", "error", error);
	a.response = of_json(rules, body);
	if (a.response)
		set_retry_after(a.response, error);
	json_decref(body);
	json_decref(error);
	return a;
}

struct answer answer_core(const struct answer_rules *rules, const json_t *frame,
			  unsigned status)
{
	struct answer a = { .status = status };

	if (!frame)
		return answer_error(rules, OP_CORE_AWAY, NULL);
	if (json_is_true(json_object_get(frame, "ok")))
		a.response = of_json(rules, json_object_get(frame, "out"));
	else if (json_is_object(json_object_get(frame, "error")))
		a = core_error(rules, frame);
	if (!a.response)
		return answer_error(rules, OP_INTERNAL, NULL);
	set_cookie(a.response, rules, json_string_value(json_object_get(frame, "token")));
	return a;
}

struct MHD_Response *answer_page(const struct answer_rules *rules, struct text content,
				 const char *type, const char *cache)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		content.len, (void *)(uintptr_t)content.p, MHD_RESPMEM_PERSISTENT);

	if (r)
		finish(r, rules, type, cache);
	return r;
}

struct answer answer_stream(const struct answer_rules *rules,
			    MHD_ContentReaderCallback read, void *arg)
{
	struct MHD_Response *r = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, STREAM_BLOCK, read, arg, NULL);

	if (r) {
		finish(r, rules, "text/event-stream", no_store);
		/* nginx would hold the events back. */
		MHD_add_response_header(r, "X-Accel-Buffering", "no");
	}
	return (struct answer){ .status = 200, .response = r };
}

void answer_drop(struct answer *a)
{
	if (a->response && !a->shared)
		MHD_destroy_response(a->response);
	a->response = NULL;
}
