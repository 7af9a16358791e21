/* SPDX-License-Identifier: Apache-2.0 */
/* notify/cap.c - A sliding window of messages per key. */

#include "notify/cap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 64 };

#define WINDOW_US (CAP_WINDOW_S * INT64_C(1000000))

struct window {
	struct table_node node;
	struct list order;
	char key[KEY_SIZE];
	int64_t sent_us[CAP_MESSAGES]; /* the oldest first */
	unsigned count;
};

int cap_init(struct cap *c, struct random *random)
{
	list_init(&c->oldest);
	return table_init(&c->keys, random, 64);
}

static void forget(struct cap *c, struct window *w)
{
	table_remove(&c->keys, &w->node);
	list_remove(&w->order);
	free(w);
}

void cap_fini(struct cap *c)
{
	LIST_EACH_SAFE (it, &c->oldest)
		forget(c, container_of(it, struct window, order));
	table_fini(&c->keys);
}

static struct window *find(struct cap *c, struct text key, uint64_t hash)
{
	for (struct table_node *n = table_first(&c->keys, hash); n; n = table_next(n)) {
		struct window *w = container_of(n, struct window, node);

		if (text_eq(text_of(w->key), key))
			return w;
	}
	return NULL;
}

static struct window *add(struct cap *c, struct text key, uint64_t hash)
{
	struct window *w;

	if (c->keys.count >= CAP_KEYS_MAX)
		forget(c, container_of(list_first(&c->oldest), struct window, order));
	w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	text_copy(w->key, sizeof(w->key), key);
	list_init(&w->order);
	table_insert(&c->keys, &w->node, hash);
	return w;
}

static void drop_old(struct window *w, int64_t now_us)
{
	unsigned old = 0;

	while (old < w->count && now_us - w->sent_us[old] >= WINDOW_US)
		old++;
	w->count -= old;
	memmove(w->sent_us, w->sent_us + old, w->count * sizeof(w->sent_us[0]));
}

unsigned cap_take(struct cap *c, struct text key, int64_t now_us)
{
	uint64_t hash;
	struct window *w;

	key = text_sub(key, 0, KEY_SIZE - 1);
	hash = table_hash(&c->keys, key);
	w = find(c, key, hash);
	if (!w)
		w = add(c, key, hash);
	if (!w)
		return 1; /* without memory nothing is sent */
	list_remove(&w->order);
	list_append(&c->oldest, &w->order);
	drop_old(w, now_us);
	if (w->count == CAP_MESSAGES)
		return (unsigned)((WINDOW_US - (now_us - w->sent_us[0])) / 1000000) + 1;
	w->sent_us[w->count++] = now_us;
	return 0;
}

void cap_return(struct cap *c, struct text key)
{
	struct window *w;

	key = text_sub(key, 0, KEY_SIZE - 1);
	w = find(c, key, table_hash(&c->keys, key));
	if (w && w->count > 0)
		w->count--;
}
