/* SPDX-License-Identifier: Apache-2.0 */
/* event/once.c - Repeats, found by a keyed hash of 128 bits. */
#include "event/once.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096 };

struct place {
	uint8_t hash[crypto_generichash_BYTES_MIN];
	int64_t until_us;
	unsigned seen;
};

struct once {
	uint8_t key[crypto_generichash_KEYBYTES];
	struct place firsts[PLACES];
	struct place few[PLACES]; /* apart: a flood of sources leaves them alone */
};

struct once *once_new(struct random *rnd)
{
	struct once *once = calloc(1, sizeof(*once));

	if (once)
		random_fill(rnd, once->key, sizeof(once->key));
	return once;
}

void once_free(struct once *once)
{
	free(once);
}

/* With the NULs, so that no field runs into the next. */
static void add_text(crypto_generichash_state *state, const char *text)
{
	crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

static void hash_row(const struct once *once, const struct event_row *row, bool source,
		     uint8_t ret[crypto_generichash_BYTES_MIN])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, once->key, sizeof(once->key),
				crypto_generichash_BYTES_MIN);
	crypto_generichash_update(&state, (const uint8_t *)&row->line_id,
				  sizeof(row->line_id));
	crypto_generichash_update(&state, (const uint8_t *)&row->credential_id,
				  sizeof(row->credential_id));
	add_text(&state, row->kind);
	if (source)
		add_text(&state, row->source);
	add_text(&state, row->text);
	crypto_generichash_final(&state, ret, crypto_generichash_BYTES_MIN);
}

static bool among(const struct once *once, struct place *places,
		  const struct event_row *row, bool source, int64_t now_us,
		  int64_t until_us, unsigned max)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	struct place *place;
	unsigned at;

	hash_row(once, row, source, hash);
	memcpy(&at, hash, sizeof(at));
	place = &places[at % PLACES];
	if (place->until_us > now_us && memcmp(place->hash, hash, sizeof(hash)) == 0)
		return place->seen < max && place->seen++ < max;
	memcpy(place->hash, hash, sizeof(hash));
	place->until_us = until_us;
	place->seen = 1;
	return true;
}

bool once_first(struct once *once, const struct event_row *row, bool source,
		int64_t now_us, int64_t until_us)
{
	return among(once, once->firsts, row, source, now_us, until_us, 1);
}

bool once_few(struct once *once, const struct event_row *row, int64_t now_us,
	      int64_t until_us, unsigned max)
{
	return among(once, once->few, row, false, now_us, until_us, max);
}

void once_weigh(const struct once *once, const struct event_row *row, bool source)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];

	hash_row(once, row, source, hash);
}
