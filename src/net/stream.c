/* SPDX-License-Identifier: Apache-2.0 */
/* net/stream.c - Bytes of a connection: in until the owner takes them, out until the peer
 * does. An idle connection holds no buffer. */

#include <errno.h>

#include "net/conn.h"

enum {
	CONN_READS = 4,         /* in one turn */
	CONN_READ_SIZE = 16384, /* onto what lies there */
	SHAKES = 16,            /* steps of TLS handshakes in one turn */
};

static ssize_t io_read(struct conn *c, char *to, size_t room)
{
	ssize_t n;

	if (c->ssl)
		return conn_tls_read(c, to, room);
	n = recv(c->watch.fd, to, room, 0);
	return n < 0 ? -errno : n;
}

static ssize_t io_write(struct conn *c, struct text bytes)
{
	ssize_t n;

	if (c->ssl)
		return conn_tls_write(c, bytes);
	n = send(c->watch.fd, bytes.p, bytes.len, MSG_NOSIGNAL);
	return n < 0 ? -errno : n;
}

void conn_flush(struct conn *c)
{
	size_t done = 0;

	while (done < c->out.len) {
		ssize_t n = io_write(c, text_from(buf_text(&c->out), done));

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			conn_end(c, n < 0 ? (int)-n : EPIPE);
			return;
		}
		done += (size_t)n;
	}
	if (done)
		conn_active(c);
	buf_consume(&c->out, done);
	if (c->out.len == 0)
		buf_free(&c->out);
	watch_change(&c->watch, LOOP_READ | (c->out.len ? LOOP_WRITE : 0));
}

void conns_flush_all(struct task *t)
{
	struct net_worker *w = container_of(t, struct net_worker, flush);
	struct list *node;

	w->flush_deferred = false;
	while ((node = list_first(&w->unflushed))) {
		list_remove(node);
		conn_flush(container_of(node, struct conn, unflushed));
	}
}

/* What one turn gives a connection leaves it in one piece. */
void conn_flush_later(struct conn *c)
{
	struct net_worker *w = c->worker;

	if (c->state == CONN_CONNECTING || c->state == CONN_SHAKING ||
	    (c->watch.events & LOOP_WRITE) || !list_empty(&c->unflushed))
		return;
	list_append(&w->unflushed, &c->unflushed);
	if (!w->flush_deferred) {
		w->flush_deferred = true;
		loop_defer(w->loop, &w->flush);
	}
}

void conn_finish(struct conn *c)
{
	if (c->ws && c->state == CONN_OPEN)
		ws_put_close(c->ws, WS_CLOSE_AWAY);
	if (c->state == CONN_UPGRADING || c->state == CONN_OPEN)
		conn_flush(c);
	conn_end(c, 0);
}

/* Lets the owner take whole messages; returns how many bytes it took. */
static size_t offer(struct conn *c, char *bytes, size_t len)
{
	struct net *n = &c->worker->net;
	size_t taken = 0;

	while (taken < len && !c->ended) {
		ptrdiff_t r =
			n->events.data(n->arg, &c->flow, bytes + taken, len - taken);

		if (r < 0)
			conn_end(c, (int)-r);
		if (r <= 0)
			break;
		taken += (size_t)r < len - taken ? (size_t)r : len - taken;
	}
	return taken;
}

/* *whole: a message came to its end. */
static size_t take(struct conn *c, char *bytes, size_t len, bool *whole)
{
	size_t taken;

	if (c->ws)
		return conn_ws_take(c, bytes, len, whole);
	taken = offer(c, bytes, len);
	*whole = taken > 0;
	return taken;
}

static bool holds_part(const struct conn *c)
{
	return c->in.len || (c->ws && ws_partial(c->ws)) || conn_tls_partial(c);
}

/* Half a message may lie for some time only, however slowly its bytes come. Shaking hands
 * and the upgrade have one time for all. */
static void watch_partial(struct conn *c, bool progress)
{
	if (c->ended || c->state != CONN_OPEN)
		return;
	if (!holds_part(c))
		timer_stop(&c->deadline);
	else if (progress || !timer_running(&c->deadline))
		timer_start(c->worker->loop, &c->deadline, NET_STREAM_PARTIAL_S * 1000,
			    conn_timed_out);
}

/* len new bytes lie in the worker's scratch or behind those in c->in. */
static bool conn_take(struct conn *c, size_t len)
{
	bool kept = c->in.len > 0, whole = false;
	size_t taken;

	conn_active(c);
	if (kept) {
		c->in.len += len;
		taken = take(c, c->in.p, c->in.len, &whole);
		buf_consume(&c->in, taken);
	} else {
		taken = take(c, c->worker->scratch, len, &whole);
		buf_put(&c->in, (struct text){ c->worker->scratch + taken, len - taken });
	}
	if (c->ended)
		return whole;
	if (c->in.error)
		conn_end(c, ENOMEM);
	else if (c->in.len >= NET_STREAM_BUFFER_MAX)
		conn_end(c, EMSGSIZE);
	if (c->in.len == 0)
		buf_free(&c->in);
	return whole;
}

/* How many bytes came; 0 when that was all for now, or the end. */
static size_t conn_read(struct conn *c)
{
	char *to = c->worker->scratch;
	size_t room = CONN_SCRATCH_SIZE;
	ssize_t n;

	if (c->in.len) {
		room = NET_STREAM_BUFFER_MAX - c->in.len;
		room = room < CONN_READ_SIZE ? room : CONN_READ_SIZE;
		to = buf_reserve(&c->in, room);
	}
	n = to ? io_read(c, to, room) : -ENOMEM;
	if (n > 0)
		return (size_t)n;
	if (n == 0)
		conn_finish(c);
	else if (n != -EAGAIN && n != -EINTR)
		conn_end(c, (int)-n);
	return 0;
}

/* What a record holds beyond the room for it is not told of again. */
static void conn_readable(struct conn *c)
{
	bool whole = false;

	for (int i = 0; (i < CONN_READS || conn_tls_pending(c)) && !c->ended; i++) {
		size_t len = conn_read(c);

		if (len == 0)
			break;
		whole |= conn_take(c, len);
	}
	watch_partial(c, whole);
}

static void connected(struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(c->watch.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error)
		conn_end(c, error);
	else
		conn_connected(c);
}

static void shakes_again(struct task *t)
{
	container_of(t, struct net_worker, shake)->shakes = 0;
}

/* Reckoning with keys takes long: whoever comes too late in this turn, comes in the next,
 * and messages go between. */
static bool may_shake(struct net_worker *w)
{
	if (w->shakes == 0) {
		w->shake.fn = shakes_again;
		loop_defer(w->loop, &w->shake);
	}
	return w->shakes < SHAKES && ++w->shakes;
}

static void shake(struct conn *c)
{
	int r;

	if (!may_shake(c->worker))
		return;
	r = conn_tls_shake(c);
	if (r < 0)
		conn_end(c, -r);
	else if (r == 1)
		conn_opened(c);
}

void conn_ready(struct watch *watch, unsigned ready)
{
	struct conn *c = container_of(watch, struct conn, watch);

	if (c->state == CONN_CONNECTING)
		connected(c);
	if (!c->ended && c->state == CONN_SHAKING) {
		shake(c);
		ready = LOOP_READ | LOOP_WRITE; /* the library may hold more already */
	}
	if (c->ended || c->state == CONN_SHAKING || c->state == CONN_CONNECTING)
		return;
	if (ready & LOOP_WRITE)
		conn_flush(c);
	if (!c->ended && (ready & LOOP_READ))
		conn_readable(c);
}
