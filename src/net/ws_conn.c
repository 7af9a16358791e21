/* SPDX-License-Identifier: Apache-2.0 */
/* net/ws_conn.c - A connection that is a WebSocket: the upgrade, then one SIP message in
 * each message (RFC 7118 5), and pings, so that both ends and all between know that it
 * lives. */

#include <errno.h>
#include <stdlib.h>

#include "base/random.h"
#include "net/conn.h"
#include "net/ws_head.h"

enum { PING_S = 45, PING_PHASES = 16 };

static bool on_message(void *arg, char *bytes, size_t len)
{
	struct conn *c = arg;
	struct net *n = &c->worker->net;
	ptrdiff_t r = n->events.data(n->arg, &c->flow, bytes, len);

	if (r < 0)
		conn_end(c, (int)-r);
	return !c->ended;
}

int conn_ws_begin(struct conn *c)
{
	c->ws = ws_new(&(struct ws_events){ on_message, &c->out, c });
	return c->ws ? 0 : -ENOMEM;
}

static void ping_due(struct timer *t);

/* The first comes at any time, so that not all come at once after a restart. */
static void ping_later(struct conn *c, bool first)
{
	int64_t ms = PING_S * 1000;

	if (first)
		ms -= ms / 2 * random_below(random_real(), PING_PHASES) / PING_PHASES;
	c->heard = false;
	timer_start(c->worker->loop, &c->ping, ms, ping_due);
}

/* Nothing has come since the last one, not even its answer. Strangers are not asked: they
 * go by themselves. */
static void ping_due(struct timer *t)
{
	struct conn *c = container_of(t, struct conn, ping);

	if (c->kept && !c->heard) {
		conn_end(c, ETIMEDOUT);
		return;
	}
	if (c->kept && ws_put_ping(c->ws) == 0)
		conn_flush_later(c);
	ping_later(c, false);
}

static void refuse(struct conn *c, unsigned status)
{
	ws_head_refuse(&c->out, status);
	conn_finish(c);
}

static ptrdiff_t upgrade(struct conn *c, struct text in)
{
	const struct net_shared *shared = group_shared(c->worker->group);
	unsigned status = 403;
	struct ws_head head;
	ptrdiff_t len = ws_head_decode(in, &head, &status);

	if (len == -EAGAIN)
		return 0;
	if (len < 0 ||
	    !ws_origin_allowed(head.origin, shared->origins, shared->origin_count)) {
		refuse(c, len < 0 ? status : 403);
		return 0;
	}
	ws_head_accept(&c->out, &head);
	conn_opened(c);
	ping_later(c, true);
	conn_flush_later(c);
	return len;
}

static size_t take_frames(struct conn *c, char *bytes, size_t len, bool *whole)
{
	unsigned before = ws_messages(c->ws);
	ptrdiff_t r = ws_take(c->ws, bytes, len);

	*whole = ws_messages(c->ws) != before;
	c->heard = true;
	if (c->out.len && !c->ended)
		conn_flush_later(c);
	if (r >= 0)
		return (size_t)r;
	if (!c->ended)
		conn_flush(c); /* the close */
	conn_end(c, r == -ESHUTDOWN ? 0 : (int)-r);
	return len;
}

size_t conn_ws_take(struct conn *c, char *bytes, size_t len, bool *whole)
{
	size_t head = 0;

	if (c->state == CONN_UPGRADING) {
		head = (size_t)upgrade(c, (struct text){ bytes, len });
		if (c->ended || head == 0 || head == len)
			return head;
	}
	return head + take_frames(c, bytes + head, len - head, whole);
}
