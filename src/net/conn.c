/* SPDX-License-Identifier: Apache-2.0 */
/* net/conn.c - One stream connection: bytes in until the owner takes them, bytes out
 * until the peer does. An idle connection holds no buffer. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "net/worker.h"

enum {
	CONN_READS = 4,         /* in one turn */
	CONN_READ_SIZE = 16384, /* onto what lies there */
	CONN_REMOTE_KEY = 24,
	CONN_ID_SECOND_BITS = 24, /* connections a second before an id could come again */
};

struct conn {
	struct table_node by_id;
	struct table_node by_remote;
	struct list node;
	struct list unflushed; /* in worker->unflushed */
	struct net_worker *worker;
	struct source *source; /* NULL: opened by us */
	struct flow flow;
	struct watch watch;
	struct buf in;
	struct buf out;
	struct timer idle;
	struct timer deadline; /* of connecting, or of half a message */
	struct task told;
	bool connecting;
	bool kept;  /* net_keep */
	bool ended; /* out of the tables; told will run */
	int reason;
};

static uint64_t hash_id(struct net_worker *w, uint64_t id)
{
	return table_hash(&w->conns_by_id,
			  (struct text){ (const char *)&id, sizeof(id) });
}

static uint64_t hash_remote(struct net_worker *w, const struct addr *a)
{
	char key[CONN_REMOTE_KEY] = { (char)a->family };

	memcpy(key + 2, &a->port, sizeof(a->port));
	memcpy(key + 4, &a->scope, sizeof(a->scope));
	memcpy(key + 8, a->ip, sizeof(a->ip));
	return table_hash(&w->conns_by_remote, (struct text){ key, sizeof(key) });
}

static struct conn *conn_find(struct net_worker *w, uint64_t id)
{
	uint64_t hash = hash_id(w, id);

	for (struct table_node *n = table_first(&w->conns_by_id, hash); n;
	     n = table_next(n)) {
		struct conn *c = container_of(n, struct conn, by_id);

		if (c->flow.conn == id)
			return c;
	}
	return NULL;
}

int conn_find_remote(struct net_worker *w, const struct addr *remote, struct flow *ret)
{
	struct table_node *n = table_first(&w->conns_by_remote, hash_remote(w, remote));

	for (; n; n = table_next(n)) {
		struct conn *c = container_of(n, struct conn, by_remote);

		if (addr_eq(&c->flow.remote, remote)) {
			*ret = c->flow;
			return 0;
		}
	}
	return -ENOENT;
}

static void conn_free(struct conn *c)
{
	source_give_back(c->worker, c->source);
	list_remove(&c->node);
	c->worker->conn_count--;
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

static void conn_told(struct task *t)
{
	struct conn *c = container_of(t, struct conn, told);
	struct net *n = &c->worker->net;
	struct flow flow = c->flow;
	int reason = c->reason;

	conn_free(c);
	if (n->events.closed)
		n->events.closed(n->arg, &flow, reason);
}

/* The descriptor goes at once, the owner hears of it in the next turn: whoever is above
 * on the stack may still hold the connection. */
static void conn_end(struct conn *c, int reason)
{
	if (c->ended)
		return;
	c->ended = true;
	c->reason = reason;
	watch_stop(&c->watch);
	close(c->watch.fd);
	timer_stop(&c->idle);
	timer_stop(&c->deadline);
	table_remove(&c->worker->conns_by_id, &c->by_id);
	table_remove(&c->worker->conns_by_remote, &c->by_remote);
	list_remove(&c->unflushed);
	c->told.fn = conn_told;
	loop_defer(c->worker->loop, &c->told);
}

static void conn_timed_out(struct timer *t)
{
	conn_end(container_of(t, struct conn, deadline), ETIMEDOUT);
}

static void conn_idle(struct timer *t)
{
	conn_end(container_of(t, struct conn, idle), 0);
}

static void conn_active(struct conn *c)
{
	int idle_s = c->kept ? NET_STREAM_IDLE_S : NET_STREAM_STRANGER_S;

	timer_start(c->worker->loop, &c->idle, idle_s * 1000, conn_idle);
}

/* Sends what the kernel takes. */
static void conn_flush(struct conn *c)
{
	size_t done = 0;

	while (done < c->out.len) {
		ssize_t n = send(c->watch.fd, c->out.p + done, c->out.len - done,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			conn_end(c, errno);
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

static void flush_all(struct task *t)
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
static void conn_flush_later(struct conn *c)
{
	struct net_worker *w = c->worker;

	if (c->connecting || (c->watch.events & LOOP_WRITE) || !list_empty(&c->unflushed))
		return;
	list_append(&w->unflushed, &c->unflushed);
	if (!w->flush_deferred) {
		w->flush_deferred = true;
		loop_defer(w->loop, &w->flush);
	}
}

int conn_send(struct net_worker *w, uint64_t id, struct text bytes)
{
	struct conn *c = conn_find(w, id);

	if (!c)
		return -ENOTCONN;
	if (bytes.len > NET_STREAM_QUEUE_MAX - c->out.len)
		return -EAGAIN;
	buf_put(&c->out, bytes);
	if (c->out.error) {
		c->out.error = 0; /* what lies in it is whole */
		return -ENOMEM;
	}
	conn_flush_later(c);
	return 0;
}

/* An orderly end: what was sent before still leaves, if the kernel takes it. */
static void conn_finish(struct conn *c)
{
	if (!c->connecting)
		conn_flush(c);
	conn_end(c, 0);
}

int conn_close(struct net_worker *w, uint64_t id)
{
	struct conn *c = conn_find(w, id);

	if (!c)
		return -ENOTCONN;
	conn_finish(c);
	return 0;
}

int conn_keep(struct net_worker *w, uint64_t id)
{
	struct conn *c = conn_find(w, id);

	if (!c)
		return -ENOTCONN;
	if (!c->kept) {
		c->kept = true;
		conn_active(c);
	}
	return 0;
}

/* Lets the owner take whole messages; returns how many bytes it took. */
static size_t conn_offer(struct conn *c, char *bytes, size_t len)
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

/* Half a message may lie for some time only, however slowly its bytes come. */
static void conn_watch_partial(struct conn *c, bool progress)
{
	if (c->in.len == 0)
		timer_stop(&c->deadline);
	else if (progress || !timer_running(&c->deadline))
		timer_start(c->worker->loop, &c->deadline, NET_STREAM_PARTIAL_S * 1000,
			    conn_timed_out);
}

/* len new bytes lie in the worker's scratch or behind those in c->in. */
static void conn_take(struct conn *c, size_t len)
{
	bool kept = c->in.len > 0;
	size_t taken;

	conn_active(c);
	if (kept) {
		c->in.len += len;
		taken = conn_offer(c, c->in.p, c->in.len);
		buf_consume(&c->in, taken);
	} else {
		taken = conn_offer(c, c->worker->scratch, len);
		buf_put(&c->in, (struct text){ c->worker->scratch + taken, len - taken });
	}
	if (c->ended)
		return;
	if (c->in.error)
		conn_end(c, ENOMEM);
	else if (c->in.len >= NET_STREAM_BUFFER_MAX)
		conn_end(c, EMSGSIZE);
	else
		conn_watch_partial(c, taken > 0);
	if (c->in.len == 0)
		buf_free(&c->in);
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
	n = to ? recv(c->watch.fd, to, room, 0) : -1;
	if (n > 0)
		return (size_t)n;
	if (!to)
		conn_end(c, ENOMEM);
	else if (n == 0)
		conn_finish(c);
	else if (errno != EAGAIN && errno != EINTR)
		conn_end(c, errno);
	return 0;
}

static void conn_readable(struct conn *c)
{
	for (int i = 0; i < CONN_READS && !c->ended; i++) {
		size_t len = conn_read(c);

		if (len == 0)
			return;
		conn_take(c, len);
	}
}

static void conn_connected(struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(c->watch.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		conn_end(c, error);
		return;
	}
	c->connecting = false;
	timer_stop(&c->deadline);
	conn_active(c);
}

static void conn_ready(struct watch *watch, unsigned ready)
{
	struct conn *c = container_of(watch, struct conn, watch);

	if (c->connecting)
		conn_connected(c);
	if (!c->ended && (ready & LOOP_WRITE))
		conn_flush(c);
	if (!c->ended && (ready & LOOP_READ))
		conn_readable(c);
}

static struct conn *conn_alloc(struct net_worker *w, int fd, bool connecting)
{
	struct conn *c =
		w->conn_count < NET_CONNECTIONS_MAX ? calloc(1, sizeof(*c)) : NULL;

	if (!c)
		return NULL;
	c->worker = w;
	c->connecting = c->kept = connecting; /* whom we call we know */
	c->watch.fd = fd;
	c->watch.fn = conn_ready;
	if (watch_start(w->loop, &c->watch, connecting ? LOOP_WRITE : LOOP_READ) < 0) {
		free(c);
		return NULL;
	}
	list_init(&c->unflushed);
	list_append(&w->conns, &c->node);
	w->conn_count++;
	return c;
}

int conn_new(struct net_worker *w, int fd, bool connecting, const struct addr *local,
	     const struct addr *remote, struct flow *ret)
{
	struct source *source = NULL;
	int r = connecting ? 0 : source_take(w, remote, &source);
	struct conn *c = r < 0 ? NULL : conn_alloc(w, fd, connecting);

	if (!c) {
		source_give_back(w, source);
		close(fd);
		return r < 0 ? r : -ENOMEM;
	}
	c->source = source;
	c->flow = (struct flow){ .transport = TRANSPORT_TCP,
				 .worker = (uint8_t)w->index,
				 .conn = (uint64_t)w->index << 56 | ++w->last_conn,
				 .local = *local,
				 .remote = *remote };
	table_insert(&w->conns_by_id, &c->by_id, hash_id(w, c->flow.conn));
	table_insert(&w->conns_by_remote, &c->by_remote, hash_remote(w, remote));
	if (connecting)
		timer_start(w->loop, &c->deadline, NET_STREAM_CONNECT_S * 1000,
			    conn_timed_out);
	else
		conn_active(c);
	*ret = c->flow;
	return 0;
}

/* Ids begin at the second of the start, so that none comes again after a restart. */
int conns_init(struct net_worker *w)
{
	uint64_t second = (uint64_t)clock_wall_s(loop_clock(w->loop)) & UINT32_MAX;

	list_init(&w->conns);
	list_init(&w->unflushed);
	w->flush.fn = flush_all;
	w->last_conn = second << CONN_ID_SECOND_BITS;
	w->scratch = malloc(CONN_SCRATCH_SIZE);
	if (!w->scratch)
		return -ENOMEM;
	if (table_init(&w->conns_by_id, random_real(), 0) < 0 ||
	    table_init(&w->conns_by_remote, random_real(), 0) < 0 ||
	    table_init(&w->sources, random_real(), 0) < 0)
		return -ENOMEM;
	return 0;
}

void conns_fini(struct net_worker *w)
{
	if (w->flush_deferred)
		loop_cancel(w->loop, &w->flush);
	LIST_EACH_SAFE (node, &w->conns) {
		struct conn *c = container_of(node, struct conn, node);

		conn_end(c, 0);
		loop_cancel(w->loop, &c->told);
		conn_free(c);
	}
	table_fini(&w->conns_by_id);
	table_fini(&w->conns_by_remote);
	table_fini(&w->sources);
	free(w->scratch);
}
