/* SPDX-License-Identifier: Apache-2.0 */
/* account/poster.c - Brings what happened on any thread to the book's loop: changed
 * credentials to those who watch, pins to the store. */

#include <errno.h>
#include <stdlib.h>

#include "account/book.h"

/* One pin on its way into the store. */
struct pin {
	struct store_job job;
	struct list node; /* while it is with the store */
	struct pin *next; /* until then */
	int64_t id;
	uint8_t algorithm;
};

/* Outlives the book when its task still waits on the loop: then book is NULL. */
struct account_poster {
	struct task task;
	pthread_mutex_t lock; /* of the four below */
	struct account_book *book;
	struct credential *changed;
	struct pin *pins;
	bool posted;
	struct list writing; /* pins; the loop's thread only */
};

static int write_pin(struct store_db *db, struct store_job *job)
{
	struct pin *pin = container_of(job, struct pin, job);
	struct credential_row row;
	int rc = store_credential_get(db, pin->id, &row);

	if (rc || row.pinned_algorithm == pin->algorithm)
		return rc;
	row.pinned_algorithm = pin->algorithm;
	rc = store_credential_put(db, &row);
	return rc ? rc : store_changed(db, "credential", row.id);
}

/* A pin that could not be written is learned again after the next start. */
static void pin_written(struct store_job *job, int status)
{
	struct pin *pin = container_of(job, struct pin, job);

	list_remove(&pin->node);
	free(pin);
}

/* In order with the customer's other changes. */
static void submit_pin(struct account_poster *p, struct pin *pin)
{
	struct account_credential now = { 0 };

	account_credential_by_id(p->book, pin->id, &now);
	pin->job.work = write_pin;
	pin->job.done = pin_written;
	if (store_submit(p->book->store, p->book->loop, STORE_WRITE, now.customer_id,
			 &pin->job))
		free(pin);
	else
		list_append(&p->writing, &pin->node);
}

static void tell(struct account_book *b, int64_t id, bool new_secret)
{
	struct account_credential now;

	if (account_credential_by_id(b, id, &now))
		return;
	for (struct account_watch *w = b->watches; w; w = w->next)
		w->credential(w, &now, new_secret);
}

static struct credential *next_changed(struct account_poster *p, bool *new_secret)
{
	struct credential *c;

	pthread_mutex_lock(&p->lock);
	c = p->changed;
	if (c) {
		p->changed = c->changed_next;
		*new_secret = c->new_secret;
		c->changed = c->new_secret = false;
	}
	pthread_mutex_unlock(&p->lock);
	return c;
}

static void poster_end(struct account_poster *p)
{
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static void run(struct task *task)
{
	struct account_poster *p = container_of(task, struct account_poster, task);
	struct credential *c;
	struct pin *pins;
	bool new_secret;

	if (!p->book) {
		poster_end(p);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->posted = false;
	pins = p->pins;
	p->pins = NULL;
	pthread_mutex_unlock(&p->lock);
	for (struct pin *next; pins; pins = next) {
		next = pins->next;
		submit_pin(p, pins);
	}
	while ((c = next_changed(p, &new_secret)))
		tell(p->book, c->id, new_secret);
}

/* With the lock held. */
static void wake(struct account_poster *p)
{
	if (p->posted)
		return;
	p->posted = true;
	loop_post(p->book->loop, &p->task);
}

void account_poster_add(struct account_book *b, struct credential *c, bool new_secret)
{
	struct account_poster *p = b->poster;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	c->new_secret |= new_secret;
	if (!c->changed) {
		c->changed = true;
		c->changed_next = p->changed;
		p->changed = c;
		wake(p);
	}
	pthread_mutex_unlock(&p->lock);
}

int account_pin_store(struct account_book *b, int64_t id, uint8_t algorithm)
{
	struct account_poster *p = b->poster;
	struct pin *pin;

	if (!p)
		return 0;
	pin = calloc(1, sizeof(*pin));
	if (!pin)
		return -ENOMEM;
	pin->id = id;
	pin->algorithm = algorithm;
	pthread_mutex_lock(&p->lock);
	pin->next = p->pins;
	p->pins = pin;
	wake(p);
	pthread_mutex_unlock(&p->lock);
	return 0;
}

int account_poster_new(struct account_book *b)
{
	struct account_poster *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->task.fn = run;
	p->book = b;
	list_init(&p->writing);
	pthread_mutex_init(&p->lock, NULL);
	b->poster = p;
	return 0;
}

void account_poster_free(struct account_book *b)
{
	struct account_poster *p = b->poster;

	if (!p)
		return;
	LIST_EACH_SAFE (it, &p->writing) {
		struct pin *pin = container_of(it, struct pin, node);

		store_cancel(&pin->job);
		free(pin);
	}
	for (struct pin *pin = p->pins, *next; pin; pin = next) {
		next = pin->next;
		free(pin);
	}
	p->book = NULL;
	if (!p->posted)
		poster_end(p);
}
