/* SPDX-License-Identifier: Apache-2.0 */
/* account/reader.c - Follows the change feed: reads anew what others have changed. One
 * read at a time; what comes meanwhile waits for the next. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"

enum {
	READER_BATCH = 256,     /* rows of one read; more of a topic: all of it */
	READER_RETRY_MS = 1000, /* after a read that failed */
};

enum topic { TOPIC_CUSTOMER, TOPIC_PRODUCT, TOPIC_LINE, TOPIC_CREDENTIAL, TOPICS };

struct wish {
	bool all;
	size_t count;
	int64_t ids[READER_BATCH];
};

struct account_reader {
	struct store_feed feed;
	struct store_job job;
	struct timer retry;
	struct account_book *book;
	bool reading;
	struct wish waiting[TOPICS];
	struct wish now[TOPICS]; /* the store's while reading */
};

static int take_customer(void *arg, const struct customer_row *row)
{
	return account_customer_take(arg, row);
}

static int take_line(void *arg, const struct line_row *row)
{
	return account_line_take(arg, row);
}

static int take_consent(void *arg, const struct consent_row *row)
{
	return account_consent_take(arg, row);
}

static int take_credential(void *arg, const struct credential_row *row)
{
	return account_credential_take(arg, row);
}

static int all_customers(struct account_book *b, struct store_db *db)
{
	return store_customer_each(db, take_customer, b);
}

static int all_lines(struct account_book *b, struct store_db *db)
{
	int rc = store_line_each(db, 0, take_line, b);

	return rc ? rc : store_consent_each(db, take_consent, b);
}

static int all_credentials(struct account_book *b, struct store_db *db)
{
	return store_credential_each(db, 0, take_credential, b);
}

static int one_customer(struct account_book *b, struct store_db *db, int64_t id)
{
	struct customer_row row;
	int rc = store_customer_get(db, id, &row);

	return rc ? rc : account_customer_take(b, &row);
}

static int one_line(struct account_book *b, struct store_db *db, int64_t id)
{
	struct line_row row;
	struct consent_row consent;
	int rc = store_line_get(db, id, &row);

	if (!rc)
		rc = account_line_take(b, &row);
	if (rc)
		return rc;
	rc = store_consent_latest(db, row.customer_id, id, &consent);
	return rc == -ENOENT ? 0 : rc ? rc : account_consent_take(b, &consent);
}

static int one_credential(struct account_book *b, struct store_db *db, int64_t id)
{
	struct credential_row row;
	int rc = store_credential_get(db, id, &row);

	return rc ? rc : account_credential_take(b, &row);
}

/* one NULL: always all of them. */
static const struct {
	const char *name;
	int (*all)(struct account_book *, struct store_db *);
	int (*one)(struct account_book *, struct store_db *, int64_t id);
} topics[TOPICS] = {
	[TOPIC_CUSTOMER] = { "customer", all_customers, one_customer },
	[TOPIC_PRODUCT] = { "product", account_products_read, NULL },
	[TOPIC_LINE] = { "line", all_lines, one_line },
	[TOPIC_CREDENTIAL] = { "credential", all_credentials, one_credential },
};

int account_read_all(struct account_book *b, struct store_db *db)
{
	int rc = 0;

	for (unsigned t = 0; t < TOPICS && !rc; t++)
		rc = topics[t].all(b, db);
	return rc;
}

static int read_wish(struct account_book *b, struct store_db *db, enum topic t,
		     const struct wish *w)
{
	int rc = w->all ? topics[t].all(b, db) : 0;

	for (size_t i = 0; i < w->count && !w->all && !rc; i++) {
		rc = topics[t].one(b, db, w->ids[i]);
		if (rc == -ENOENT) /* a change that was undone */
			rc = 0;
	}
	return rc;
}

static int work(struct store_db *db, struct store_job *job)
{
	struct account_reader *r = container_of(job, struct account_reader, job);

	for (unsigned t = 0; t < TOPICS; t++) {
		int rc = read_wish(r->book, db, t, &r->now[t]);

		if (rc)
			return rc;
	}
	return 0;
}

static void add(struct wish *w, int64_t id, bool all)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->ids[i] == id)
			return;
	}
	if (all || w->count == READER_BATCH)
		w->all = true;
	else
		w->ids[w->count++] = id;
}

static void read_next(struct account_reader *r);

static void retry(struct timer *t)
{
	read_next(container_of(t, struct account_reader, retry));
}

/* What was not read is wished for again. */
static void failed(struct account_reader *r)
{
	for (unsigned t = 0; t < TOPICS; t++) {
		r->waiting[t].all |= r->now[t].all;
		for (size_t i = 0; i < r->now[t].count; i++)
			add(&r->waiting[t], r->now[t].ids[i], false);
	}
	timer_start(r->book->loop, &r->retry, READER_RETRY_MS, retry);
}

static void done(struct store_job *job, int status)
{
	struct account_reader *r = container_of(job, struct account_reader, job);

	r->reading = false;
	if (status)
		failed(r);
	else
		read_next(r);
}

static bool wished(const struct account_reader *r)
{
	for (unsigned t = 0; t < TOPICS; t++) {
		if (r->waiting[t].all || r->waiting[t].count)
			return true;
	}
	return false;
}

static void read_next(struct account_reader *r)
{
	if (r->reading || timer_running(&r->retry) || !wished(r))
		return;
	memcpy(r->now, r->waiting, sizeof(r->now));
	memset(r->waiting, 0, sizeof(r->waiting));
	r->job = (struct store_job){ .work = work, .done = done };
	r->reading = true;
	if (store_submit(r->book->store, r->book->loop, STORE_READ, 0, &r->job) == 0)
		return;
	r->reading = false;
	failed(r);
}

static void changed(struct store_feed *feed, const char *topic, int64_t key)
{
	struct account_reader *r = container_of(feed, struct account_reader, feed);

	for (unsigned t = 0; t < TOPICS; t++) {
		if (strcmp(topics[t].name, topic) == 0)
			add(&r->waiting[t], key, key == 0 || !topics[t].one);
	}
	read_next(r);
}

int account_reader_new(struct account_book *b)
{
	struct account_reader *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return -ENOMEM;
	r->book = b;
	r->feed.changed = changed;
	r->feed.loop = b->loop;
	rc = store_feed_start(b->store, &r->feed);
	if (rc)
		free(r);
	else
		b->reader = r;
	return rc;
}

void account_reader_free(struct account_book *b)
{
	struct account_reader *r = b->reader;

	if (!r)
		return;
	store_feed_stop(b->store, &r->feed);
	timer_stop(&r->retry);
	if (r->reading)
		store_cancel(&r->job);
	free(r);
}
