/* SPDX-License-Identifier: Apache-2.0 */
/* http/core.c - Frames out, frames in. Ids name a slot and how often it was used, so that
 * what comes late finds nobody. */

#include "http/core.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ops/frame.h"

enum { READ_SIZE = 65536, KEEP_MAX = 1 << 20 };

struct core {
	struct loop *loop;
	struct watch watch;
	struct buf in, out;
	bool broken;
	struct task closing;
	void (*gone)(void *arg);
	void *arg;
	struct core_ask *asks[CORE_ASKS_MAX];
	unsigned free_slots[CORE_ASKS_MAX];
	unsigned free_count;
	uint64_t uses;
};

static struct core_ask *ask_of(struct core *c, uint64_t id)
{
	struct core_ask *a = c->asks[id % CORE_ASKS_MAX];

	return a && a->id == id ? a : NULL;
}

static void forget(struct core *c, struct core_ask *a)
{
	unsigned slot = (unsigned)(a->id % CORE_ASKS_MAX);

	c->asks[slot] = NULL;
	c->free_slots[c->free_count++] = slot;
	a->id = 0;
}

static void answer(struct core *c, struct core_ask *a, const json_t *frame)
{
	forget(c, a);
	a->answered(a, frame);
}

static void end_all(struct core *c)
{
	for (unsigned i = 0; i < CORE_ASKS_MAX; i++) {
		if (c->asks[i])
			answer(c, c->asks[i], NULL);
	}
}

static void tell_gone(struct task *t)
{
	struct core *c = container_of(t, struct core, closing);

	end_all(c);
	c->gone(c->arg);
}

/* Later, not now: whoever is at work here may not expect answers. */
static void break_off(struct core *c)
{
	if (c->broken)
		return;
	c->broken = true;
	watch_stop(&c->watch);
	c->closing.fn = tell_gone;
	loop_defer(c->loop, &c->closing);
}

/* A long list is not kept room for. */
static void take_off(struct buf *b, size_t n)
{
	if (n > 0)
		sodium_memzero(b->p, n);
	buf_consume(b, n);
	if (b->len == 0 && b->cap > KEEP_MAX)
		buf_free_secret(b);
}

static void flush(struct core *c)
{
	size_t at = 0;

	while (!c->broken && at < c->out.len) {
		ssize_t n = send(c->watch.fd, c->out.p + at, c->out.len - at,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			break_off(c);
	}
	take_off(&c->out, at);
	if (!c->broken)
		watch_change(&c->watch,
			     c->out.len > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static int put(struct core *c, const json_t *frame)
{
	int error = c->broken ? -EPIPE : frame_put(&c->out, frame, FRAME_REQUEST_MAX);

	if (c->out.error)
		break_off(c); /* half a frame */
	else if (!error)
		flush(c);
	return error;
}

int core_ask(struct core *c, struct core_ask *a, json_t *request, unsigned within_s)
{
	unsigned slot;
	uint64_t id;
	int error;

	if (c->free_count == 0 || c->out.len > CORE_OUT_MAX)
		return c->broken ? -EPIPE : -EAGAIN;
	slot = c->free_slots[c->free_count - 1];
	id = ++c->uses * CORE_ASKS_MAX + slot;
	if (json_object_set_new(request, "id", json_integer((json_int_t)id)))
		return -ENOMEM;
	error = put(c, request);
	if (error)
		return error;
	c->free_count--;
	a->id = id;
	a->deadline_us = loop_now_us(c->loop) + (int64_t)within_s * 1000000;
	c->asks[slot] = a;
	return 0;
}

void core_cancel(struct core *c, struct core_ask *a)
{
	json_t *frame;

	if (a->id == 0)
		return;
	frame = json_pack("{s:I, s:s}", "id", (json_int_t)a->id, "op", "cancel");
	forget(c, a);
	if (frame)
		put(c, frame);
	json_decref(frame);
}

void core_sweep(struct core *c)
{
	int64_t now_us = loop_now_us(c->loop);

	for (unsigned i = 0; i < CORE_ASKS_MAX; i++) {
		struct core_ask *a = c->asks[i];

		if (!a || a->deadline_us > now_us)
			continue;
		core_cancel(c, a);
		a->answered(a, NULL);
	}
}

static void take(struct core *c, const json_t *frame)
{
	const json_t *event = json_object_get(frame, "event");
	json_int_t id = json_integer_value(json_object_get(frame, "id"));
	struct core_ask *a = id > 0 ? ask_of(c, (uint64_t)id) : NULL;

	if (!a)
		return;
	if (!event) {
		answer(c, a, frame);
	} else if (a->event) {
		a->deadline_us = INT64_MAX;
		a->event(a, event);
	}
}

static void take_all(struct core *c)
{
	size_t at = 0;
	ptrdiff_t n = 0;
	json_t *frame;

	while (!c->broken) {
		n = frame_next(text_from(buf_text(&c->in), at), FRAME_ANSWER_MAX, &frame);
		if (n < 0)
			break;
		take(c, frame);
		json_decref(frame);
		at += (size_t)n;
	}
	take_off(&c->in, at);
	if (n < 0 && n != -EAGAIN)
		break_off(c);
}

static void ready(struct watch *w, unsigned events)
{
	struct core *c = container_of(w, struct core, watch);
	char *at;
	ssize_t n;

	if (events & LOOP_WRITE)
		flush(c);
	if (!(events & LOOP_READ) || c->broken)
		return;
	at = buf_reserve(&c->in, READ_SIZE);
	n = at ? recv(c->watch.fd, at, READ_SIZE, MSG_DONTWAIT) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		break_off(c);
		return;
	}
	c->in.len += (size_t)n;
	take_all(c);
}

struct core *core_new(struct loop *l, int fd, void (*gone)(void *arg), void *arg)
{
	struct core *c = calloc(1, sizeof(*c));

	if (!c) {
		close(fd);
		return NULL;
	}
	c->loop = l;
	c->gone = gone;
	c->arg = arg;
	c->in = c->out = BUF_SECRET;
	for (unsigned i = 0; i < CORE_ASKS_MAX; i++)
		c->free_slots[c->free_count++] = i;
	c->watch.fd = fd;
	c->watch.fn = ready;
	if (watch_start(l, &c->watch, LOOP_READ)) {
		core_free(c);
		return NULL;
	}
	return c;
}

void core_free(struct core *c)
{
	if (!c)
		return;
	watch_stop(&c->watch);
	loop_cancel(c->loop, &c->closing);
	close(c->watch.fd);
	buf_free_secret(&c->in);
	buf_free_secret(&c->out);
	free(c);
}
