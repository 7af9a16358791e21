/* SPDX-License-Identifier: Apache-2.0 */
/* net/group.c - Mailboxes between the workers: bytes for a connection go to the worker
 * that owns it. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/worker.h"

struct letter {
	struct letter *next;
	uint64_t conn;
	enum letter_act act;
	size_t len;
	char bytes[];
};

struct mailbox {
	pthread_mutex_t lock;
	struct net_worker *owner; /* NULL: nobody there */
	struct letter *first;
	struct letter **end;
	size_t size;
	bool posted; /* the task is on its way */
	struct task task;
};

struct net_group {
	unsigned workers;
	struct net_shared shared;
	struct mailbox boxes[];
};

/* The oldest letter's list; the box is empty then. */
static struct letter *mailbox_empty(struct mailbox *m)
{
	struct letter *first = m->first;

	m->first = NULL;
	m->end = &m->first;
	m->size = 0;
	return first;
}

static void letters_free(struct letter *l)
{
	while (l) {
		struct letter *next = l->next;

		free(l);
		l = next;
	}
}

static void letter_open(struct net_worker *w, const struct letter *l)
{
	int r = 0;

	if (l->len)
		r = conn_send(w, l->conn, (struct text){ l->bytes, l->len });
	if (l->act == LETTER_CLOSE)
		conn_close(w, l->conn);
	if (l->act == LETTER_KEEP)
		conn_keep(w, l->conn);
	if (r < 0)
		w->counters.handover_failed++;
}

static void mailbox_task(struct task *t)
{
	struct mailbox *m = container_of(t, struct mailbox, task);
	struct net_worker *owner;
	struct letter *first;

	pthread_mutex_lock(&m->lock);
	first = mailbox_empty(m);
	owner = m->owner;
	m->posted = false;
	pthread_mutex_unlock(&m->lock);
	for (struct letter *l = first; owner && l; l = l->next)
		letter_open(owner, l);
	letters_free(first);
}

struct net_group *net_group_new(unsigned workers)
{
	struct net_group *g;

	if (workers == 0 || workers > NET_WORKERS_MAX)
		return NULL;
	g = calloc(1, sizeof(*g) + workers * sizeof(g->boxes[0]));
	if (!g)
		return NULL;
	g->workers = workers;
	for (unsigned i = 0; i < workers; i++) {
		pthread_mutex_init(&g->boxes[i].lock, NULL);
		g->boxes[i].end = &g->boxes[i].first;
		g->boxes[i].task.fn = mailbox_task;
	}
	return g;
}

void net_group_free(struct net_group *g)
{
	if (!g)
		return;
	for (unsigned i = 0; i < g->workers; i++) {
		letters_free(g->boxes[i].first);
		pthread_mutex_destroy(&g->boxes[i].lock);
	}
	free(g);
}

unsigned net_group_workers(const struct net_group *g)
{
	return g->workers;
}

void net_group_share(struct net_group *g, const struct net_shared *s)
{
	g->shared = *s;
}

const struct net_shared *group_shared(const struct net_group *g)
{
	return &g->shared;
}

int group_join(struct net_group *g, struct net_worker *w)
{
	struct mailbox *m = &g->boxes[w->index];
	int r = 0;

	pthread_mutex_lock(&m->lock);
	if (m->owner)
		r = -EBUSY;
	else
		m->owner = w;
	pthread_mutex_unlock(&m->lock);
	return r;
}

void group_leave(struct net_group *g, struct net_worker *w)
{
	struct mailbox *m = &g->boxes[w->index];

	pthread_mutex_lock(&m->lock);
	if (m->owner == w)
		m->owner = NULL;
	pthread_mutex_unlock(&m->lock);
}

static int mailbox_put(struct mailbox *m, struct letter *l)
{
	if (!m->owner)
		return -ENOTCONN;
	if (m->size + l->len > NET_MAILBOX_MAX && l->act != LETTER_CLOSE)
		return -EAGAIN;
	*m->end = l;
	m->end = &l->next;
	m->size += sizeof(*l) + l->len;
	if (!m->posted)
		loop_post(m->owner->loop, &m->task);
	m->posted = true;
	return 0;
}

int group_hand_over(struct net_group *g, const struct flow *to, struct text bytes,
		    enum letter_act act)
{
	struct mailbox *m;
	struct letter *l;
	int r;

	if (to->worker >= g->workers)
		return -ENOTCONN;
	l = malloc(sizeof(*l) + bytes.len);
	if (!l)
		return -ENOMEM;
	*l = (struct letter){ .conn = to->conn, .act = act, .len = bytes.len };
	if (bytes.len)
		memcpy(l->bytes, bytes.p, bytes.len);
	m = &g->boxes[to->worker];
	pthread_mutex_lock(&m->lock);
	r = mailbox_put(m, l);
	pthread_mutex_unlock(&m->lock);
	if (r < 0)
		free(l);
	return r;
}
