/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_line.c - The line of a row, in the store. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/import_customers.h"
#include "base/date.h"

static bool is_open(const struct import *im, const struct line_row *row)
{
	return row->to_day >= im->today;
}

static int put(struct import *im, struct store_db *db, const struct line_row *row)
{
	int rc = store_line_put(db, row);

	return rc ? rc : import_tell(im, db, TOLD_LINE, row->id);
}

static int add(struct import *im, struct store_db *db, struct customer_import *c)
{
	struct line_row row = { .id = id_new(im->cfg->ids),
				.customer_id = import_owner_of(im, c)->id,
				.from_day = im->today,
				.to_day = DATE_DAY_NEVER,
				.created_at = im->now_us };

	text_copy(row.number, sizeof(row.number), c->number);
	text_copy(row.product, sizeof(row.product), c->product);
	c->added = true;
	import_change(im, "line %s: added for %s (%s)", row.number, SHOW(c->customer),
		      SHOW(c->product));
	return put(im, db, &row);
}

static bool eligible(struct import *im, const struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	const struct import_product *p = import_index_find(&s->products, c->product);

	return p && p->sold[c->segment] && p->credentials_from[c->segment] <= im->today;
}

/* A customer who loses the right to credentials loses those that are there. */
static int update(struct import *im, struct store_db *db, struct customer_import *c,
		  struct line_row *row)
{
	bool other_product = !text_eq(c->product, text_of(row->product));
	int rc = 0;

	if (other_product) {
		c->changed = true;
		import_change(im, "line %s: %s instead of %s", row->number,
			      SHOW(c->product), SHOW(text_of(row->product)));
		text_copy(row->product, sizeof(row->product), c->product);
		rc = put(im, db, row);
	}
	if (!rc && (other_product || import_owner_of(im, c)->segment_changed) &&
	    !eligible(im, c))
		rc = import_revoke_line(im, db, row, true,
					"the line's new product has no credentials");
	return rc;
}

static void fault_foreign(struct import *im, struct store_db *db,
			  struct customer_import *c, const struct line_row *row)
{
	struct customer_row owner = { 0 };

	(void)store_customer_get(db, row->customer_id, &owner);
	import_fault(im, &c->row, "number %s is taken, by customer %s", SHOW(c->number),
		     SHOW(text_of(owner.ref)));
}

int import_line_put(struct import *im, struct store_db *db, struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	const char *login = import_index_find(&s->mobiles, c->number);
	struct line_row row;
	char number[E164_SIZE];
	int rc;

	if (login)
		import_fault(im, &c->row, "number %s is where login %s gets its codes",
			     SHOW(c->number), SHOW(text_of(login)));
	text_copy(number, sizeof(number), c->number);
	rc = store_line_by_number(db, number, &row);
	if (rc && rc != -ENOENT)
		return rc;
	if (rc || !is_open(im, &row))
		return add(im, db, c);
	if (row.customer_id == import_owner_of(im, c)->id)
		return update(im, db, c, &row);
	fault_foreign(im, db, c, &row);
	return 0;
}

/* Lines to end: gathered first, as rows are not written while they are read. */
struct leaving {
	struct import *im;
	struct line_row *rows;
	size_t count;
	struct store_db *db;
};

static int see(void *arg, const struct line_row *row)
{
	struct leaving *l = arg;
	struct line_row *rows;

	if (!is_open(l->im, row))
		return 0;
	if (!(l->count & (l->count - 1))) {
		rows = realloc(l->rows, (l->count ? 2 * l->count : 1) * sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		l->rows = rows;
	}
	l->rows[l->count++] = *row;
	return 0;
}

/* True when the file has this number for this customer. */
static int stays(struct import *im, struct store_db *db, const struct line_row *row,
		 bool *ret)
{
	struct import_customers_state *s = im->state;
	const struct customer_import *c =
		import_index_find(&s->numbers, text_of(row->number));
	struct customer_row owner;
	int rc;

	*ret = false;
	if (!c)
		return 0;
	rc = store_customer_get(db, row->customer_id, &owner);
	*ret = !rc && text_eq(c->customer, text_of(owner.ref));
	return rc;
}

static int end_line(struct import *im, struct store_db *db, struct line_row *row)
{
	struct event_row event = { .customer_id = row->customer_id,
				   .line_id = row->id,
				   .kind = "line_ended" };
	int rc;

	row->to_day = im->today - 1;
	im->result.ended++;
	import_change(im, "line %s: ended", row->number);
	snprintf(event.text, sizeof(event.text), "Line %s ended.", row->number);
	rc = import_revoke_line(im, db, row, false, "the line has ended");
	if (!rc)
		rc = import_log(im, db, &event);
	return rc ? rc : put(im, db, row);
}

int import_lines_end(struct import *im, struct store_db *db)
{
	struct leaving l = { .im = im };
	int rc = store_line_each(db, 0, see, &l);

	for (size_t i = 0; i < l.count && !rc; i++) {
		bool stay;

		rc = stays(im, db, &l.rows[i], &stay);
		if (!rc && !stay)
			rc = end_line(im, db, &l.rows[i]);
	}
	free(l.rows);
	return rc;
}
