/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_products.c - Which product has which tariff, and credentials from when.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "account/import_room.h"

struct product_import {
	struct import_row row;
	struct text product;
	enum segment segment;
	struct text tariff;
	int32_t credentials_from;
};

#define AT(member) offsetof(struct product_import, member)
static const struct import_column columns[] = {
	{ "product", COLUMN_REQUIRED | COLUMN_FILLED, import_text, ROW_NAME_SIZE - 1,
	  AT(product) },
	{ "segment", COLUMN_REQUIRED | COLUMN_FILLED, import_segment, 0, AT(segment) },
	{ "tariff", COLUMN_REQUIRED | COLUMN_FILLED, import_text, ROW_NAME_SIZE - 1,
	  AT(tariff) },
	{ "credentials_from", COLUMN_REQUIRED | COLUMN_EMPTY_TOO, import_day_or_never, 0,
	  AT(credentials_from) },
};

/* A product that the store has. */
struct old {
	struct product_row row;
	struct old *next;
};

struct state {
	struct import_index rows;    /* of the file, by product and segment */
	struct import_index tariffs; /* of the store: names that have rates */
	struct import_index olds;    /* of the store, by product and segment */
	struct old *all_old;
	/* With --full: */
	struct import_index customers; /* by id: their segment */
	struct import_index used;      /* products that open lines have, by segment */
};

static struct text key_of(struct import *im, struct text product, enum segment segment)
{
	char key[ROW_NAME_SIZE + 8];
	int n = snprintf(key, sizeof(key), "%.*s/%s", TEXT_ARG(product),
			 import_segment_name(segment));

	return arena_text(im->arena, (struct text){ key, n > 0 ? (size_t)n : 0 });
}

static int check(struct import *im)
{
	struct state *s = im->state;
	int rc = import_index_init(im, &s->rows);

	for (size_t i = 0; i < im->count && !rc; i++) {
		struct product_import *p = import_row_at(im, i);
		struct text key = key_of(im, p->product, p->segment);
		struct product_import *first;

		if (!key.p)
			return -ENOMEM;
		first = import_index_find(&s->rows, key);
		if (first)
			import_fault(im, &p->row,
				     "product %s for %s stands on line %u already",
				     SHOW(p->product), import_segment_name(p->segment),
				     first->row.line);
		else
			rc = import_index_add(im, &s->rows, key, p);
	}
	return rc;
}

static int see_tariff(void *arg, const struct rate_row *rate)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct text name;

	if (import_index_find(&s->tariffs, text_of(rate->tariff)))
		return 0;
	name = arena_text(im->arena, text_of(rate->tariff));
	return name.p ? import_index_add(im, &s->tariffs, name, s) : -ENOMEM;
}

static int see_product(void *arg, const struct product_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct text key = key_of(im, text_of(row->name), row->segment);
	struct old *old = arena_alloc(im->arena, sizeof(*old));

	if (!old || !key.p)
		return -ENOMEM;
	old->row = *row;
	old->next = s->all_old;
	s->all_old = old;
	return import_index_add(im, &s->olds, key, old);
}

static int see_customer(void *arg, const struct customer_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct text id = arena_text(
		im->arena, (struct text){ (const char *)&row->id, sizeof(row->id) });
	enum segment *segment = arena_alloc(im->arena, sizeof(*segment));

	if (!id.p || !segment)
		return -ENOMEM;
	*segment = row->segment;
	return import_index_add(im, &s->customers, id, segment);
}

static int see_line(void *arg, const struct line_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct text id = { (const char *)&row->customer_id, sizeof(row->customer_id) };
	const enum segment *segment = import_index_find(&s->customers, id);
	struct text key;
	int rc;

	if (row->to_day < im->today || !segment)
		return 0;
	key = key_of(im, text_of(row->product), *segment);
	if (!key.p)
		return -ENOMEM;
	rc = import_index_add(im, &s->used, key, s);
	return rc == -EEXIST ? 0 : rc;
}

static void fini_seen(struct state *s)
{
	import_index_fini(&s->tariffs);
	import_index_fini(&s->olds);
	import_index_fini(&s->customers);
	import_index_fini(&s->used);
	s->all_old = NULL;
}

/* Which products cannot go. */
static int see_used(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc = import_index_init(im, &s->customers);

	if (!rc)
		rc = import_index_init(im, &s->used);
	if (!rc)
		rc = store_customer_each(db, see_customer, im);
	if (!rc)
		rc = store_line_each(db, 0, see_line, im);
	return rc;
}

static int see_store(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc;

	fini_seen(s);
	rc = import_index_init(im, &s->tariffs);
	if (!rc)
		rc = import_index_init(im, &s->olds);
	if (!rc)
		rc = store_rate_each(db, see_tariff, im);
	if (!rc)
		rc = store_product_each(db, see_product, im);
	if (!rc && im->cfg->full)
		rc = see_used(im, db);
	return rc;
}

static int put(struct import *im, struct store_db *db, const struct product_import *p)
{
	struct product_row row = { .segment = p->segment,
				   .credentials_from = p->credentials_from };

	text_copy(row.name, sizeof(row.name), p->product);
	text_copy(row.tariff, sizeof(row.tariff), p->tariff);
	return store_product_put(db, &row);
}

static int apply_row(struct import *im, struct store_db *db, struct product_import *p)
{
	struct state *s = im->state;
	struct text key = key_of(im, p->product, p->segment);
	struct old *old;

	if (!key.p)
		return -ENOMEM;
	if (!import_index_find(&s->tariffs, p->tariff)) {
		import_fault(im, &p->row, "tariff %s is unknown: import its rates first",
			     SHOW(p->tariff));
		return 0;
	}
	old = import_index_find(&s->olds, key);
	if (old && text_eq(p->tariff, text_of(old->row.tariff)) &&
	    p->credentials_from == old->row.credentials_from) {
		im->result.unchanged++;
		return 0;
	}
	im->result.changed += old != NULL;
	im->result.added += old == NULL;
	import_change(im, "product %s for %s: %s", SHOW(p->product),
		      import_segment_name(p->segment), old ? "changed" : "added");
	return put(im, db, p);
}

/* A product that lines have cannot go. */
static int end_missing(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc = 0;

	for (struct old *old = s->all_old; old && !rc; old = old->next) {
		const struct product_row *row = &old->row;
		struct text key = key_of(im, text_of(row->name), row->segment);

		if (!key.p)
			return -ENOMEM;
		if (import_index_find(&s->rows, key))
			continue;
		if (import_index_find(&s->used, key)) {
			import_fault(
				im, &(struct import_row){ 0 },
				"product %s for %s is not in the file, but lines have it",
				row->name, import_segment_name(row->segment));
			continue;
		}
		im->result.ended++;
		import_change(im, "product %s for %s: ended", row->name,
			      import_segment_name(row->segment));
		rc = store_product_delete(db, row->name, row->segment);
	}
	return rc;
}

static int apply(struct import *im, struct store_db *db)
{
	int rc = see_store(im, db);

	for (size_t i = 0; i < im->count && !rc; i++) {
		struct product_import *p = import_row_at(im, i);

		if (!p->row.bad)
			rc = apply_row(im, db, p);
	}
	if (!rc && im->cfg->full && !im->result.fault_count)
		rc = end_missing(im, db);
	return rc ? rc : import_tell(im, db, TOLD_PRODUCT, 0);
}

static void end(struct import *im)
{
	struct state *s = im->state;

	fini_seen(s);
	import_index_fini(&s->rows);
}

const struct import_ops import_products = {
	IMPORT_COLUMNS(columns),
	.row_size = sizeof(struct product_import),
	.state_size = sizeof(struct state),
	.check = check,
	.apply = apply,
	.end = end,
};
