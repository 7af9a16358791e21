/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_customers.c - Customers with their lines and logins: the file's rows
 * among themselves, and the order in which they are written. */

#include "account/import_customers.h"

#include <errno.h>
#include <string.h>

enum { PASSWORD_MAX = 256 };

#define AT(member) offsetof(struct customer_import, member)
#define NEEDED     (COLUMN_REQUIRED | COLUMN_FILLED)
static const struct import_column columns[] = {
	[COLUMN_CUSTOMER] = { "customer", NEEDED, import_text, ROW_REF_SIZE - 1,
			      AT(customer) },
	[COLUMN_NAME] = { "name", NEEDED, import_text, ROW_NAME_SIZE - 1, AT(name) },
	[COLUMN_SEGMENT] = { "segment", NEEDED, import_segment, 0, AT(segment) },
	[COLUMN_PRODUCT] = { "product", NEEDED, import_text, ROW_NAME_SIZE - 1,
			     AT(product) },
	[COLUMN_NUMBER] = { "number", NEEDED, import_number, 0, AT(number) },
	[COLUMN_LOGIN] = { "login", COLUMN_REQUIRED, import_login, ROW_NAME_SIZE - 1,
			   AT(login) },
	[COLUMN_PASSWORD] = { "password", COLUMN_REQUIRED | COLUMN_SECRET, import_secret,
			      PASSWORD_MAX, AT(password) },
	[COLUMN_MOBILE] = { "mobile", COLUMN_REQUIRED, import_number, 0, AT(mobile) },
	[COLUMN_LANGUAGE] = { "language", COLUMN_REQUIRED, import_language, 0,
			      AT(language) },
	[COLUMN_STREET] = { "street", 0, import_text, ROW_NAME_SIZE - 1, AT(street) },
	[COLUMN_HOUSE] = { "house", 0, import_text, ROW_WORD_SIZE - 1, AT(house) },
	[COLUMN_POSTCODE] = { "postcode", 0, import_text, ROW_WORD_SIZE - 1,
			      AT(postcode) },
	[COLUMN_TOWN] = { "town", 0, import_text, ROW_NAME_SIZE - 1, AT(town) },
	[COLUMN_LOCATION_REF] = { "location_ref", 0, import_text, ROW_REF_SIZE - 1,
				  AT(location_ref) },
};

struct import_owner *import_owner_of(struct import *im, const struct customer_import *c)
{
	struct import_customers_state *s = im->state;

	return import_index_find(&s->owners, c->customer);
}

/* What all rows of a customer have in common. */
static void check_agrees(struct import *im, struct customer_import *c,
			 const struct customer_import *first)
{
	static const struct {
		size_t offset;
		const char *name;
	} shared[] = {
		{ AT(name), "name" },
		{ AT(language), "language" },
		{ AT(street), "street" },
		{ AT(house), "house" },
		{ AT(postcode), "postcode" },
		{ AT(town), "town" },
		{ AT(location_ref), "location_ref" },
	};

	if (c->segment != first->segment)
		import_fault(im, &c->row, "segment is not that of customer %s on line %u",
			     SHOW(c->customer), first->row.line);
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		const struct text *a = (const void *)((const char *)c + shared[i].offset);
		const struct text *b =
			(const void *)((const char *)first + shared[i].offset);

		if (!text_eq(*a, *b))
			import_fault(im, &c->row,
				     "%s is not that of customer %s on line %u",
				     shared[i].name, SHOW(c->customer), first->row.line);
	}
}

static int check_owner(struct import *im, struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	struct import_owner *owner = import_owner_of(im, c);

	if (owner) {
		check_agrees(im, c, owner->first);
		return 0;
	}
	owner = arena_alloc(im->arena, sizeof(*owner));
	if (!owner)
		return -ENOMEM;
	owner->first = c;
	return import_index_add(im, &s->owners, c->customer, owner);
}

static int check_number(struct import *im, struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	struct customer_import *first = import_index_find(&s->numbers, c->number);

	if (!first)
		return import_index_add(im, &s->numbers, c->number, c);
	import_fault(im, &c->row, "number %s stands on line %u already", SHOW(c->number),
		     first->row.line);
	return 0;
}

/* In the arena, in lower case: logins are compared so. */
static struct text lower(struct import *im, struct text in)
{
	struct text out = arena_text(im->arena, in);
	char *p = (char *)(uintptr_t)out.p;

	for (size_t i = 0; p && i < out.len; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ('a' - 'A'));
	}
	return out;
}

static int add_person(struct import *im, struct customer_import *c, struct text name)
{
	struct import_customers_state *s = im->state;
	struct import_person *p = arena_alloc(im->arena, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->first = c;
	p->name = name;
	p->password = c->password;
	p->mobile = c->mobile;
	c->person = p;
	p->next = s->all_persons;
	s->all_persons = p;
	s->person_count++;
	return import_index_add(im, &s->persons, name, p);
}

/* A login may stand in several rows of its customer: empty means as there. */
static void check_person_agrees(struct import *im, struct customer_import *c,
				struct import_person *p)
{
	if (!text_eq(c->customer, p->first->customer))
		import_fault(im, &c->row, "login %s is customer %s's on line %u",
			     SHOW(c->login), SHOW(p->first->customer),
			     p->first->row.line);
	if (c->password.len && p->password.len && !text_eq(c->password, p->password))
		import_fault(im, &c->row, "login %s has another password on line %u",
			     SHOW(c->login), p->first->row.line);
	if (c->mobile.len && p->mobile.len && !text_eq(c->mobile, p->mobile))
		import_fault(im, &c->row, "login %s has another mobile on line %u",
			     SHOW(c->login), p->first->row.line);
	if (!p->password.len)
		p->password = c->password;
	if (!p->mobile.len)
		p->mobile = c->mobile;
}

static int check_person(struct import *im, struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	struct import_person *p;
	struct text name;

	if (!c->login.len) {
		if (c->password.len || c->mobile.len)
			import_fault(im, &c->row,
				     "password and mobile belong to a login");
		return 0;
	}
	name = lower(im, c->login);
	if (!name.p)
		return -ENOMEM;
	if (text_eq_nocase(c->password, name) || text_eq(c->password, c->number))
		import_fault(im, &c->row,
			     "password is too weak: it is the login or the number");
	p = import_index_find(&s->persons, name);
	if (!p)
		return add_person(im, c, name);
	c->person = p;
	check_person_agrees(im, c, p);
	return 0;
}

/* A code never goes to a line whose credentials it unlocks (NIST SP 800-63B 3.1.3.3). */
static void check_mobiles(struct import *im)
{
	struct import_customers_state *s = im->state;

	for (size_t i = 0; i < im->count; i++) {
		struct customer_import *c = import_row_at(im, i);
		struct customer_import *line = import_index_find(&s->numbers, c->mobile);

		if (c->mobile.len && line)
			import_fault(im, &c->row,
				     "mobile %s is a line on line %u of the file",
				     SHOW(c->mobile), line->row.line);
	}
}

static int check(struct import *im)
{
	struct import_customers_state *s = im->state;
	int rc = import_index_init(im, &s->owners);

	if (!rc)
		rc = import_index_init(im, &s->numbers);
	if (!rc)
		rc = import_index_init(im, &s->persons);
	for (size_t i = 0; i < im->count && !rc; i++) {
		struct customer_import *c = import_row_at(im, i);

		if (c->row.bad)
			continue;
		rc = check_owner(im, c);
		if (!rc)
			rc = check_number(im, c);
		if (!rc)
			rc = check_person(im, c);
	}
	if (!rc)
		check_mobiles(im);
	return rc;
}

static int see_product(void *arg, const struct product_row *row)
{
	struct import *im = arg;
	struct import_customers_state *s = im->state;
	struct import_product *p = import_index_find(&s->products, text_of(row->name));
	struct text name;
	int rc = 0;

	if (!p) {
		p = arena_alloc(im->arena, sizeof(*p));
		name = arena_text(im->arena, text_of(row->name));
		if (!p || !name.p)
			return -ENOMEM;
		rc = import_index_add(im, &s->products, name, p);
	}
	if (row->segment >= SEGMENT_RES && row->segment <= SEGMENT_ENT) {
		p->sold[row->segment] = true;
		p->credentials_from[row->segment] = row->credentials_from;
	}
	return rc;
}

static int see_login(void *arg, const struct login_row *row)
{
	struct import *im = arg;
	struct import_customers_state *s = im->state;
	struct text mobile, name;
	int rc;

	if (!row->mobile[0] || import_index_find(&s->persons, text_of(row->name)))
		return 0;
	mobile = arena_text(im->arena, text_of(row->mobile));
	name = arena_text(im->arena, text_of(row->name));
	if (!mobile.p || !name.p)
		return -ENOMEM;
	rc = import_index_add(im, &s->mobiles, mobile, (void *)(uintptr_t)name.p);
	return rc == -EEXIST ? 0 : rc;
}

/* What the store has, and nothing left of a try before. */
static int begin(struct import *im, struct store_db *db)
{
	struct import_customers_state *s = im->state;
	int rc;

	import_index_fini(&s->products);
	import_index_fini(&s->mobiles);
	rc = import_index_init(im, &s->products);
	if (!rc)
		rc = import_index_init(im, &s->mobiles);
	if (!rc)
		rc = store_product_each(db, see_product, im);
	if (!rc)
		rc = store_login_each(db, 0, see_login, im);
	for (size_t i = 0; i < im->count && !rc; i++) {
		struct customer_import *c = import_row_at(im, i);
		struct import_owner *owner = c->row.bad ? NULL : import_owner_of(im, c);

		c->added = c->changed = false;
		if (owner)
			*owner = (struct import_owner){ .first = owner->first };
	}
	for (struct import_person *p = s->all_persons; p; p = p->next)
		p->done = false;
	return rc;
}

static int apply_row(struct import *im, struct store_db *db, struct customer_import *c)
{
	struct import_customers_state *s = im->state;
	int rc;

	if (!import_index_find(&s->products, c->product))
		import_fault(im, &c->row, "product %s is unknown", SHOW(c->product));
	rc = import_customer_put(im, db, c);
	if (!rc)
		rc = import_line_put(im, db, c);
	if (!rc && c->person)
		rc = import_person_put(im, db, c);
	if (rc)
		return rc;
	im->result.added += c->added;
	im->result.changed += c->changed && !c->added;
	im->result.unchanged += !c->changed && !c->added;
	return 0;
}

static int apply(struct import *im, struct store_db *db)
{
	int rc = begin(im, db);

	/* What ends makes room for what comes. */
	if (!rc && im->cfg->full && !im->result.fault_count)
		rc = import_lines_end(im, db);
	for (size_t i = 0; i < im->count && !rc; i++) {
		struct customer_import *c = import_row_at(im, i);

		if (!c->row.bad)
			rc = apply_row(im, db, c);
	}
	if (!rc && im->cfg->full && !im->result.fault_count)
		rc = import_persons_end(im, db);
	return rc;
}

static void end(struct import *im)
{
	struct import_customers_state *s = im->state;

	for (size_t i = 0; i < im->count; i++)
		import_forget(im,
			      ((struct customer_import *)import_row_at(im, i))->password);
	import_index_fini(&s->owners);
	import_index_fini(&s->numbers);
	import_index_fini(&s->persons);
	import_index_fini(&s->products);
	import_index_fini(&s->mobiles);
}

const struct import_ops import_customers = {
	IMPORT_COLUMNS(columns),
	.row_size = sizeof(struct customer_import),
	.state_size = sizeof(struct import_customers_state),
	.check = check,
	.prepare = import_hash_passwords,
	.apply = apply,
	.end = end,
};
