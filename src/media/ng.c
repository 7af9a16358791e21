/* SPDX-License-Identifier: Apache-2.0 */
/* media/ng.c - Requests to rtpengine and their replies. */

#include "media/ng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECEIVE_BATCH = 16, COOKIE_BYTES = 16 };

struct engine {
	struct ng *ng;
	struct watch watch; /* fd -1: none */
	int64_t rests_until_us;
};

struct ng {
	struct ng_config cfg;
	struct engine engines[NG_ENGINES_MAX];
	struct table requests; /* by cookie */
	struct list all;       /* the same, to go through */
	unsigned next;         /* engines take turns */
	struct ng_counters counters;
	char datagram[NG_DATAGRAM_MAX];
};

static void readable(struct watch *w, unsigned ready)
{
	struct engine *e = container_of(w, struct engine, watch);
	struct ng *ng = e->ng;

	for (unsigned i = 0; i < RECEIVE_BATCH; i++) {
		ssize_t n = recv(w->fd, ng->datagram, sizeof(ng->datagram), MSG_DONTWAIT);

		if (n < 0 && errno == ECONNREFUSED)
			ng_refused(ng, (unsigned)(e - ng->engines));
		if (n < 0)
			return;
		ng_receive(ng, (unsigned)(e - ng->engines),
			   (struct text){ ng->datagram, (size_t)n });
	}
}

/* Connected: only the engine's own address is heard. */
static int open_socket(const struct addr *to)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);
	int fd = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&ss, len) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void open_engine(struct ng *ng, unsigned i)
{
	struct engine *e = &ng->engines[i];

	e->ng = ng;
	e->watch.fd = -1;
	if (ng->cfg.send)
		return;
	e->watch.fd = open_socket(&ng->cfg.engines[i]);
	e->watch.fn = readable;
	if (e->watch.fd >= 0)
		(void)watch_start(ng->cfg.loop, &e->watch, LOOP_READ);
}

struct ng *ng_new(const struct ng_config *cfg)
{
	struct ng *ng = calloc(1, sizeof(*ng));

	if (!ng)
		return NULL;
	ng->cfg = *cfg;
	if (table_init(&ng->requests, cfg->random, 0) < 0) {
		free(ng);
		return NULL;
	}
	list_init(&ng->all);
	for (unsigned i = 0; i < cfg->count; i++)
		open_engine(ng, i);
	return ng;
}

void ng_free(struct ng *ng)
{
	if (!ng)
		return;
	for (unsigned i = 0; i < ng->cfg.count; i++) {
		watch_stop(&ng->engines[i].watch);
		if (ng->engines[i].watch.fd >= 0)
			close(ng->engines[i].watch.fd);
	}
	table_fini(&ng->requests);
	free(ng);
}

static int send_to(struct ng *ng, unsigned engine, struct text datagram)
{
	int fd = ng->engines[engine].watch.fd;

	if (ng->cfg.send)
		return ng->cfg.send(ng->cfg.arg, ng, engine, datagram);
	return send(fd, datagram.p, datagram.len, 0) < 0 ? -errno : 0;
}

static bool rests(const struct ng *ng, unsigned engine)
{
	return ng->engines[engine].rests_until_us > loop_now_us(ng->cfg.loop);
}

/* The next in turn that does not rest, or, when all do, the next in turn. */
static unsigned choose(struct ng *ng)
{
	unsigned count = ng->cfg.count, first = ng->next++ % count;

	for (unsigned i = 0; i < count; i++) {
		if (!rests(ng, (first + i) % count))
			return (first + i) % count;
	}
	return first;
}

static void due(struct timer *t);

/* What cannot be sent is as good as lost: the timer sees to it. */
static void transmit(struct ng_request *r)
{
	struct ng *ng = r->ng;

	(void)send_to(ng, r->engine, buf_text(&r->datagram));
	r->tries++;
	ng->counters.sent++;
	ng->counters.resent += r->tries > 1;
	timer_start(ng->cfg.loop, &r->timer, (int64_t)NG_RESEND_MS << (r->tries - 1),
		    due);
}

static void leave(struct ng_request *r)
{
	timer_stop(&r->timer);
	table_remove(&r->ng->requests, &r->node);
	list_remove(&r->in_ng);
	r->ng = NULL;
}

static void finish(struct ng_request *r, int error, struct text reply)
{
	struct buf datagram = r->datagram;

	leave(r);
	r->datagram = BUF_GROWING;
	r->done(r, error, reply);
	buf_free(&datagram);
}

static void due(struct timer *t)
{
	struct ng_request *r = container_of(t, struct ng_request, timer);
	struct ng *ng = r->ng;

	if (r->tries < NG_TRIES) {
		transmit(r);
		return;
	}
	ng->engines[r->engine].rests_until_us =
		loop_now_us(ng->cfg.loop) + NG_REST_MS * INT64_C(1000);
	if (r->engines_left == 0) {
		ng->counters.timeouts++;
		finish(r, -ETIMEDOUT, TEXT_NONE);
		return;
	}
	r->engines_left--;
	r->engine = (r->engine + 1) % ng->cfg.count;
	r->tries = 0;
	transmit(r);
}

/* Nobody can guess it, so nobody but the engine can answer. */
static void mint_cookie(struct ng *ng, char dst[NG_COOKIE_SIZE])
{
	uint8_t bytes[COOKIE_BYTES];

	random_fill(ng->cfg.random, bytes, sizeof(bytes));
	text_hex_encode(dst, bytes, sizeof(bytes));
}

static void put_datagram(struct buf *b, const char *cookie, struct text dictionary)
{
	buf_puts(b, cookie);
	buf_putc(b, ' ');
	buf_put(b, dictionary);
}

int ng_ask(struct ng *ng, struct ng_request *r, int engine, struct text dictionary)
{
	if (ng->requests.count >= NG_REQUESTS_MAX)
		return -EAGAIN;
	if (dictionary.len > NG_DATAGRAM_MAX - NG_COOKIE_SIZE)
		return -EMSGSIZE;
	mint_cookie(ng, r->cookie);
	r->datagram = BUF_GROWING;
	put_datagram(&r->datagram, r->cookie, dictionary);
	if (r->datagram.error) {
		buf_free(&r->datagram);
		return -ENOMEM;
	}
	r->ng = ng;
	r->tries = 0;
	r->engine = engine == NG_ANY ? choose(ng) : (unsigned)engine;
	r->engines_left = engine == NG_ANY ? ng->cfg.count - 1 : 0;
	table_insert(&ng->requests, &r->node,
		     table_hash(&ng->requests, text_of(r->cookie)));
	list_init(&r->in_ng);
	list_append(&ng->all, &r->in_ng);
	transmit(r);
	return 0;
}

void ng_cancel(struct ng_request *r)
{
	if (!r->ng)
		return;
	leave(r);
	buf_free(&r->datagram);
}

void ng_tell(struct ng *ng, unsigned engine, struct text dictionary)
{
	char cookie[NG_COOKIE_SIZE];
	struct buf b = BUF_GROWING;

	mint_cookie(ng, cookie);
	put_datagram(&b, cookie, dictionary);
	if (!b.error)
		(void)send_to(ng, engine, buf_text(&b));
	buf_free(&b);
}

static struct ng_request *find(struct ng *ng, struct text cookie)
{
	uint64_t hash = table_hash(&ng->requests, cookie);

	for (struct table_node *n = table_first(&ng->requests, hash); n;
	     n = table_next(n)) {
		struct ng_request *r = container_of(n, struct ng_request, node);

		if (text_eq(text_of(r->cookie), cookie))
			return r;
	}
	return NULL;
}

/* An engine that was left for another may answer after all: then it is the one. */
void ng_receive(struct ng *ng, unsigned engine, struct text datagram)
{
	struct ng_request *r = NULL;
	struct text cookie, reply;

	if (text_split(datagram, ' ', &cookie, &reply) &&
	    cookie.len == NG_COOKIE_SIZE - 1)
		r = find(ng, cookie);
	if (!r) {
		ng->counters.stray++;
		return;
	}
	ng->counters.answered++;
	ng->engines[engine].rests_until_us = 0;
	r->engine = engine;
	finish(r, 0, reply);
}

void ng_refused(struct ng *ng, unsigned engine)
{
	LIST_EACH (it, &ng->all) {
		struct ng_request *r = container_of(it, struct ng_request, in_ng);

		if (r->engine != engine)
			continue;
		r->tries = NG_TRIES;
		timer_start(ng->cfg.loop, &r->timer, 0, due);
	}
}

struct ng_counters ng_count(const struct ng *ng)
{
	return ng->counters;
}
