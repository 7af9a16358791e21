/* SPDX-License-Identifier: Apache-2.0 */
/* rating/tariff_set.c - Rates, sorted by tariff, prefix and day. */

#include "rating/tariff_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Tariff and class are few and shared: kept once, told by their number. */
struct word {
	char text[ROW_NAME_SIZE];
};

struct words {
	struct word *all;
	uint32_t count;
};

enum { WORDS_MAX = 100000 };

struct rate {
	uint32_t tariff;
	uint32_t class_;
	int64_t setup_micros;
	int64_t per_minute_micros;
	uint32_t first_s;
	uint32_t next_s;
	int32_t valid_from;
	char prefix[ROW_PREFIX_SIZE];
};

struct tariff_set {
	struct words tariffs, classes;
	struct rate *rates;
	size_t count;
	size_t room;
};

struct tariff_set *tariff_set_new(void)
{
	return calloc(1, sizeof(struct tariff_set));
}

void tariff_set_free(struct tariff_set *s)
{
	if (!s)
		return;
	free(s->tariffs.all);
	free(s->classes.all);
	free(s->rates);
	free(s);
}

static int word_find(const struct words *w, const char *text, uint32_t *ret)
{
	for (uint32_t i = w->count; i > 0; i--) {
		if (strcmp(w->all[i - 1].text, text) == 0) {
			*ret = i - 1;
			return 0;
		}
	}
	return -ENOENT;
}

static int word_add(struct words *w, const char *text, uint32_t *ret)
{
	struct word *all;

	if (word_find(w, text, ret) == 0)
		return 0;
	if (w->count == WORDS_MAX)
		return -E2BIG;
	all = realloc(w->all, (w->count + 1) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	w->all = all;
	*ret = w->count;
	return text_copy(all[w->count++].text, sizeof(all->text), text_of(text));
}

static int make_room(struct tariff_set *s)
{
	size_t room = s->room ? s->room * 2 : 64;
	struct rate *rates;

	if (s->count < s->room)
		return 0;
	if (s->count >= TARIFF_RATES_MAX)
		return -E2BIG;
	rates = realloc(s->rates, room * sizeof(*rates));
	if (!rates)
		return -ENOMEM;
	s->rates = rates;
	s->room = room;
	return 0;
}

int tariff_set_add(struct tariff_set *s, const struct rate_row *row)
{
	struct rate rate = {
		.setup_micros = row->setup_micros,
		.per_minute_micros = row->per_minute_micros,
		.first_s = row->first_s,
		.next_s = row->next_s,
		.valid_from = row->valid_from,
	};
	int rc = make_room(s);

	if (!rc)
		rc = word_add(&s->tariffs, row->tariff, &rate.tariff);
	if (!rc)
		rc = word_add(&s->classes, row->class_, &rate.class_);
	if (!rc)
		rc = text_copy(rate.prefix, sizeof(rate.prefix), text_of(row->prefix));
	if (!rc)
		s->rates[s->count++] = rate;
	return rc;
}

/* The latest of one prefix first. */
static int order(const void *left, const void *right)
{
	const struct rate *a = left, *b = right;
	int by_prefix;

	if (a->tariff != b->tariff)
		return a->tariff < b->tariff ? -1 : 1;
	by_prefix = strcmp(a->prefix, b->prefix);
	if (by_prefix)
		return by_prefix;
	return (a->valid_from < b->valid_from) - (a->valid_from > b->valid_from);
}

void tariff_set_end(struct tariff_set *s)
{
	if (s->count)
		qsort(s->rates, s->count, sizeof(*s->rates), order);
}

/* The first rate of that tariff and prefix that holds on that day. */
static const struct rate *find(const struct tariff_set *s, const struct rate *key)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (order(&s->rates[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == s->count || s->rates[low].tariff != key->tariff ||
	    strcmp(s->rates[low].prefix, key->prefix) != 0)
		return NULL;
	return &s->rates[low];
}

static void fill(const struct tariff_set *s, const struct rate *r, struct quote *ret)
{
	*ret = (struct quote){
		.setup_micros = r->setup_micros,
		.per_minute_micros = r->per_minute_micros,
		.first_s = r->first_s,
		.next_s = r->next_s,
	};
	memcpy(ret->prefix, r->prefix, sizeof(ret->prefix));
	text_copy(ret->class_, sizeof(ret->class_),
		  text_of(s->classes.all[r->class_].text));
}

int tariff_set_find(const struct tariff_set *s, const char *tariff, const char *key,
		    int32_t day, struct quote *ret)
{
	struct rate wanted = { .valid_from = day };
	size_t len = strnlen(key, sizeof(wanted.prefix) - 1);
	const struct rate *found;

	if (word_find(&s->tariffs, tariff, &wanted.tariff))
		return -ENOENT;
	memcpy(wanted.prefix, key, len);
	for (; len > 0; len--) {
		wanted.prefix[len] = '\0';
		found = find(s, &wanted);
		if (found) {
			fill(s, found, ret);
			return 0;
		}
	}
	return -ENOENT;
}
