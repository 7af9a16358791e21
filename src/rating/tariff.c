/* SPDX-License-Identifier: Apache-2.0 */
/* rating/tariff.c - The tariffs in use, and what a destination costs. */

#include "rating/tariff.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/list.h"
#include "rating/tariff_set.h"

enum { TARIFF_RETRY_MS = 1000, TIMEZONE_SIZE = 64 };

struct tariff_book {
	struct store *store;
	struct loop *loop; /* NULL: no feed */
	char timezone[TIMEZONE_SIZE];
	pthread_rwlock_t lock; /* of set */
	struct tariff_set *set;
	/* Reading anew: */
	struct store_feed feed;
	struct store_job job;
	struct timer retry;
	struct tariff_set *fresh; /* the job's result */
	bool reading;
	bool again;
};

static int add(void *arg, const struct rate_row *row)
{
	return tariff_set_add(arg, row);
}

static int read_all(struct store_db *db, struct store_job *job)
{
	struct tariff_book *t = container_of(job, struct tariff_book, job);
	int rc;

	tariff_set_free(t->fresh);
	t->fresh = tariff_set_new();
	if (!t->fresh)
		return -ENOMEM;
	rc = store_rate_each(db, add, t->fresh);
	if (!rc)
		tariff_set_end(t->fresh);
	return rc;
}

static void swap(struct tariff_book *t)
{
	struct tariff_set *old;

	pthread_rwlock_wrlock(&t->lock);
	old = t->set;
	t->set = t->fresh;
	pthread_rwlock_unlock(&t->lock);
	t->fresh = NULL;
	tariff_set_free(old);
}

static void read_again(struct tariff_book *t);

static void retry(struct timer *timer)
{
	read_again(container_of(timer, struct tariff_book, retry));
}

static void read_done(struct store_job *job, int status)
{
	struct tariff_book *t = container_of(job, struct tariff_book, job);

	t->reading = false;
	if (status)
		timer_start(t->loop, &t->retry, TARIFF_RETRY_MS, retry);
	else
		swap(t);
	if (t->again && !status)
		read_again(t);
}

/* One read at a time; what changes meanwhile is read after it. */
static void read_again(struct tariff_book *t)
{
	t->again = t->reading;
	if (t->reading)
		return;
	t->job = (struct store_job){ .work = read_all, .done = read_done };
	t->reading = true;
	if (store_submit(t->store, t->loop, STORE_READ, 0, &t->job) == 0)
		return;
	t->reading = false;
	timer_start(t->loop, &t->retry, TARIFF_RETRY_MS, retry);
}

static void changed(struct store_feed *feed, const char *topic, int64_t key)
{
	if (strcmp(topic, "tariff") == 0)
		read_again(container_of(feed, struct tariff_book, feed));
}

/* The feed begins first, so that no change falls between the two. */
static int start(struct tariff_book *t)
{
	int rc = 0;

	if (t->loop) {
		t->feed = (struct store_feed){ .changed = changed, .loop = t->loop };
		rc = store_feed_start(t->store, &t->feed);
		if (rc)
			t->loop = NULL;
	}
	if (!rc) {
		t->job = (struct store_job){ .work = read_all };
		rc = store_run(t->store, STORE_READ, &t->job);
	}
	if (!rc)
		swap(t);
	return rc;
}

int tariff_book_open(struct store *store, struct loop *loop, const struct clock *clock,
		     const char *timezone, struct tariff_book **ret, char reason[200])
{
	struct tariff_book *t = calloc(1, sizeof(*t));
	int rc;

	if (!t) {
		snprintf(reason, 200, "The tariffs do not fit into memory.");
		return -ENOMEM;
	}
	pthread_rwlock_init(&t->lock, NULL);
	t->store = store;
	t->loop = loop;
	rc = text_copy(t->timezone, sizeof(t->timezone), text_of(timezone));
	if (!rc)
		rc = start(t);
	if (rc) {
		snprintf(reason, 200, "The tariffs cannot be loaded: %s.", strerror(-rc));
		tariff_book_free(t);
		return rc;
	}
	*ret = t;
	return 0;
}

void tariff_book_free(struct tariff_book *t)
{
	if (!t)
		return;
	if (t->loop) {
		store_feed_stop(t->store, &t->feed);
		timer_stop(&t->retry);
	}
	if (t->reading)
		store_cancel(&t->job);
	tariff_set_free(t->fresh);
	tariff_set_free(t->set);
	pthread_rwlock_destroy(&t->lock);
	free(t);
}

static int free_of_charge(const char *class_, struct quote *ret)
{
	*ret = (struct quote){ .first_s = 1, .next_s = 1 };
	snprintf(ret->class_, sizeof(ret->class_), "%s", class_);
	return 0;
}

/* Whatever the tariff says. */
static bool always_free(const struct destination *d, const char *class_)
{
	return d->kind == DESTINATION_EMERGENCY || d->kind == DESTINATION_ECHO ||
	       strcmp(class_, "freephone") == 0;
}

int tariff_quote(struct tariff_book *t, const char *tariff, const struct destination *d,
		 const char *country, bool onnet, int64_t wall_us, struct quote *ret)
{
	const char *class_ = plan_class(d, country);
	int rc;

	if (always_free(d, class_))
		return free_of_charge(class_, ret);
	if (onnet)
		return free_of_charge("onnet", ret);
	pthread_rwlock_rdlock(&t->lock);
	rc = tariff_set_find(t->set, tariff, d->key, date_day_of(wall_us, t->timezone),
			     ret);
	pthread_rwlock_unlock(&t->lock);
	/* No missing price may stand between a person and help. */
	if (rc && d->kind == DESTINATION_HELPLINE)
		return free_of_charge(class_, ret);
	return rc;
}

/* a + b and a * b without running over: money stops at the largest amount. */
static int64_t money_add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t money_times(int64_t a, int64_t b)
{
	int64_t product;

	return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

int64_t tariff_charge(const struct quote *q, int64_t duration_us)
{
	int64_t first_us = (int64_t)q->first_s * 1000000;
	int64_t next_us = (int64_t)(q->next_s ? q->next_s : 1) * 1000000;
	int64_t begun, charge;

	if (duration_us < 0)
		return 0;
	charge = money_add(q->setup_micros,
			   money_muldiv_up(q->per_minute_micros, q->first_s, 60));
	if (duration_us <= first_us)
		return charge;
	begun = (duration_us - first_us - 1) / next_us + 1;
	return money_add(charge,
			 money_times(begun, money_muldiv_up(q->per_minute_micros,
							    next_us / 1000000, 60)));
}
