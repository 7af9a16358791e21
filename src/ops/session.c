/* SPDX-License-Identifier: Apache-2.0 */
/* ops/session.c - Sessions by the hash of their token. */

#include "ops/session.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ops/action.h"

#define SECOND_US INT64_C(1000000)

int sessions_init(struct sessions *all, struct random *random, const struct clock *clock)
{
	*all = (struct sessions){ .random = random, .clock = clock };
	list_init(&all->oldest);
	return table_init(&all->by_hash, random, 64);
}

void sessions_fini(struct sessions *all)
{
	LIST_EACH_SAFE (it, &all->oldest)
		session_close(all, container_of(it, struct session, order));
	table_fini(&all->by_hash);
}

static struct text hash_text(const uint8_t hash[SESSION_HASH_SIZE])
{
	return (struct text){ (const char *)hash, SESSION_HASH_SIZE };
}

static void insert(struct sessions *all, struct session *s)
{
	table_insert(&all->by_hash, &s->node,
		     table_hash(&all->by_hash, hash_text(s->hash)));
}

/* 256 bits of randomness need no salt and no slow hash. */
static void hash_token(struct text token, uint8_t ret[SESSION_HASH_SIZE])
{
	crypto_generichash(ret, SESSION_HASH_SIZE, (const uint8_t *)token.p, token.len,
			   NULL, 0);
}

static void new_token(struct sessions *all, struct session *s,
		      char token[SESSION_TOKEN_SIZE])
{
	uint8_t bytes[(SESSION_TOKEN_SIZE - 1) / 2];

	random_fill(all->random, bytes, sizeof(bytes));
	text_hex_encode(token, bytes, sizeof(bytes));
	hash_token((struct text){ token, SESSION_TOKEN_SIZE - 1 }, s->hash);
	random_fill(all->random, bytes, sizeof(bytes));
	text_hex_encode(s->csrf, bytes, (SESSION_CSRF_SIZE - 1) / 2);
	sodium_memzero(bytes, sizeof(bytes));
}

static void make_room(struct sessions *all, int64_t login_id)
{
	struct session *first = NULL;
	unsigned count = 0;

	if (all->by_hash.count >= SESSIONS_MAX)
		session_close(all, container_of(list_first(&all->oldest), struct session,
						order));
	LIST_EACH (it, &all->oldest) {
		struct session *s = container_of(it, struct session, order);

		if (s->login_id != login_id)
			continue;
		first = first ? first : s;
		count++;
	}
	if (count >= SESSIONS_PER_LOGIN_MAX)
		session_close(all, first);
}

struct session *session_open(struct sessions *all, const struct login_row *login,
			     const char *customer_name, const char *source,
			     char token[SESSION_TOKEN_SIZE])
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	make_room(all, login->id);
	list_init(&s->order);
	list_init(&s->actions);
	list_init(&s->streams);
	s->state = SESSION_PENDING;
	s->opened_us = s->used_us = clock_mono_us(all->clock);
	s->login_id = login->id;
	s->customer_id = login->customer_id;
	text_copy(s->login, sizeof(s->login), text_of(login->name));
	text_copy(s->customer_name, sizeof(s->customer_name), text_of(customer_name));
	text_copy(s->language, sizeof(s->language), text_of(login->language));
	text_copy(s->mobile, sizeof(s->mobile), text_of(login->mobile));
	text_copy(s->source, sizeof(s->source), text_of(source));
	new_token(all, s, token);
	insert(all, s);
	list_append(&all->oldest, &s->order);
	return s;
}

static bool over(const struct session *s, int64_t now_us)
{
	int64_t life_s = s->state == SESSION_PENDING ? SESSION_PENDING_S : SESSION_LIFE_S;

	return now_us - s->opened_us >= life_s * SECOND_US ||
	       now_us - s->used_us >= SESSION_IDLE_S * SECOND_US;
}

struct session *session_by_hash(struct sessions *all,
				const uint8_t hash[SESSION_HASH_SIZE])
{
	struct table_node *n;

	n = table_first(&all->by_hash, table_hash(&all->by_hash, hash_text(hash)));
	for (; n; n = table_next(n)) {
		struct session *s = container_of(n, struct session, node);

		if (sodium_memcmp(s->hash, hash, SESSION_HASH_SIZE) == 0)
			return s;
	}
	return NULL;
}

struct session *session_find(struct sessions *all, struct text token)
{
	int64_t now_us = clock_mono_us(all->clock);
	uint8_t hash[SESSION_HASH_SIZE];
	struct session *s;

	if (token.len != SESSION_TOKEN_SIZE - 1)
		return NULL;
	hash_token(token, hash);
	s = session_by_hash(all, hash);
	if (!s)
		return NULL;
	if (over(s, now_us)) {
		session_close(all, s);
		return NULL;
	}
	s->used_us = now_us;
	return s;
}

void session_activate(struct sessions *all, struct session *s,
		      char token[SESSION_TOKEN_SIZE])
{
	table_remove(&all->by_hash, &s->node);
	new_token(all, s, token);
	insert(all, s);
	s->state = SESSION_ACTIVE;
	s->opened_us = s->used_us = clock_mono_us(all->clock);
}

void session_close(struct sessions *all, struct session *s)
{
	if (all->closing)
		all->closing(all->arg, s);
	actions_forget(s);
	table_remove(&all->by_hash, &s->node);
	list_remove(&s->order);
	sodium_memzero(s, sizeof(*s));
	free(s);
}

unsigned sessions_drop(struct sessions *all, int64_t login_id)
{
	unsigned count = 0;

	LIST_EACH_SAFE (it, &all->oldest) {
		struct session *s = container_of(it, struct session, order);

		if (login_id && s->login_id != login_id)
			continue;
		session_close(all, s);
		count++;
	}
	return count;
}

void sessions_sweep(struct sessions *all)
{
	int64_t now_us = clock_mono_us(all->clock);

	LIST_EACH_SAFE (it, &all->oldest) {
		struct session *s = container_of(it, struct session, order);

		if (over(s, now_us))
			session_close(all, s);
	}
}
