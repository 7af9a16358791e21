/* SPDX-License-Identifier: Apache-2.0 */
/* account/import.c - An import from its file to its one transaction. */

#include "account/import.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/import_room.h"
#include "base/date.h"
#include "base/list.h"

enum { ARENA_BLOCK = 65536, TRIES = 3 };

static const struct import_ops *const kinds[] = {
	[IMPORT_CUSTOMERS] = &import_customers,
	[IMPORT_CREDENTIALS] = &import_credentials,
	[IMPORT_PRODUCTS] = &import_products,
	[IMPORT_TARIFFS] = &import_tariffs,
};

static const char *const topics[] = {
	[TOLD_CUSTOMER] = "customer", [TOLD_PRODUCT] = "product",
	[TOLD_LINE] = "line",         [TOLD_CREDENTIAL] = "credential",
	[TOLD_TARIFF] = "tariff",     [TOLD_LOGIN] = "login",
};

int import_tell(struct import *im, struct store_db *db, enum import_topic topic,
		int64_t id)
{
	if (im->told[topic]++ >= IMPORT_TOLD_MAX)
		return 0;
	return store_changed(db, topics[topic], id);
}

int import_tell_rest(struct import *im, struct store_db *db)
{
	for (unsigned t = 0; t < TOLD_TOPICS; t++) {
		int rc = im->told[t] > IMPORT_TOLD_MAX ? store_changed(db, topics[t], 0)
						       : 0;

		if (rc)
			return rc;
	}
	return 0;
}

int import_log(struct import *im, struct store_db *db, const struct event_row *what)
{
	struct event_row row = *what;

	row.id = id_new(im->cfg->ids);
	row.at = im->now_us;
	strcpy(row.who, "import");
	return store_event_put(db, &row);
}

int import_revoke(struct import *im, struct store_db *db, struct credential_row *row,
		  const char *why)
{
	struct event_row event = { .customer_id = row->customer_id,
				   .line_id = row->line_id,
				   .credential_id = row->id,
				   .kind = "credential_revoked" };
	int rc;

	row->status = CREDENTIAL_REVOKED;
	row->status_at = im->now_us;
	row->generation++;
	snprintf(event.text, sizeof(event.text), "Credential \"%s\" (%s) revoked: %s.",
		 row->label, row->auth_name, why);
	rc = store_credential_put(db, row);
	if (!rc)
		rc = import_log(im, db, &event);
	import_change(im, "credential %s: revoked, %s", row->auth_name, why);
	return rc ? rc : import_tell(im, db, TOLD_CREDENTIAL, row->id);
}

enum { LINE_CREDENTIALS_MAX = 1000 };

struct gathered {
	struct credential_row *rows;
	unsigned count;
	bool devices_only;
};

static int gather(void *arg, const struct credential_row *row)
{
	struct gathered *g = arg;

	if (row->status == CREDENTIAL_REVOKED ||
	    (g->devices_only && row->kind != CREDENTIAL_DEVICE))
		return 0;
	if (g->count == LINE_CREDENTIALS_MAX)
		return -E2BIG;
	g->rows[g->count++] = *row;
	return 0;
}

/* Gathered first: rows are not written while they are read. */
int import_revoke_line(struct import *im, struct store_db *db,
		       const struct line_row *line, bool devices_only, const char *why)
{
	struct gathered g = { .devices_only = devices_only };
	int rc;

	g.rows = malloc(LINE_CREDENTIALS_MAX * sizeof(*g.rows));
	if (!g.rows)
		return -ENOMEM;
	rc = store_credential_each(db, line->id, gather, &g);
	for (unsigned i = 0; i < g.count && !rc; i++)
		rc = import_revoke(im, db, &g.rows[i], why);
	free(g.rows);
	return rc;
}

struct writing {
	struct store_job job;
	struct import *im;
	unsigned faults; /* of the file itself */
	bool ready;      /* all is good; only a dry run still stands in the way */
};

/* Counts what a try before may have counted. */
static void begin_again(struct writing *w)
{
	struct import_result *r = &w->im->result;

	for (size_t i = 0; i < w->im->count; i++) {
		struct import_row *row = import_row_at(w->im, i);

		row->bad = row->bad_in_file;
	}
	r->added = r->changed = r->unchanged = r->ended = 0;
	r->change_count = 0;
	r->fault_count = w->faults;
	memset(w->im->told, 0, sizeof(w->im->told));
	w->ready = false;
}

static int write_all(struct store_db *db, struct store_job *job)
{
	struct writing *w = container_of(job, struct writing, job);
	int rc;

	begin_again(w);
	rc = w->im->ops->apply(w->im, db);
	if (!rc)
		rc = w->im->error;
	if (!rc)
		rc = import_tell_rest(w->im, db);
	if (!rc && w->im->result.fault_count)
		rc = -EBADMSG;
	w->ready = rc == 0;
	/* A dry run does everything and keeps nothing. */
	return !rc && w->im->cfg->dry_run ? -ECANCELED : rc;
}

/* Faults of the file alone do not hide those that only the store can show. */
static int write_to_store(struct import *im)
{
	struct writing w = { .job.work = write_all, .im = im, .faults = im->file_faults };
	int rc = store_run(im->cfg->store, STORE_WRITE, &w.job);

	return rc == -ECANCELED && w.ready ? 0 : rc;
}

static int by_line(const void *left, const void *right)
{
	const struct import_fault *a = left, *b = right;

	return (a->line > b->line) - (a->line < b->line);
}

static void sort_faults(struct import_result *r)
{
	unsigned kept =
		r->fault_count < IMPORT_FAULTS_MAX ? r->fault_count : IMPORT_FAULTS_MAX;

	if (kept)
		qsort(r->faults, kept, sizeof(*r->faults), by_line);
}

void import_forget(const struct import *im, struct text secret)
{
	uintptr_t at = (uintptr_t)secret.p, file = (uintptr_t)im->csv.p;

	if (secret.len && (at < file || at >= file + im->csv.len))
		sodium_memzero((void *)at, secret.len);
}

/* What the file alone shows stays, however often the store is asked. */
static void remember_faults(struct import *im)
{
	im->file_faults = im->result.fault_count;
	for (size_t i = 0; i < im->count; i++) {
		struct import_row *row = import_row_at(im, i);

		row->bad_in_file = row->bad;
	}
}

/* -ESTALE: somebody has changed what prepare looked at. */
static int prepare_and_write(struct import *im)
{
	int rc = im->ops->prepare ? im->ops->prepare(im) : 0;

	return rc ? rc : write_to_store(im);
}

static int run(struct import *im)
{
	int rc = import_read(im);

	im->result.rows = (unsigned)im->count;
	if (!rc)
		rc = im->error;
	if (!rc)
		rc = im->ops->check(im);
	remember_faults(im);
	for (unsigned tries = 0; !rc && tries < TRIES; tries++) {
		rc = prepare_and_write(im);
		if (rc != -ESTALE)
			return rc;
		rc = tries + 1 < TRIES ? 0 : -EAGAIN;
	}
	return rc;
}

int import_run(const struct import_config *cfg, enum import_kind kind, struct text csv,
	       struct import_result *ret)
{
	struct import im = { .cfg = cfg, .ops = kinds[kind], .csv = csv };
	int rc = -ENOMEM;

	*ret = (struct import_result){ 0 };
	im.now_us = clock_wall_us(cfg->clock);
	im.today = date_day_of(im.now_us, cfg->timezone ? cfg->timezone : "UTC");
	im.arena = arena_new(ARENA_BLOCK);
	im.state = calloc(1, im.ops->state_size);
	if (im.arena && im.state)
		rc = run(&im);
	if (im.state && im.ops->end)
		im.ops->end(&im);
	free(im.state);
	free(im.rows);
	arena_free(im.arena);
	sort_faults(&im.result);
	*ret = im.result;
	return rc;
}
