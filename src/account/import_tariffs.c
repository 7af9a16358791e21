/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_tariffs.c - Rates. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "account/import_room.h"
#include "base/date.h"

struct rate_import {
	struct import_row row;
	struct text tariff;
	struct text prefix;
	struct text class_;
	int64_t setup_micros;
	int64_t per_minute_micros;
	uint32_t first_s;
	uint32_t next_s;
	int32_t valid_from;
};

#define AT(member) offsetof(struct rate_import, member)
#define NEEDED     (COLUMN_REQUIRED | COLUMN_FILLED)
static const struct import_column columns[] = {
	{ "tariff", NEEDED, import_text, ROW_NAME_SIZE - 1, AT(tariff) },
	{ "prefix", NEEDED, import_prefix, ROW_PREFIX_SIZE - 1, AT(prefix) },
	{ "class", NEEDED, import_word, ROW_WORD_SIZE - 1, AT(class_) },
	{ "setup", NEEDED, import_money, 0, AT(setup_micros) },
	{ "per_minute", NEEDED, import_money, 0, AT(per_minute_micros) },
	{ "first_s", NEEDED, import_seconds, 0, AT(first_s) },
	{ "next_s", NEEDED, import_seconds, 0, AT(next_s) },
	{ "valid_from", COLUMN_REQUIRED | COLUMN_EMPTY_TOO, import_day_or_always, 0,
	  AT(valid_from) },
};

/* A rate that the store has. */
struct old {
	struct rate_row row;
	struct old *next;
};

struct state {
	struct import_index rows;    /* of the file, by tariff, prefix and day */
	struct import_index tariffs; /* of the file */
	struct import_index olds;    /* of the store */
	struct old *all_old;
};

static struct text key_of(struct import *im, struct text tariff, struct text prefix,
			  int32_t valid_from)
{
	char key[ROW_NAME_SIZE + ROW_PREFIX_SIZE + 16];
	int n = snprintf(key, sizeof(key), "%.*s/%.*s/%d", TEXT_ARG(tariff),
			 TEXT_ARG(prefix), (int)valid_from);

	return arena_text(im->arena, (struct text){ key, n > 0 ? (size_t)n : 0 });
}

static int check_row(struct import *im, struct rate_import *r)
{
	struct state *s = im->state;
	struct text key = key_of(im, r->tariff, r->prefix, r->valid_from);
	struct rate_import *first;
	char day[DATE_TEXT_SIZE];
	int rc;

	if (!key.p)
		return -ENOMEM;
	first = import_index_find(&s->rows, key);
	if (first) {
		import_fault(im, &r->row, "%s %s from %s stands on line %u already",
			     SHOW(r->tariff), SHOW(r->prefix),
			     date_day_encode(day, r->valid_from), first->row.line);
		return 0;
	}
	rc = import_index_add(im, &s->rows, key, r);
	if (!rc && !import_index_find(&s->tariffs, r->tariff))
		rc = import_index_add(im, &s->tariffs, r->tariff, r);
	return rc;
}

static int check(struct import *im)
{
	struct state *s = im->state;
	int rc = import_index_init(im, &s->rows);

	if (!rc)
		rc = import_index_init(im, &s->tariffs);
	for (size_t i = 0; i < im->count && !rc; i++) {
		struct rate_import *r = import_row_at(im, i);

		if (!r->row.bad)
			rc = check_row(im, r);
	}
	return rc;
}

static int see_rate(void *arg, const struct rate_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct text key =
		key_of(im, text_of(row->tariff), text_of(row->prefix), row->valid_from);
	struct old *old = arena_alloc(im->arena, sizeof(*old));

	if (!old || !key.p)
		return -ENOMEM;
	old->row = *row;
	old->next = s->all_old;
	s->all_old = old;
	return import_index_add(im, &s->olds, key, old);
}

static struct rate_row row_of(const struct rate_import *r)
{
	struct rate_row row = { .setup_micros = r->setup_micros,
				.per_minute_micros = r->per_minute_micros,
				.first_s = r->first_s,
				.next_s = r->next_s,
				.valid_from = r->valid_from };

	text_copy(row.tariff, sizeof(row.tariff), r->tariff);
	text_copy(row.prefix, sizeof(row.prefix), r->prefix);
	text_copy(row.class_, sizeof(row.class_), r->class_);
	return row;
}

static bool same(const struct rate_row *a, const struct rate_row *b)
{
	return strcmp(a->class_, b->class_) == 0 && a->setup_micros == b->setup_micros &&
	       a->per_minute_micros == b->per_minute_micros && a->first_s == b->first_s &&
	       a->next_s == b->next_s;
}

static int apply_row(struct import *im, struct store_db *db, const struct rate_import *r)
{
	struct state *s = im->state;
	struct text key = key_of(im, r->tariff, r->prefix, r->valid_from);
	struct rate_row row = row_of(r);
	struct old *old;

	if (!key.p)
		return -ENOMEM;
	old = import_index_find(&s->olds, key);
	if (old && same(&old->row, &row)) {
		im->result.unchanged++;
		return 0;
	}
	im->result.changed += old != NULL;
	im->result.added += old == NULL;
	import_change(im, "tariff %s, %s: %s", row.tariff, row.prefix,
		      old ? "changed" : "added");
	return store_rate_put(db, &row);
}

static int see_product(void *arg, const struct product_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;

	if (!import_index_find(&s->tariffs, text_of(row->tariff)))
		import_fault(im, &(struct import_row){ 0 },
			     "tariff %s is not in the file, but product %s has it",
			     row->tariff, row->name);
	return 0;
}

static int end_missing(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc = store_product_each(db, see_product, im);

	for (struct old *old = s->all_old; old && !rc; old = old->next) {
		const struct rate_row *row = &old->row;
		struct text key = key_of(im, text_of(row->tariff), text_of(row->prefix),
					 row->valid_from);

		if (!key.p)
			return -ENOMEM;
		if (import_index_find(&s->rows, key))
			continue;
		im->result.ended++;
		import_change(im, "tariff %s, %s: ended", row->tariff, row->prefix);
		rc = store_rate_delete(db, row->tariff, row->prefix, row->valid_from);
	}
	return rc;
}

static int apply(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc;

	import_index_fini(&s->olds);
	s->all_old = NULL;
	rc = import_index_init(im, &s->olds);
	if (!rc)
		rc = store_rate_each(db, see_rate, im);
	for (size_t i = 0; i < im->count && !rc; i++) {
		struct rate_import *r = import_row_at(im, i);

		if (!r->row.bad)
			rc = apply_row(im, db, r);
	}
	if (!rc && im->cfg->full && !im->result.fault_count)
		rc = end_missing(im, db);
	return rc ? rc : import_tell(im, db, TOLD_TARIFF, 0);
}

static void end(struct import *im)
{
	struct state *s = im->state;

	import_index_fini(&s->olds);
	import_index_fini(&s->tariffs);
	import_index_fini(&s->rows);
}

const struct import_ops import_tariffs = {
	IMPORT_COLUMNS(columns),
	.row_size = sizeof(struct rate_import),
	.state_size = sizeof(struct state),
	.check = check,
	.apply = apply,
	.end = end,
};
