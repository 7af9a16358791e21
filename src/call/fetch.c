/* SPDX-License-Identifier: Apache-2.0 */
/* call/fetch.c - Asks another worker for a call: there, back, and again while it is busy. */

#include "call/fetch.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "call/carry.h"
#include "call/finish.h"
#include "call/moves.h"
#include "call/replaces.h"

struct fetch {
	struct task task;
	struct list node; /* the asking engine's fetches */
	struct call_moves *moves;
	unsigned home, there; /* workers */
	struct timer again;
	unsigned tries;
	int64_t line_id;
	char replaces[CALL_REPLACES_MAX];
	fetch_fn *fn; /* NULL: nobody waits any more */
	void *arg;
	/* what comes back */
	unsigned status;
	struct call *call;
};

static int find_worker(struct call_engine *e, struct text replaces, unsigned *ret)
{
	struct sip_replaces which;
	int r;

	if (!e->cfg.moves)
		return -ENOENT;
	r = sip_replaces_decode(replaces, &which);
	return r < 0 ? r : moves_find(e->cfg.moves, which.to_tag, ret);
}

bool call_fetch_helps(struct call_engine *e, struct text replaces)
{
	unsigned worker;

	return find_worker(e, replaces, &worker) == 0 && worker != e->cfg.worker &&
	       moves_engine(e->cfg.moves, worker);
}

static void fetch_free(struct fetch *f)
{
	timer_stop(&f->again);
	list_remove(&f->node);
	free(f);
}

/* --- there --- */

static void arrived(struct task *t);

static unsigned take(struct fetch *f, struct call_engine *e)
{
	struct sip_replaces which;
	struct leg *l;
	unsigned status;

	if (sip_replaces_decode(text_of(f->replaces), &which) < 0)
		return 481;
	status = call_replaces_find(e, &which, f->line_id, &l);
	if (status)
		return status;
	switch (call_carry_out(l->call, &f->call)) {
	case 0:
		return 0;
	case -EBUSY:
		return 491;
	default:
		return 503;
	}
}

static void asked(struct task *t)
{
	struct fetch *f = container_of(t, struct fetch, task);
	struct call_engine *home = moves_engine(f->moves, f->home);

	if (!home || !moves_engine(f->moves, f->there)) { /* all of them end */
		fetch_free(f);
		return;
	}
	f->status = take(f, moves_engine(f->moves, f->there));
	f->task.fn = arrived;
	if (f->call)
		moves_post(f->moves, f->call, home, t);
	else
		loop_post(home->cfg.loop, t);
}

/* --- at home --- */

static void ask(struct fetch *f)
{
	f->task.fn = asked;
	loop_post(moves_engine(f->moves, f->there)->cfg.loop, &f->task);
}

static void on_again(struct timer *t)
{
	ask(container_of(t, struct fetch, again));
}

static void settle_in(struct fetch *f, struct call_engine *e)
{
	log_info("call id=%lld from_worker=%u worker=%u", (long long)f->call->id,
		 f->there, f->home);
	call_carry_in(e, f->call);
	call_end_stopped(f->call);
}

static void arrived(struct task *t)
{
	struct fetch *f = container_of(t, struct fetch, task);
	struct call_engine *e = moves_engine(f->moves, f->home);
	fetch_fn *fn = f->fn;
	void *arg = f->arg;
	unsigned status = f->status;

	if (!e) {
		fetch_free(f);
		return;
	}
	if (f->call)
		settle_in(f, e);
	if (fn && status == 491 && ++f->tries < CALL_FETCH_TRIES) {
		timer_start(e->cfg.loop, &f->again, CALL_FETCH_STEP_MS, on_again);
		return;
	}
	fetch_free(f);
	if (fn)
		fn(arg, status);
}

struct fetch *call_fetch(struct call_engine *e, struct text replaces, int64_t line_id,
			 fetch_fn *fn, void *arg)
{
	struct fetch *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	if (find_worker(e, replaces, &f->there) < 0 ||
	    text_copy(f->replaces, sizeof(f->replaces), replaces) < 0) {
		free(f);
		return NULL;
	}
	f->moves = e->cfg.moves;
	f->home = e->cfg.worker;
	f->line_id = line_id;
	f->fn = fn;
	f->arg = arg;
	list_init(&f->node);
	list_append(&e->fetches, &f->node);
	ask(f);
	return f;
}

void call_fetch_forget(struct fetch *f)
{
	f->fn = NULL;
}

/* What still lies in another's mailbox ends there. */
void call_fetches_drop(struct call_engine *e)
{
	LIST_EACH_SAFE (it, &e->fetches) {
		struct fetch *f = container_of(it, struct fetch, node);

		list_remove(&f->node);
		if (timer_running(&f->again))
			fetch_free(f);
	}
}
