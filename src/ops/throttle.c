/* SPDX-License-Identifier: Apache-2.0 */
/* ops/throttle.c - Buckets of attempts with a doubling wait. */

#include "ops/throttle.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

enum { KEY_SIZE = 200 };

/* free: attempts without wait; wait_max_s: the bound; quiet_s: forgotten after; row_max:
 * failures in a row (NIST SP 800-63B 3.2.2: no more than 100), behind which the wait is a
 * day, and time alone forgets no more: whoever locked a login for ever could do so to its
 * owner. */
static const struct {
	char letter;
	unsigned free, wait_max_s, quiet_s, row_max;
} kinds[THROTTLE_KINDS] = {
	[THROTTLE_SOURCE] = { 's', 20, 300, 3600, UINT_MAX },
	[THROTTLE_LOGIN] = { 'l', 10, 900, 86400, 100 },
	[THROTTLE_KNOWN] = { 'k', 8, 300, 2592000, 100 },
	[THROTTLE_CODES] = { 'c', 10, 3600, 86400, 100 },
};

enum { ROW_WAIT_S = 86400 };

struct bucket {
	struct table_node node;
	struct list order;
	char key[KEY_SIZE];
	unsigned quiet_s;
	unsigned attempts;
	int64_t last_us;
	int64_t until_us;
	bool known;
};

int throttle_init(struct throttle *t, struct random *random)
{
	list_init(&t->oldest);
	return table_init(&t->buckets, random, 64);
}

static void forget(struct throttle *t, struct bucket *b)
{
	table_remove(&t->buckets, &b->node);
	list_remove(&b->order);
	free(b);
}

void throttle_fini(struct throttle *t)
{
	LIST_EACH_SAFE (it, &t->oldest)
		forget(t, container_of(it, struct bucket, order));
	table_fini(&t->buckets);
}

static struct text key_of(enum throttle_kind kind, struct text key, char dst[KEY_SIZE])
{
	dst[0] = kinds[kind].letter;
	key = text_sub(key, 0, KEY_SIZE - 2);
	text_copy(dst + 1, KEY_SIZE - 1, key);
	return (struct text){ dst, key.len + 1 };
}

static struct bucket *find(struct throttle *t, struct text key)
{
	struct table_node *n = table_first(&t->buckets, table_hash(&t->buckets, key));

	for (; n; n = table_next(n)) {
		struct bucket *b = container_of(n, struct bucket, node);

		if (text_eq(text_of(b->key), key))
			return b;
	}
	return NULL;
}

static struct bucket *touch(struct throttle *t, enum throttle_kind kind, struct text key,
			    int64_t now_us)
{
	struct bucket *b = find(t, key);

	if (!b) {
		if (t->buckets.count >= THROTTLE_BUCKETS_MAX)
			forget(t, container_of(list_first(&t->oldest), struct bucket,
					       order));
		b = calloc(1, sizeof(*b));
		if (!b)
			return NULL;
		text_copy(b->key, sizeof(b->key), key);
		list_init(&b->order);
		b->quiet_s = kinds[kind].quiet_s;
		table_insert(&t->buckets, &b->node, table_hash(&t->buckets, key));
	} else if (b->attempts < kinds[kind].row_max &&
		   now_us - b->last_us > b->quiet_s * SECOND_US) {
		b->attempts = 0;
	}
	b->last_us = now_us;
	list_remove(&b->order);
	list_append(&t->oldest, &b->order);
	return b;
}

static int64_t wait_us(enum throttle_kind kind, unsigned attempts)
{
	unsigned over = attempts - kinds[kind].free;

	if (attempts >= kinds[kind].row_max)
		return ROW_WAIT_S * SECOND_US;
	if (over > 20 || 1u << over > kinds[kind].wait_max_s)
		return kinds[kind].wait_max_s * SECOND_US;
	return (1u << over) * SECOND_US;
}

unsigned throttle_take(struct throttle *t, enum throttle_kind kind, struct text key,
		       int64_t now_us)
{
	char storage[KEY_SIZE];
	struct bucket *b = touch(t, kind, key_of(kind, key, storage), now_us);

	if (!b)
		return 1;
	if (now_us < b->until_us)
		return (unsigned)((b->until_us - now_us + SECOND_US - 1) / SECOND_US);
	b->attempts++;
	if (b->attempts >= kinds[kind].free)
		b->until_us = now_us + wait_us(kind, b->attempts);
	return 0;
}

void throttle_passed(struct throttle *t, enum throttle_kind kind, struct text key)
{
	char storage[KEY_SIZE];
	struct bucket *b = find(t, key_of(kind, key, storage));

	if (!b)
		return;
	/* Else somebody with an account of his own could wash his address clean. */
	if (kind == THROTTLE_SOURCE)
		b->attempts -= b->attempts > 0;
	else
		b->attempts = 0;
	if (b->attempts < kinds[kind].free)
		b->until_us = 0;
}

void throttle_know(struct throttle *t, struct text key, int64_t now_us)
{
	char storage[KEY_SIZE];
	struct bucket *b =
		touch(t, THROTTLE_KNOWN, key_of(THROTTLE_KNOWN, key, storage), now_us);

	if (b)
		b->known = true;
}

bool throttle_knows(struct throttle *t, struct text key)
{
	char storage[KEY_SIZE];
	struct bucket *b = find(t, key_of(THROTTLE_KNOWN, key, storage));

	return b && b->known;
}
