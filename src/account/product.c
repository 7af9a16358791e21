/* SPDX-License-Identifier: Apache-2.0 */
/* account/product.c - The product table in memory: few rows, read often. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"

enum { PRODUCTS_MAX = 10000 };

int account_products_init(struct products *p)
{
	*p = (struct products){ 0 };
	return -pthread_rwlock_init(&p->lock, NULL);
}

void account_products_free(struct products *p)
{
	for (struct name *n = p->names, *next; n; n = next) {
		next = n->next;
		free(n);
	}
	free(p->rows);
	pthread_rwlock_destroy(&p->lock);
}

static const char *known_name(const struct products *p, const char *name)
{
	for (const struct name *n = p->names; n; n = n->next) {
		if (strcmp(n->text, name) == 0)
			return n->text;
	}
	return NULL;
}

static const char *add_name(struct products *p, const char *text)
{
	size_t size = strlen(text) + 1;
	struct name *n = malloc(sizeof(*n) + size);

	if (!n)
		return NULL;
	memcpy(n->text, text, size);
	n->next = p->names;
	p->names = n;
	return n->text;
}

const char *account_name(struct products *p, const char *text)
{
	const char *name;

	pthread_rwlock_rdlock(&p->lock);
	name = known_name(p, text);
	pthread_rwlock_unlock(&p->lock);
	if (name)
		return name;
	pthread_rwlock_wrlock(&p->lock);
	name = known_name(p, text);
	if (!name)
		name = add_name(p, text);
	pthread_rwlock_unlock(&p->lock);
	return name;
}

static int by_name_and_segment(const void *left, const void *right)
{
	const struct product *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : (int)a->segment - (int)b->segment;
}

struct reading {
	struct products *products;
	struct product *rows;
	size_t count;
};

static int read_one(void *arg, const struct product_row *row)
{
	struct reading *r = arg;
	struct product p = { account_name(r->products, row->name), row->segment,
			     account_name(r->products, row->tariff),
			     row->credentials_from };
	struct product *rows;

	if (r->count >= PRODUCTS_MAX)
		return -E2BIG;
	rows = realloc(r->rows, (r->count + 1) * sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	r->rows = rows;
	if (!p.name || !p.tariff)
		return -ENOMEM;
	rows[r->count++] = p;
	return 0;
}

int account_products_read(struct account_book *b, struct store_db *db)
{
	struct products *p = &b->products;
	struct reading r = { .products = p };
	struct product *old = NULL;
	int rc = store_product_each(db, read_one, &r);

	if (rc) {
		free(r.rows);
		return rc;
	}
	if (r.count)
		qsort(r.rows, r.count, sizeof(*r.rows), by_name_and_segment);
	pthread_rwlock_wrlock(&p->lock);
	old = p->rows;
	p->rows = r.rows;
	p->count = r.count;
	pthread_rwlock_unlock(&p->lock);
	free(old);
	return 0;
}

/* The first row of that name, or the place where it would be. */
static size_t first_of(const struct products *p, const char *name)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(p->rows[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int account_product_find(struct account_book *b, const char *name, enum segment segment,
			 struct product *ret, bool *other)
{
	struct products *p = &b->products;
	int rc = -ENOENT;

	*other = false;
	pthread_rwlock_rdlock(&p->lock);
	for (size_t i = first_of(p, name); i < p->count && rc; i++) {
		if (strcmp(p->rows[i].name, name) != 0)
			break;
		*other = true;
		if (p->rows[i].segment != segment)
			continue;
		*ret = p->rows[i];
		rc = 0;
	}
	pthread_rwlock_unlock(&p->lock);
	return rc;
}
