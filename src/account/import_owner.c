/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_owner.c - The customer of a row, in the store. */

#include <errno.h>
#include <string.h>

#include "account/import_customers.h"

/* A column that the file does not have leaves the field alone; true when it changes. */
static bool set(char *field, size_t size, bool given, struct text value)
{
	if (!given || text_eq(text_of(field), value))
		return false;
	text_copy(field, size, value);
	return true;
}

#define SET(member, column)                                                              \
	set(row->member, sizeof(row->member), import_has(im, column), c->member)

static bool fill(struct import *im, struct customer_row *row,
		 const struct customer_import *c)
{
	bool changed = row->segment != c->segment;

	row->segment = c->segment;
	changed |= set(row->language, sizeof(row->language), c->language.len > 0,
		       c->language);
	changed |= SET(name, COLUMN_NAME);
	changed |= SET(street, COLUMN_STREET);
	changed |= SET(house, COLUMN_HOUSE);
	changed |= SET(postcode, COLUMN_POSTCODE);
	changed |= SET(town, COLUMN_TOWN);
	changed |= SET(location_ref, COLUMN_LOCATION_REF);
	return changed;
}

static int put(struct import *im, struct store_db *db, const struct customer_row *row,
	       bool added)
{
	int rc = store_customer_put(db, row);

	import_change(im, "customer %s: %s", row->ref, added ? "added" : "changed");
	return rc ? rc : import_tell(im, db, TOLD_CUSTOMER, row->id);
}

static int look_up(struct import *im, struct store_db *db, struct customer_import *c,
		   struct import_owner *owner)
{
	struct customer_row row = { .language = "de" };
	char ref[ROW_REF_SIZE];
	int rc;

	text_copy(ref, sizeof(ref), c->customer);
	rc = store_customer_by_ref(db, ref, &row);
	if (rc && rc != -ENOENT)
		return rc;
	c->added = rc == -ENOENT;
	if (c->added) {
		row.id = id_new(im->cfg->ids);
		row.created_at = im->now_us;
		memcpy(row.ref, ref, sizeof(row.ref));
	}
	owner->id = row.id;
	owner->segment_changed = !c->added && row.segment != c->segment;
	c->changed = fill(im, &row, c);
	return c->added || c->changed ? put(im, db, &row, c->added) : 0;
}

int import_customer_put(struct import *im, struct store_db *db, struct customer_import *c)
{
	struct import_owner *owner = import_owner_of(im, c);

	return owner->id ? 0 : look_up(im, db, c, owner);
}
