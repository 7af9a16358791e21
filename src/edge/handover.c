/* SPDX-License-Identifier: Apache-2.0 */
/* edge/handover.c - Messages that landed on one worker and belong to another: gathered
 * over a turn, posted in one piece. */

#include <stdlib.h>
#include <string.h>

#include "edge/worker.h"

struct item {
	struct item *next;
	struct flow flow;
	size_t len; /* 0: the connection has closed */
	char bytes[];
};

struct handover_batch {
	struct task task;
	struct edge_worker *to;
	struct item *first;
	struct item **last;
};

static void deliver(struct edge_worker *w, const struct item *item)
{
	struct sip_msg m;
	struct sip_fault fault;

	if (item->len == 0)
		edge_worker_flow_closed(w, &item->flow);
	else if (sip_msg_decode((struct text){ item->bytes, item->len }, &m, &fault) == 0)
		edge_worker_receive(w, &item->flow, &m);
}

static void batch_free(struct handover_batch *b, bool to_be_read)
{
	while (b->first) {
		struct item *item = b->first;

		b->first = item->next;
		if (to_be_read)
			deliver(b->to, item);
		atomic_fetch_sub(&b->to->waiting, 1);
		free(item);
	}
	free(b);
}

static void batch_arrived(struct task *t)
{
	batch_free(container_of(t, struct handover_batch, task), true);
}

static void flush(struct task *t)
{
	struct edge_worker *w = container_of(t, struct edge_worker, flush);

	w->flush_deferred = false;
	for (unsigned i = 0; i < w->edge->worker_count; i++) {
		struct handover_batch *b = w->out[i];

		w->out[i] = NULL;
		if (b)
			loop_post(b->to->loop, &b->task);
	}
}

static struct handover_batch *batch_for(struct edge_worker *w, unsigned to)
{
	struct handover_batch *b = w->out[to];

	if (b)
		return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->task.fn = batch_arrived;
	b->to = &w->edge->workers[to];
	b->last = &b->first;
	w->out[to] = b;
	return b;
}

static void append(struct edge_worker *w, struct handover_batch *b, struct item *item)
{
	*b->last = item;
	b->last = &item->next;
	atomic_fetch_add(&b->to->waiting, 1);
	if (w->flush_deferred)
		return;
	w->flush_deferred = true;
	w->flush.fn = flush;
	loop_defer(w->loop, &w->flush);
}

/* False when the other has enough to do. */
static bool hand_over(struct edge_worker *w, unsigned to, const struct flow *f,
		      struct text bytes, unsigned waiting_max)
{
	struct handover_batch *b = NULL;
	struct item *item = NULL;

	if (atomic_load(&w->edge->workers[to].waiting) < waiting_max)
		item = malloc(sizeof(*item) + bytes.len);
	if (item)
		b = batch_for(w, to);
	if (!b) {
		free(item);
		return false;
	}
	*item = (struct item){ .flow = *f, .len = bytes.len };
	if (bytes.len)
		memcpy(item->bytes, bytes.p, bytes.len);
	append(w, b, item);
	return true;
}

void edge_handover(struct edge_worker *w, unsigned to, const struct flow *from,
		   struct text bytes)
{
	bool done = hand_over(w, to, from, bytes, HANDOVER_WAITING_MAX);

	edge_tally_add(done ? &w->tally.handed_over : &w->tally.handover_dropped);
}

/* These are never refused for want of room: transactions wait for them. */
void edge_handover_closed(struct edge_worker *w, const struct flow *f)
{
	for (unsigned i = 0; i < w->edge->worker_count; i++) {
		if (i != w->index && !hand_over(w, i, f, TEXT_NONE, UINT32_MAX))
			edge_tally_add(&w->tally.handover_dropped);
	}
}

void edge_handover_drop(struct edge_worker *w)
{
	if (w->flush_deferred)
		loop_cancel(w->loop, &w->flush);
	w->flush_deferred = false;
	for (unsigned i = 0; i < w->edge->worker_count; i++) {
		if (w->out[i])
			batch_free(w->out[i], false);
		w->out[i] = NULL;
	}
}
