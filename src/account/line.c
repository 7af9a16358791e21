/* SPDX-License-Identifier: Apache-2.0 */
/* account/line.c - Lines in memory: found by number and by id. A number may have had
 * several lines one after the other; the one that is open today is meant. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"

static struct line *find_id(struct table *t, uint64_t hash, int64_t id)
{
	for (struct table_node *n = table_first(t, hash); n; n = table_next(n)) {
		struct line *l = container_of(n, struct line, by_id);

		if (l->id == id)
			return l;
	}
	return NULL;
}

static bool ended(const struct line *l, int32_t today)
{
	return today < l->from_day || today > l->to_day;
}

/* Ids grow with time: the highest is the latest. */
static bool better(const struct line *l, const struct line *than, int32_t today)
{
	if (!than || ended(l, today) != ended(than, today))
		return !than || !ended(l, today);
	return l->id > than->id;
}

static struct line *find_number(struct table *t, uint64_t hash, struct text number,
				int32_t today)
{
	struct line *best = NULL;

	for (struct table_node *n = table_first(t, hash); n; n = table_next(n)) {
		struct line *l = container_of(n, struct line, by_number);

		if (text_eq(text_of(l->number), number) && better(l, best, today))
			best = l;
	}
	return best;
}

static struct shard *home_of(struct account_book *b, const struct line *l)
{
	return account_shard(&b->lines_by_number, l->by_number.hash);
}

static void copy(const struct line *l, int32_t today, struct account_line *ret)
{
	*ret = (struct account_line){
		.id = l->id,
		.customer_id = l->customer_id,
		.frozen = l->frozen,
		.ended = ended(l, today),
		.clir = l->clir,
	};
	memcpy(ret->number, l->number, sizeof(ret->number));
	text_copy(ret->product, sizeof(ret->product), text_of(l->product));
	if (l->reach)
		text_copy(ret->reach, sizeof(ret->reach), text_of(l->reach));
	if (l->forward)
		ret->forward = *l->forward;
}

/* What customer and product say; each has a lock of its own. */
static void fill(struct account_book *b, struct account_line *ret)
{
	struct product product;
	bool other;

	if (account_customer_fill(b, ret->customer_id, ret))
		return;
	if (account_product_find(b, ret->product, ret->segment, &product, &other) == 0)
		text_copy(ret->tariff, sizeof(ret->tariff), text_of(product.tariff));
}

int account_line_by_number(struct account_book *b, struct text number,
			   struct account_line *ret)
{
	uint64_t hash = account_hash_text(&b->lines_by_number, number);
	struct shard *s = account_shard(&b->lines_by_number, hash);
	int32_t today = account_today(b);
	struct account_line found;
	struct line *l;

	pthread_rwlock_rdlock(&s->lock);
	l = find_number(&s->table, hash, number, today);
	if (l)
		copy(l, today, &found);
	pthread_rwlock_unlock(&s->lock);
	if (!l)
		return -ENOENT;
	fill(b, &found);
	*ret = found;
	return 0;
}

int account_line_by_id(struct account_book *b, int64_t id, struct account_line *ret)
{
	uint64_t hash = account_hash_id(&b->lines_by_id, id);
	struct shard *s = account_shard(&b->lines_by_id, hash);
	int32_t today = account_today(b);
	struct account_line found;
	struct line *l;

	pthread_rwlock_rdlock(&s->lock);
	l = find_id(&s->table, hash, id);
	if (l) {
		pthread_rwlock_rdlock(&home_of(b, l)->lock);
		copy(l, today, &found);
		pthread_rwlock_unlock(&home_of(b, l)->lock);
	}
	pthread_rwlock_unlock(&s->lock);
	if (!l)
		return -ENOENT;
	fill(b, &found);
	*ret = found;
	return 0;
}

bool account_line_known(struct account_book *b, struct text number)
{
	uint64_t hash = account_hash_text(&b->lines_by_number, number);
	struct shard *s = account_shard(&b->lines_by_number, hash);
	int32_t today = account_today(b);
	bool known;

	pthread_rwlock_rdlock(&s->lock);
	known = find_number(&s->table, hash, number, today) != NULL;
	pthread_rwlock_unlock(&s->lock);
	return known;
}

void account_line_tell(struct account_book *b, int64_t line_id,
		       struct account_credential *ret)
{
	uint64_t hash = account_hash_id(&b->lines_by_id, line_id);
	struct shard *s = account_shard(&b->lines_by_id, hash);
	int32_t today = account_today(b);
	const struct line *l;

	pthread_rwlock_rdlock(&s->lock);
	l = find_id(&s->table, hash, line_id);
	if (!l)
		l = &b->nobodys_line;
	pthread_rwlock_rdlock(&home_of(b, l)->lock);
	ret->line_ended = ended(l, today);
	ret->line_frozen = l->frozen;
	memcpy(ret->number, l->number, sizeof(ret->number));
	pthread_rwlock_unlock(&home_of(b, l)->lock);
	pthread_rwlock_unlock(&s->lock);
}

/* Few lines forward, so few pay for it in memory. */
static int forward_of(const struct line_row *row, struct account_forward **ret)
{
	const char *const to[FORWARD_KINDS] = {
		[FORWARD_ALWAYS] = row->forward_always,
		[FORWARD_BUSY] = row->forward_busy,
		[FORWARD_NO_ANSWER] = row->forward_no_answer,
		[FORWARD_UNREACHABLE] = row->forward_unreachable,
	};
	bool any = false;

	*ret = NULL;
	for (unsigned k = 0; k < FORWARD_KINDS; k++)
		any |= *to[k] != '\0';
	if (!any)
		return 0;
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	for (unsigned k = 0; k < FORWARD_KINDS; k++)
		text_copy((*ret)->to[k], sizeof((*ret)->to[k]), text_of(to[k]));
	(*ret)->after_s = row->forward_after_s > 0 ? (uint16_t)row->forward_after_s
						   : FORWARD_AFTER_S;
	return 0;
}

/* The number of a line never changes: another number is another line. */
static void update(struct line *l, const struct line_row *row, const char *product,
		   struct account_forward *forward)
{
	free(l->forward);
	l->forward = forward;
	l->customer_id = row->customer_id;
	l->product = product;
	l->from_day = row->from_day;
	l->to_day = row->to_day;
	l->frozen = row->frozen;
	l->clir = row->clir;
}

static struct line *line_new(const struct line_row *row, const char *product,
			     struct account_forward *forward)
{
	struct line *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->id = row->id;
	memcpy(l->number, row->number, sizeof(l->number));
	update(l, row, product, forward);
	return l;
}

static void insert(struct account_book *b, struct shard *by_id, uint64_t id_hash,
		   struct line *l)
{
	uint64_t hash = account_hash_text(&b->lines_by_number, text_of(l->number));
	struct shard *home = account_shard(&b->lines_by_number, hash);

	pthread_rwlock_wrlock(&home->lock);
	table_insert(&home->table, &l->by_number, hash);
	table_insert(&by_id->table, &l->by_id, id_hash);
	pthread_rwlock_unlock(&home->lock);
}

int account_line_take(struct account_book *b, const struct line_row *row)
{
	uint64_t hash = account_hash_id(&b->lines_by_id, row->id);
	struct shard *s = account_shard(&b->lines_by_id, hash);
	const char *product = account_name(&b->products, row->product);
	struct account_forward *forward;
	struct line *l;

	if (!product || forward_of(row, &forward) < 0)
		return -ENOMEM;
	pthread_rwlock_wrlock(&s->lock);
	l = find_id(&s->table, hash, row->id);
	if (l) {
		pthread_rwlock_wrlock(&home_of(b, l)->lock);
		update(l, row, product, forward);
		account_line_changed(b, row->id);
		pthread_rwlock_unlock(&home_of(b, l)->lock);
	} else {
		l = line_new(row, product, forward);
		if (l)
			insert(b, s, hash, l);
		else
			free(forward);
	}
	pthread_rwlock_unlock(&s->lock);
	return l ? 0 : -ENOMEM;
}

void account_line_apply(struct account_book *b, const struct line_row *row)
{
	/* Without memory the feed brings it again. */
	(void)account_line_take(b, row);
}

int account_consent_take(struct account_book *b, const struct consent_row *row)
{
	uint64_t hash = account_hash_id(&b->lines_by_id, row->line_id);
	struct shard *s = account_shard(&b->lines_by_id, hash);
	const char *reach = account_name(&b->products, row->reach);
	struct line *l;

	if (!reach)
		return -ENOMEM;
	pthread_rwlock_rdlock(&s->lock);
	l = find_id(&s->table, hash, row->line_id);
	if (l) {
		pthread_rwlock_wrlock(&home_of(b, l)->lock);
		if (row->accepted_at >= l->consent_at) {
			l->reach = reach;
			l->consent_at = row->accepted_at;
		}
		pthread_rwlock_unlock(&home_of(b, l)->lock);
	}
	pthread_rwlock_unlock(&s->lock);
	return 0;
}

int account_line_strike(struct account_book *b, int64_t id, bool frozen)
{
	uint64_t hash = account_hash_id(&b->lines_by_id, id);
	struct shard *s = account_shard(&b->lines_by_id, hash);
	struct line *l;

	pthread_rwlock_rdlock(&s->lock);
	l = find_id(&s->table, hash, id);
	if (l) {
		pthread_rwlock_wrlock(&home_of(b, l)->lock);
		l->frozen = frozen;
		account_line_changed(b, id);
		pthread_rwlock_unlock(&home_of(b, l)->lock);
	}
	pthread_rwlock_unlock(&s->lock);
	return l ? 0 : -ENOENT;
}

static void free_one(struct table_node *n, void *arg)
{
	struct line *l = container_of(n, struct line, by_number);

	free(l->forward);
	free(l);
}

void account_lines_free(struct account_book *b)
{
	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++)
		table_each(&b->lines_by_number.shard[i].table, free_one, NULL);
	account_shards_fini(&b->lines_by_number);
	account_shards_fini(&b->lines_by_id);
}
