/* SPDX-License-Identifier: Apache-2.0 */
/* account/book.h - Inside the account book; for this folder's files only.
 *
 * A record has two places: its home, the index by name (auth name, number), whose shard's
 * lock guards its contents, and the index by id. Locks are taken id first, home second;
 * a record that is in its home is never freed before the book. */
#ifndef ACCOUNT_BOOK_H
#define ACCOUNT_BOOK_H

#include <pthread.h>
#include <stdatomic.h>

#include "account/account.h"
#include "base/table.h"

enum { ACCOUNT_SHARDS = 64, ACCOUNT_STATES = 1 << 14 };

struct shard {
	_Alignas(64) pthread_rwlock_t lock;
	struct table table;
};

struct shards {
	struct shard shard[ACCOUNT_SHARDS];
};

int account_shards_init(struct shards *s, struct random *random);
void account_shards_fini(struct shards *s);
uint64_t account_hash_text(const struct shards *s, struct text key);
uint64_t account_hash_id(const struct shards *s, int64_t id);
/* The shard of that hash. */
struct shard *account_shard(struct shards *s, uint64_t hash);

/* One per credential: kept small, there may be a million of them. */
struct credential {
	struct table_node by_name; /* home */
	struct table_node by_id;
	int64_t id;
	int64_t line_id;
	int64_t customer_id;
	struct credential *changed_next;
	char *bytes; /* auth name, label, sealed HA1s, one after the other */
	uint32_t generation;
	uint16_t sealed_len;
	uint8_t auth_name_len;
	uint8_t label_len;
	uint8_t status;
	uint8_t kind;
	uint8_t pinned_algorithm;
	bool changed;    /* in the list of those whose watchers wait */
	bool new_secret; /* and has another one since */
};

struct line {
	struct table_node by_number; /* home */
	struct table_node by_id;
	int64_t id;
	int64_t customer_id;
	const char *product; /* one of the book's names */
	const char *reach;   /* likewise; NULL: no consent yet */
	int64_t consent_at;
	int32_t from_day;
	int32_t to_day;
	bool frozen;
	bool clir;
	struct account_forward *forward; /* NULL: nowhere */
	char number[E164_SIZE];
};

struct customer {
	struct table_node by_id; /* home */
	int64_t id;
	uint8_t segment;
	char language[ROW_LANGUAGE_SIZE];
	char *location_ref;
};

/* Names that many records share, never freed before the book. */
struct name {
	struct name *next;
	char text[];
};

struct product {
	const char *name;
	enum segment segment;
	const char *tariff;
	int32_t credentials_from;
};

struct products {
	pthread_rwlock_t lock;
	struct product *rows; /* by name and segment */
	size_t count;
	struct name *names;
};

struct account_poster; /* brings changes and pins to the book's loop */
struct account_reader; /* reads anew what the feed names */

struct account_book {
	struct store *store;
	struct loop *loop;
	const struct clock *clock;
	struct random *random;
	char realm[ROW_REALM_SIZE];
	char timezone[64];
	_Atomic uint64_t today;                  /* quarter of an hour << 32 | its day */
	_Atomic uint32_t states[ACCOUNT_STATES]; /* changes so far, by line */
	struct shards credentials_by_name, credentials_by_id;
	struct shards lines_by_number, lines_by_id;
	struct shards customers;
	struct credential nobody; /* in no index: read where there is none */
	struct line nobodys_line;
	struct products products;
	struct account_watch *watches;
	struct account_poster *poster;
	struct account_reader *reader;
};

int32_t account_today(struct account_book *b);
/* A line or one of its credentials has changed; before anyone is told so. */
void account_line_changed(struct account_book *b, int64_t line_id);

/* What a credential says of its line; of nobody's with as much work. */
void account_line_tell(struct account_book *b, int64_t line_id,
		       struct account_credential *ret);

/* Take a row over; 0 or -ENOMEM. Safe from every thread. */
int account_credential_take(struct account_book *b, const struct credential_row *row);
int account_line_take(struct account_book *b, const struct line_row *row);
/* The line has been taken before; an older one changes nothing. */
int account_consent_take(struct account_book *b, const struct consent_row *row);
int account_customer_take(struct account_book *b, const struct customer_row *row);
void account_nobody_init(struct account_book *b);
void account_credentials_free(struct account_book *b);
void account_lines_free(struct account_book *b);
void account_customers_free(struct account_book *b);

int account_products_init(struct products *p);
void account_products_free(struct products *p);
/* The one copy of a name; NULL when memory is out. */
const char *account_name(struct products *p, const char *name);
/* All products of the store, in place of those before. Inside a job. */
int account_products_read(struct account_book *b, struct store_db *db);
/* The product of that segment; -ENOENT; *other: another segment has it. */
int account_product_find(struct account_book *b, const char *name, enum segment segment,
			 struct product *ret, bool *other);

/* Segment, language, place; -ENOENT. */
int account_customer_fill(struct account_book *b, int64_t customer_id,
			  struct account_line *ret);

int account_poster_new(struct account_book *b);
void account_poster_free(struct account_book *b);
/* The watchers shall hear of it. Called with the credential's home locked. */
void account_poster_add(struct account_book *b, struct credential *c, bool new_secret);

/* Writes the pin into the row, later and on the book's loop; 0 or -ENOMEM. */
int account_pin_store(struct account_book *b, int64_t id, uint8_t algorithm);

/* Everything there is. Inside a job. */
int account_read_all(struct account_book *b, struct store_db *db);
int account_reader_new(struct account_book *b);
void account_reader_free(struct account_book *b);

#endif
