/* SPDX-License-Identifier: Apache-2.0 */
/* ops/ops.c - The desk opens and closes. */

#include "ops/ops.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ops/call.h"
#include "ops/request.h"
#include "ops/stream.h"

enum { SWEEP_MS = 60000 };

static void sweep(struct timer *t)
{
	struct ops *o = container_of(t, struct ops, sweep);

	sessions_sweep(&o->sessions);
	timer_start(o->cfg.loop, &o->sweep, SWEEP_MS, sweep);
}

/* A feed that overflowed ("*") may have hidden a login. */
static void changed(struct store_feed *feed, const char *topic, int64_t key)
{
	struct ops *o = container_of(feed, struct ops, feed);
	bool all = strcmp(topic, "*") == 0;
	unsigned closed;

	if (!all && strcmp(topic, "login") != 0)
		return;
	o->logins_changed++;
	closed = sessions_drop(&o->sessions, all ? 0 : key);
	if (closed)
		log_info("session closed=%u reason=login_changed", closed);
}

int ops_new(const struct ops_config *cfg, struct ops **ret)
{
	struct ops *o = calloc(1, sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->cfg = *cfg;
	o->cfg.code_s = cfg->code_s ? cfg->code_s : CODE_LIFE_S;
	o->started_us = clock_wall_us(cfg->clock);
	list_init(&o->calls);
	list_init(&o->streams);
	if (sessions_init(&o->sessions, cfg->random, cfg->clock))
		goto no_sessions;
	if (throttle_init(&o->throttle, cfg->random))
		goto no_throttle;
	o->feed = (struct store_feed){ .changed = changed, .loop = cfg->loop };
	if (store_feed_start(cfg->store, &o->feed))
		goto no_feed;
	o->sessions.closing = streams_end;
	random_fill(cfg->random, o->code_key, sizeof(o->code_key));
	timer_start(cfg->loop, &o->sweep, SWEEP_MS, sweep);
	follow_start(&o->follow, o);
	*ret = o;
	return 0;
no_feed:
	throttle_fini(&o->throttle);
no_throttle:
	sessions_fini(&o->sessions);
no_sessions:
	free(o);
	return -ENOMEM;
}

void ops_free(struct ops *o)
{
	if (!o)
		return;
	timer_stop(&o->sweep);
	follow_stop(&o->follow);
	store_feed_stop(o->cfg.store, &o->feed);
	LIST_EACH_SAFE (it, &o->calls)
		op_call_free(container_of(it, struct op_call, node));
	sessions_fini(&o->sessions);
	throttle_fini(&o->throttle);
	sodium_memzero(o, sizeof(*o));
	free(o);
}

void ops_cancel(struct ops *o, struct ops_reply *reply)
{
	struct op_call *call = reply->call;

	if (!call)
		return;
	reply->call = NULL;
	call->reply = NULL;
	if (call->op->streams)
		op_call_free(call);
}
