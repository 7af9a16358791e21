/* SPDX-License-Identifier: Apache-2.0 */
/* call/await.c - Messages that wait for rtpengine. */

#include "call/await.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/early.h"
#include "call/headers.h"
#include "call/sdp.h"

/* One message. The first of the leg's list is the one that has been asked about. */
struct parked {
	struct list node; /* leg->waiting */
	struct media_wait wait;
	struct leg *leg;
	struct await_what what;
	await_fn *fn;
	char *bytes;
	size_t len;
};

static struct parked *first_of(const struct leg *l)
{
	struct list *node = list_first(&l->waiting);

	return node ? container_of(node, struct parked, node) : NULL;
}

static int ask_of(const struct await_what *what, uint64_t who, struct text sdp,
		  struct media_wait *w)
{
	if (who)
		(what->from->ours ? what->from : what->to)->answerer = who;
	return call_sdp_ask(what->from, what->to, what->role, sdp, w);
}

/* A 2xx that does not describe its sender leaves what it said before, which rtpengine may have
 * to be told again. */
static int ask(const struct await_what *what, const struct sip_msg *m,
	       struct media_wait *w)
{
	const struct early *said;
	struct text sdp;
	int r = headers_sdp(m, &sdp);

	if (r == 0)
		return ask_of(what, what->who, sdp, w);
	said = r == -ENOENT && what->who ? early_spoken_for(what->from, m) : NULL;
	return said ? ask_of(what, early_who(said), text_of(said->own), w) : 0;
}

static void parked_free(struct parked *p)
{
	media_wait_cancel(&p->wait);
	list_remove(&p->node);
	free(p->bytes);
	free(p);
}

static void decode(const struct parked *p, struct sip_msg *ret)
{
	struct sip_fault fault;

	/* It has been decoded once before. */
	(void)sip_msg_decode((struct text){ p->bytes, p->len }, ret, &fault);
}

static void deal(struct parked *p)
{
	struct leg *l = p->leg;
	struct sip_msg m;

	decode(p, &m);
	list_remove(&p->node);
	l->resuming = true;
	p->fn(l, &m);
	l->resuming = false;
	parked_free(p);
}

/* Deals with one after the other, until one has to wait. */
static void go_on(struct leg *l)
{
	struct parked *p = first_of(l);

	while (p) {
		struct sip_msg m;

		deal(p);
		p = first_of(l);
		if (!p)
			break;
		decode(p, &m);
		if (ask(&p->what, &m, &p->wait) == -EINPROGRESS)
			return;
	}
	call_sweep_soon(l->call);
}

static void answered(struct media_wait *w)
{
	go_on(container_of(w, struct parked, wait)->leg);
}

static bool known(const struct leg *l, const struct sip_msg *m, size_t *count)
{
	*count = 0;
	LIST_EACH (it, &l->waiting) {
		const struct parked *p = container_of(it, struct parked, node);

		if (text_eq((struct text){ p->bytes, p->len }, m->bytes))
			return true;
		++*count;
	}
	return false;
}

static struct parked *park(struct leg *l, const struct await_what *what,
			   const struct sip_msg *m, await_fn *fn)
{
	struct parked *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->bytes = malloc(m->bytes.len);
	if (!p->bytes) {
		free(p);
		return NULL;
	}
	memcpy(p->bytes, m->bytes.p, m->bytes.len);
	p->len = m->bytes.len;
	p->wait.fn = answered;
	p->leg = l;
	p->what = *what;
	p->fn = fn;
	list_init(&p->node);
	return p;
}

bool await_media(struct leg *l, const struct await_what *what, const struct sip_msg *m,
		 await_fn *fn)
{
	bool behind = !list_empty(&l->waiting);
	struct parked *p;
	size_t count;

	if (l->resuming || (!behind && !call_sdp_waits(what->from, what->to)))
		return true;
	if (known(l, m, &count) || count >= AWAIT_MAX)
		return false;
	p = park(l, what, m, fn);
	if (!p)
		return !behind; /* goes on unasked; what may not is sent again */
	list_append(&l->waiting, &p->node);
	if (behind || ask(what, m, &p->wait) == -EINPROGRESS)
		return false;
	parked_free(p);
	return true;
}

bool await_idle(const struct leg *l)
{
	return list_empty(&l->waiting);
}

void await_drop(struct leg *l)
{
	struct parked *p;

	while ((p = first_of(l)))
		parked_free(p);
}
