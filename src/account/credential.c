/* SPDX-License-Identifier: Apache-2.0 */
/* account/credential.c - Credentials in memory: found by auth name and by id. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"

static struct text auth_name_of(const struct credential *c)
{
	return (struct text){ c->bytes, c->auth_name_len };
}

static struct text label_of(const struct credential *c)
{
	return (struct text){ c->bytes + c->auth_name_len, c->label_len };
}

static const char *sealed_of(const struct credential *c)
{
	return c->bytes + c->auth_name_len + c->label_len;
}

static struct credential *find_name(struct table *t, uint64_t hash, struct text auth_name)
{
	for (struct table_node *n = table_first(t, hash); n; n = table_next(n)) {
		struct credential *c = container_of(n, struct credential, by_name);

		if (text_eq(auth_name_of(c), auth_name))
			return c;
	}
	return NULL;
}

static struct credential *find_id(struct table *t, uint64_t hash, int64_t id)
{
	for (struct table_node *n = table_first(t, hash); n; n = table_next(n)) {
		struct credential *c = container_of(n, struct credential, by_id);

		if (c->id == id)
			return c;
	}
	return NULL;
}

static struct shard *home_of(struct account_book *b, const struct credential *c)
{
	return account_shard(&b->credentials_by_name, c->by_name.hash);
}

/* Finds it and locks its home, to read or to write; NULL: unknown, nothing is locked. */
static struct credential *lock_id(struct account_book *b, int64_t id,
				  int (*lock)(pthread_rwlock_t *))
{
	uint64_t hash = account_hash_id(&b->credentials_by_id, id);
	struct shard *s = account_shard(&b->credentials_by_id, hash);
	struct credential *c;

	pthread_rwlock_rdlock(&s->lock);
	c = find_id(&s->table, hash, id);
	if (c)
		lock(&home_of(b, c)->lock);
	pthread_rwlock_unlock(&s->lock);
	return c;
}

static void unlock(struct account_book *b, struct credential *c)
{
	pthread_rwlock_unlock(&home_of(b, c)->lock);
}

static void copy(const struct credential *c, struct account_credential *ret)
{
	*ret = (struct account_credential){
		.id = c->id,
		.line_id = c->line_id,
		.customer_id = c->customer_id,
		.generation = c->generation,
		.status = c->status,
		.kind = c->kind,
		.pinned_algorithm = c->pinned_algorithm,
	};
	text_copy(ret->auth_name, sizeof(ret->auth_name), auth_name_of(c));
	text_copy(ret->label, sizeof(ret->label), label_of(c));
}

int account_credential_by_auth_name(struct account_book *b, struct text auth_name,
				    struct account_credential *ret)
{
	struct account_credential found;
	struct credential *c;
	struct shard *s;
	uint64_t hash;

	text_split(auth_name, '@', &auth_name, NULL);
	hash = account_hash_text(&b->credentials_by_name, auth_name);
	s = account_shard(&b->credentials_by_name, hash);
	pthread_rwlock_rdlock(&s->lock);
	c = find_name(&s->table, hash, auth_name);
	copy(c ? c : &b->nobody, &found);
	pthread_rwlock_unlock(&s->lock);
	/* The line has a lock of its own: never both at a time. */
	account_line_tell(b, found.line_id, &found);
	*ret = found;
	return c ? 0 : -ENOENT;
}

int account_credential_by_id(struct account_book *b, int64_t id,
			     struct account_credential *ret)
{
	struct credential *c = lock_id(b, id, pthread_rwlock_rdlock);
	struct account_credential found;

	if (!c)
		return -ENOENT;
	copy(c, &found);
	unlock(b, c);
	account_line_tell(b, found.line_id, &found);
	*ret = found;
	return 0;
}

size_t account_credential_count(struct account_book *b)
{
	size_t n = 0;

	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++) {
		struct shard *s = &b->credentials_by_id.shard[i];

		pthread_rwlock_rdlock(&s->lock);
		n += s->table.count;
		pthread_rwlock_unlock(&s->lock);
	}
	return n;
}

bool account_credential_current(struct account_book *b, int64_t id, uint32_t generation)
{
	struct credential *c = lock_id(b, id, pthread_rwlock_rdlock);
	bool current;

	if (!c)
		return false;
	current = c->generation == generation && c->status != CREDENTIAL_REVOKED;
	unlock(b, c);
	return current;
}

int account_credential_sealed(struct account_book *b, int64_t id,
			      struct vault_sealed *ret)
{
	struct credential *c = lock_id(b, id, pthread_rwlock_rdlock);
	bool known = c != NULL;

	if (!known) {
		c = &b->nobody;
		pthread_rwlock_rdlock(&home_of(b, c)->lock);
	}
	ret->len = c->sealed_len;
	memcpy(ret->bytes, sealed_of(c), c->sealed_len);
	unlock(b, c);
	return known ? 0 : -ENOENT;
}

static struct credential *pack(const struct credential_row *row)
{
	size_t name = strnlen(row->auth_name, ROW_AUTH_NAME_SIZE);
	size_t label = strnlen(row->label, ROW_NAME_SIZE);
	size_t sealed = row->sealed_len <= ROW_SEALED_SIZE ? row->sealed_len : 0;
	struct credential *c = calloc(1, sizeof(*c));

	if (c)
		c->bytes = malloc(name + label + sealed + 1);
	if (!c || !c->bytes) {
		free(c);
		return NULL;
	}
	memcpy(c->bytes, row->auth_name, name);
	memcpy(c->bytes + name, row->label, label);
	memcpy(c->bytes + name + label, row->sealed, sealed);
	c->id = row->id;
	c->line_id = row->line_id;
	c->customer_id = row->customer_id;
	c->generation = row->generation;
	c->auth_name_len = (uint8_t)name;
	c->label_len = (uint8_t)label;
	c->sealed_len = (uint16_t)sealed;
	c->status = (uint8_t)row->status;
	c->kind = (uint8_t)row->kind;
	c->pinned_algorithm = row->pinned_algorithm;
	return c;
}

static void credential_free(struct credential *c)
{
	free(c->bytes);
	free(c);
}

static bool same_secret(const struct credential *a, const struct credential *b)
{
	return a->sealed_len == b->sealed_len &&
	       memcmp(sealed_of(a), sealed_of(b), a->sealed_len) == 0;
}

/* A row read before a strike comes with an older generation and changes nothing, unless
 * it revokes: that is for ever. What is left of the old contents stays in from, which is
 * freed. */
static void update(struct account_book *b, struct credential *c, struct credential *from)
{
	bool changed = c->generation != from->generation || c->status != from->status;
	bool older = from->generation < c->generation;
	bool new_secret = changed && !same_secret(c, from);
	char *bytes = c->bytes;

	if ((older && from->status != CREDENTIAL_REVOKED) ||
	    c->status == CREDENTIAL_REVOKED)
		return;
	account_line_changed(b, c->line_id);
	account_line_changed(b, from->line_id);
	c->line_id = from->line_id;
	c->customer_id = from->customer_id;
	c->bytes = from->bytes;
	from->bytes = bytes;
	c->generation = older ? c->generation : from->generation;
	c->auth_name_len = from->auth_name_len;
	c->label_len = from->label_len;
	c->sealed_len = from->sealed_len;
	c->status = from->status;
	c->kind = from->kind;
	c->pinned_algorithm = from->pinned_algorithm;
	if (changed)
		account_poster_add(b, c, new_secret);
}

/* With its place in the index by id locked for writing. */
static void insert(struct account_book *b, struct shard *by_id, uint64_t id_hash,
		   struct credential *c)
{
	uint64_t hash = account_hash_text(&b->credentials_by_name, auth_name_of(c));
	struct shard *home = account_shard(&b->credentials_by_name, hash);

	pthread_rwlock_wrlock(&home->lock);
	table_insert(&home->table, &c->by_name, hash);
	table_insert(&by_id->table, &c->by_id, id_hash);
	pthread_rwlock_unlock(&home->lock);
}

int account_credential_take(struct account_book *b, const struct credential_row *row)
{
	uint64_t hash = account_hash_id(&b->credentials_by_id, row->id);
	struct shard *s = account_shard(&b->credentials_by_id, hash);
	struct credential *fresh = pack(row), *c;

	if (!fresh)
		return -ENOMEM;
	pthread_rwlock_wrlock(&s->lock);
	c = find_id(&s->table, hash, row->id);
	if (!c) {
		insert(b, s, hash, fresh);
	} else {
		pthread_rwlock_wrlock(&home_of(b, c)->lock);
		/* An auth name belongs to its credential for ever. */
		if (text_eq(auth_name_of(c), auth_name_of(fresh)))
			update(b, c, fresh);
		unlock(b, c);
	}
	pthread_rwlock_unlock(&s->lock);
	if (c)
		credential_free(fresh);
	return 0;
}

void account_credential_apply(struct account_book *b, const struct credential_row *row)
{
	/* Without memory the feed brings it again. */
	(void)account_credential_take(b, row);
}

uint32_t account_credential_strike(struct account_book *b, int64_t id,
				   enum credential_status status)
{
	struct credential *c = lock_id(b, id, pthread_rwlock_wrlock);
	uint32_t generation;

	if (!c)
		return 0;
	if (c->status != CREDENTIAL_REVOKED) {
		c->status = (uint8_t)status;
		c->generation++;
		account_line_changed(b, c->line_id);
		account_poster_add(b, c, false);
	}
	generation = c->generation;
	unlock(b, c);
	return generation;
}

int account_credential_pin(struct account_book *b, int64_t id, uint8_t algorithm)
{
	struct credential *c = lock_id(b, id, pthread_rwlock_wrlock);
	bool fresh;

	if (!c)
		return -ENOENT;
	fresh = c->pinned_algorithm != algorithm;
	c->pinned_algorithm = algorithm;
	account_line_changed(b, c->line_id);
	unlock(b, c);
	return fresh ? account_pin_store(b, id, algorithm) : 0;
}

void account_nobody_init(struct account_book *b)
{
	static char bytes[] = "nobody, of no device";

	b->nobody = (struct credential){ .bytes = bytes,
					 .auth_name_len = ACCOUNT_NOBODY.len,
					 .label_len =
						 sizeof(bytes) - 1 - ACCOUNT_NOBODY.len };
	b->nobodys_line = (struct line){ .from_day = INT32_MAX };
}

static void free_one(struct table_node *n, void *arg)
{
	credential_free(container_of(n, struct credential, by_name));
}

void account_credentials_free(struct account_book *b)
{
	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++)
		table_each(&b->credentials_by_name.shard[i].table, free_one, NULL);
	account_shards_fini(&b->credentials_by_name);
	account_shards_fini(&b->credentials_by_id);
}
