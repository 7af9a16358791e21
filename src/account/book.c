/* SPDX-License-Identifier: Apache-2.0 */
/* account/book.c - The account book: opening, loading, the day it is. */

#include "account/book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

/* No zone begins its day inside a quarter of an hour of UTC. */
#define QUARTER_US (INT64_C(900) * 1000000)

int32_t account_today(struct account_book *b)
{
	int64_t now_us = clock_wall_us(b->clock);
	uint32_t quarter = (uint32_t)(now_us / QUARTER_US);
	uint64_t known = atomic_load_explicit(&b->today, memory_order_relaxed);

	if (known >> 32 != quarter || known == 0) {
		int32_t day = date_day_of(now_us, b->timezone);

		known = (uint64_t)quarter << 32 | (uint32_t)day;
		atomic_store_explicit(&b->today, known, memory_order_relaxed);
	}
	return (int32_t)(uint32_t)known;
}

static _Atomic uint32_t *state_of(struct account_book *b, int64_t line_id)
{
	return &b->states[(uint64_t)line_id % ACCOUNT_STATES];
}

void account_line_changed(struct account_book *b, int64_t line_id)
{
	atomic_fetch_add(state_of(b, line_id), 1);
}

uint64_t account_line_state(struct account_book *b, int64_t line_id)
{
	return (uint64_t)account_today(b) << 32 | atomic_load(state_of(b, line_id));
}

static int shards_init(struct account_book *b)
{
	struct shards *all[] = { &b->credentials_by_name, &b->credentials_by_id,
				 &b->lines_by_number, &b->lines_by_id, &b->customers };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int rc = account_shards_init(all[i], b->random);

		if (rc)
			return rc;
	}
	return 0;
}

static int init(struct account_book *b, const struct account_config *cfg)
{
	b->store = cfg->store;
	b->loop = cfg->loop;
	b->clock = cfg->clock;
	b->random = cfg->random;
	account_nobody_init(b);
	if (text_copy(b->realm, sizeof(b->realm), text_of(cfg->realm)) ||
	    text_copy(b->timezone, sizeof(b->timezone), text_of(cfg->timezone)))
		return -EINVAL;
	return shards_init(b);
}

struct load {
	struct store_job job;
	struct account_book *book;
};

/* Taking a row twice does no harm, so this may run more than once. */
static int load(struct store_db *db, struct store_job *job)
{
	return account_read_all(container_of(job, struct load, job)->book, db);
}

/* The feed begins first, so that no change falls between the two. */
static int start(struct account_book *b)
{
	struct load l = { .job.work = load, .book = b };
	int rc = 0;

	if (b->loop)
		rc = account_reader_new(b);
	if (!rc)
		rc = store_run(b->store, STORE_READ, &l.job);
	if (!rc && b->loop)
		rc = account_poster_new(b);
	return rc;
}

int account_book_open(const struct account_config *cfg, struct account_book **ret,
		      char reason[200])
{
	struct account_book *b = aligned_alloc(_Alignof(struct account_book), sizeof(*b));
	int rc;

	if (!b) {
		snprintf(reason, 200, "The customers do not fit into memory.");
		return -ENOMEM;
	}
	memset(b, 0, sizeof(*b));
	rc = account_products_init(&b->products);
	if (rc) {
		free(b);
		return rc;
	}
	rc = init(b, cfg);
	if (!rc)
		rc = start(b);
	if (rc) {
		snprintf(reason, 200, "The customers cannot be loaded: %s.",
			 strerror(-rc));
		account_book_free(b);
		return rc;
	}
	*ret = b;
	return 0;
}

void account_book_free(struct account_book *b)
{
	if (!b)
		return;
	account_reader_free(b);
	account_poster_free(b);
	account_credentials_free(b);
	account_lines_free(b);
	account_customers_free(b);
	account_products_free(&b->products);
	free(b);
}

void account_watch_start(struct account_book *b, struct account_watch *w)
{
	w->next = b->watches;
	b->watches = w;
}

void account_watch_stop(struct account_book *b, struct account_watch *w)
{
	struct account_watch **at = &b->watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
}
