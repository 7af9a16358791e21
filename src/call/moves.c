/* SPDX-License-Identifier: Apache-2.0 */
/* call/moves.c - Tags whose legs have gone to another worker. */

#include "call/moves.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "net/socket.h"

struct move {
	struct table_node node; /* moves->tags */
	char tag[TXN_TOKEN_SIZE];
	unsigned worker;
	bool in_table;
};

struct call_moves {
	struct call_engine *engines[NET_WORKERS_MAX]; /* fixed while workers run */
	pthread_mutex_t lock;
	struct table tags;
	_Atomic size_t count; /* who asks in vain need not lock */
};

struct call_moves *call_moves_new(struct random *random)
{
	struct call_moves *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	if (table_init(&m->tags, random, 0) < 0) {
		free(m);
		return NULL;
	}
	pthread_mutex_init(&m->lock, NULL);
	return m;
}

void call_moves_free(struct call_moves *m)
{
	if (!m)
		return;
	table_fini(&m->tags);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

void moves_enter(struct call_engine *e)
{
	if (e->cfg.moves)
		e->cfg.moves->engines[e->cfg.worker] = e;
}

void moves_leave(struct call_engine *e)
{
	if (e->cfg.moves)
		e->cfg.moves->engines[e->cfg.worker] = NULL;
}

struct call_engine *moves_engine(const struct call_moves *m, unsigned worker)
{
	return worker < NET_WORKERS_MAX ? m->engines[worker] : NULL;
}

static bool find(struct call_moves *m, struct text tag, unsigned *ret)
{
	struct table_node *n = table_first(&m->tags, table_hash(&m->tags, tag));

	for (; n; n = table_next(n)) {
		const struct move *move = container_of(n, struct move, node);

		if (!text_eq(text_of(move->tag), tag))
			continue;
		*ret = move->worker;
		return true;
	}
	return false;
}

static bool moved(struct call_moves *m, struct text tag, unsigned *ret)
{
	bool found;

	if (!m || atomic_load_explicit(&m->count, memory_order_acquire) == 0)
		return false;
	pthread_mutex_lock(&m->lock);
	found = find(m, tag, ret);
	pthread_mutex_unlock(&m->lock);
	return found;
}

int moves_find(struct call_moves *m, struct text tag, unsigned *ret)
{
	return moved(m, tag, ret) ? 0 : txn_token_worker(tag, ret);
}

bool call_elsewhere(struct call_engine *e, struct text to_tag, unsigned *ret)
{
	unsigned worker;

	if (!moved(e->cfg.moves, to_tag, &worker) || worker == e->cfg.worker)
		return false;
	*ret = worker;
	return true;
}

int moves_prepare(struct leg *l)
{
	if (!l->move)
		l->move = calloc(1, sizeof(*l->move));
	if (!l->move)
		return -ENOMEM;
	text_copy(l->move->tag, sizeof(l->move->tag), text_of(l->local_tag));
	return 0;
}

static void put(struct call_moves *m, struct move *move, unsigned worker)
{
	move->worker = worker;
	if (move->in_table)
		return;
	move->in_table = true;
	table_insert(&m->tags, &move->node, table_hash(&m->tags, text_of(move->tag)));
	atomic_fetch_add_explicit(&m->count, 1, memory_order_release);
}

void moves_post(struct call_moves *m, const struct call *c, struct call_engine *to,
		struct task *task)
{
	struct move *caller = c->caller->move, *callee = c->callee->move;

	/* With the task the call is the other's. */
	pthread_mutex_lock(&m->lock);
	put(m, caller, to->cfg.worker);
	put(m, callee, to->cfg.worker);
	loop_post(to->cfg.loop, task);
	pthread_mutex_unlock(&m->lock);
}

void moves_forget(struct leg *l)
{
	struct call_moves *m = l->call->engine->cfg.moves;
	struct move *move = l->move;

	l->move = NULL;
	if (!move)
		return;
	if (move->in_table) {
		pthread_mutex_lock(&m->lock);
		table_remove(&m->tags, &move->node);
		atomic_fetch_sub_explicit(&m->count, 1, memory_order_release);
		pthread_mutex_unlock(&m->lock);
	}
	free(move);
}
