/* SPDX-License-Identifier: Apache-2.0 */
/* ops/attempts.c - line.attempts: what devices try on a line, as they try it, for the page
 * that helps to set one up. Only there does an unknown auth name show, and nothing of it is
 * kept: strangers fill no database with it. */

#include <stdio.h>
#include <string.h>

#include "event/attempt.h"
#include "event/diagnosis.h"
#include "net/flow.h"
#include "ops/call.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"
#include "ops/stream.h"

enum {
	OPEN_S = 30 * 60,  /* a page that was forgotten does not look for ever */
	TOLD_MAX = 10,     /* in each of these: a guesser does not drown the owner's */
	TOLD_WINDOW_S = 2, /* own device */
};

struct attempts {
	struct stream stream;
	struct attempt_watch watch;
	struct account_line line;
	int64_t since_us, window_us; /* wall */
	unsigned told;               /* in this window */
};

/* Of a credential of the line, or for its number by a name that is none of the line's. */
static bool concerns(const struct attempts *s, const struct attempt *a)
{
	return a->line_id == s->line.id ||
	       (!a->verified && strcmp(a->number, s->line.number) == 0);
}

/* Whether a name that is not this line's is somebody else's is told to nobody: all of them
 * are unknown here. */
static struct attempt as_seen(const struct attempts *s, const struct attempt *a)
{
	static const char *const telling[] = { "wrong_password", "wrong_domain",
					       "user_name_sent", "no_hash",
					       "vault_mismatch" };
	struct attempt seen = *a;

	if (a->line_id == s->line.id)
		return seen;
	seen.credential_id = 0;
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		if (strcmp(a->reason, telling[i]) == 0)
			snprintf(seen.reason, sizeof(seen.reason), "unknown_auth_name");
	}
	return seen;
}

static bool too_many(struct attempts *s, int64_t now_us)
{
	if (now_us - s->window_us >= TOLD_WINDOW_S * INT64_C(1000000)) {
		s->window_us = now_us;
		s->told = 0;
	}
	return s->told++ >= TOLD_MAX;
}

static json_t *attempt_json(const struct attempts *s, const struct attempt *a)
{
	const struct diagnosis *d = diagnosis_of(a->reason);
	char source[ADDR_TEXT_SIZE];

	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:b, s:i, s:s, s:s?, s:o, s:o, s:s, "
			 "s:s, s:o}",
			 "topic", json_sprintf("line:%s", s->line.number), "what",
			 "attempt", "method", a->method, "at", json_of_time(a->at),
			 "credential", json_of_id(a->credential_id), "verified",
			 a->verified, "status", (int)a->status, "reason", a->reason,
			 "text", d ? d->text : NULL, "number", json_of_text(a->number),
			 "auth_name", json_of_text(a->auth_name), "transport",
			 a->transport, "source", addr_encode(source, &a->source),
			 "user_agent", json_of_text(a->user_agent));
}

static void tell(struct attempt_watch *w, const struct attempt *a)
{
	struct attempts *s = container_of(w, struct attempts, watch);
	int64_t now_us = op_now_us(s->stream.call);
	struct attempt seen;

	if (now_us - s->since_us >= OPEN_S * INT64_C(1000000)) {
		attempt_watch_stop(s->stream.call->ops->cfg.events, w);
	} else if (concerns(s, a) && !too_many(s, now_us)) {
		seen = as_seen(s, a);
		op_event(s->stream.call, attempt_json(s, &seen));
	}
}

static void attempts_free(void *arg)
{
	struct attempts *s = arg;

	attempt_watch_stop(s->stream.call->ops->cfg.events, &s->watch);
	stream_close(&s->stream);
}

void op_line_attempts(struct op_call *call)
{
	struct account_line line;
	struct attempts *s;

	if (scope_line_now(call, &line) < 0) {
		op_fail(call, OP_NOT_FOUND);
		return;
	}
	s = stream_open(call, sizeof(*s), attempts_free);
	if (!s)
		return;
	s->line = line;
	s->since_us = op_now_us(call);
	s->watch.fn = tell;
	attempt_watch_start(call->ops->cfg.events, &s->watch);
	stream_greet(&s->stream);
}
