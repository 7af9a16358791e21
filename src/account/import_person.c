/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_person.c - The login of a row, in the store. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/import_customers.h"

static int add(struct import *im, struct store_db *db, struct customer_import *c,
	       const struct import_person *p, struct login_row *row)
{
	*row = (struct login_row){ .id = id_new(im->cfg->ids),
				   .customer_id = import_owner_of(im, c)->id,
				   .language = "de",
				   .created_at = im->now_us };
	text_copy(row->name, sizeof(row->name), p->name);
	text_copy(row->mobile, sizeof(row->mobile), p->mobile);
	memcpy(row->password_hash, p->fresh, sizeof(row->password_hash));
	if (c->language.len)
		text_copy(row->language, sizeof(row->language), c->language);
	c->changed = true;
	import_change(im, "login %s: added", row->name);
	return store_login_put(db, row);
}

static bool set(char *field, size_t size, struct text value)
{
	if (!value.len || text_eq(text_of(field), value))
		return false;
	text_copy(field, size, value);
	return true;
}

static int update(struct import *im, struct store_db *db, struct customer_import *c,
		  const struct import_person *p, struct login_row *row)
{
	bool mobile = set(row->mobile, sizeof(row->mobile), p->mobile);
	bool language = set(row->language, sizeof(row->language), c->language);
	bool password = p->password.len && !p->keep;
	bool enabled = im->cfg->full && row->disabled;
	int rc;

	if (password)
		memcpy(row->password_hash, p->fresh, sizeof(row->password_hash));
	if (enabled)
		row->disabled = false;
	if (!mobile && !language && !password && !enabled)
		return 0;
	c->changed = true;
	import_change(im, "login %s:%s%s%s%s", row->name, password ? " password" : "",
		      mobile ? " mobile" : "", language ? " language" : "",
		      enabled ? " enabled" : " changed");
	rc = store_login_put(db, row);
	/* Who has signed in with what it was is signed out. */
	return rc || !(mobile || password) ? rc
					   : import_tell(im, db, TOLD_LOGIN, row->id);
}

static int check_mobile(struct import *im, struct store_db *db, struct customer_import *c,
			const struct import_person *p)
{
	char mobile[E164_SIZE];
	struct line_row line;
	int rc;

	if (!p->mobile.len)
		return 0;
	text_copy(mobile, sizeof(mobile), p->mobile);
	rc = store_line_by_number(db, mobile, &line);
	if (!rc && line.to_day >= im->today)
		import_fault(im, &c->row, "mobile %s is one of our own lines", mobile);
	return rc == -ENOENT ? 0 : rc;
}

static void fault_foreign(struct import *im, struct store_db *db,
			  struct customer_import *c, const struct login_row *row)
{
	struct customer_row owner = { 0 };

	(void)store_customer_get(db, row->customer_id, &owner);
	import_fault(im, &c->row, "login %s is taken, by customer %s", row->name,
		     SHOW(text_of(owner.ref)));
}

/* Once for a login, however many rows it stands in. */
int import_person_put(struct import *im, struct store_db *db, struct customer_import *c)
{
	struct import_person *p = c->person;
	char name[ROW_NAME_SIZE];
	struct login_row row;
	int rc;

	if (p->done)
		return 0;
	p->done = true;
	rc = check_mobile(im, db, c, p);
	if (rc)
		return rc;
	text_copy(name, sizeof(name), p->name);
	rc = store_login_by_name(db, name, &row);
	if (rc && rc != -ENOENT)
		return rc;
	if (p->password.len && strcmp(rc ? "" : row.password_hash, p->seen) != 0)
		return -ESTALE;
	if (rc)
		return add(im, db, c, p, &row);
	if (row.customer_id == import_owner_of(im, c)->id)
		return update(im, db, c, p, &row);
	fault_foreign(im, db, c, &row);
	return 0;
}

/* Gathered first, as rows are not written while they are read. */
struct leaving {
	struct import_customers_state *state;
	struct login_row *rows;
	size_t count;
};

static int see(void *arg, const struct login_row *row)
{
	struct leaving *l = arg;
	struct login_row *rows;

	if (row->disabled || import_index_find(&l->state->persons, text_of(row->name)))
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

int import_persons_end(struct import *im, struct store_db *db)
{
	struct leaving l = { .state = im->state };
	int rc = store_login_each(db, 0, see, &l);

	for (size_t i = 0; i < l.count && !rc; i++) {
		l.rows[i].disabled = true;
		im->result.ended++;
		import_change(im, "login %s: disabled", l.rows[i].name);
		rc = store_login_put(db, &l.rows[i]);
		if (!rc)
			rc = import_tell(im, db, TOLD_LOGIN, l.rows[i].id);
	}
	free(l.rows);
	return rc;
}
