/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_room.h - Inside the import; for this folder's files only.
 *
 * A file becomes rows by a table of columns, the kind checks them against each other,
 * then against the store inside the one transaction that also writes them. */
#ifndef ACCOUNT_IMPORT_ROOM_H
#define ACCOUNT_IMPORT_ROOM_H

#include "account/import.h"
#include "base/arena.h"
#include "base/table.h"

enum { IMPORT_ROWS_MAX = 5000000, IMPORT_TOLD_MAX = 256 };

enum import_topic {
	TOLD_CUSTOMER,
	TOLD_PRODUCT,
	TOLD_LINE,
	TOLD_CREDENTIAL,
	TOLD_TARIFF,
	TOLD_LOGIN,
	TOLD_TOPICS
};

/* Every kind's rows begin so. */
struct import_row {
	unsigned line;
	bool bad;         /* a fault was found: never written */
	bool bad_in_file; /* whatever the store says */
};

enum {
	COLUMN_REQUIRED = 1,  /* the header must have it */
	COLUMN_FILLED = 2,    /* and every row something in it */
	COLUMN_SECRET = 4,    /* never repeated, never trimmed */
	COLUMN_EMPTY_TOO = 8, /* decode says what empty means */
};

struct import_column {
	const char *name;
	unsigned flags;
	/* NULL, or what is wrong. max: bytes. */
	const char *(*decode)(struct text in, size_t max, void *dst);
	size_t max;
	size_t offset;
};

struct import;

/* columns: a table of them. */
#define IMPORT_COLUMNS(table)                                                            \
	.columns = (table), .column_count = sizeof(table) / sizeof(table[0])

struct import_ops {
	const struct import_column *columns;
	size_t column_count;
	size_t row_size;
	size_t state_size;
	/* The rows among themselves. 0 or -ENOMEM. */
	int (*check)(struct import *);
	/* What takes long, outside any transaction; may be NULL. */
	int (*prepare)(struct import *);
	/* Inside the transaction, may run more than once: faults and changes. */
	int (*apply)(struct import *, struct store_db *);
	void (*end)(struct import *); /* wipes and frees the state; may be NULL */
};

extern const struct import_ops import_customers;
extern const struct import_ops import_credentials;
extern const struct import_ops import_products;
extern const struct import_ops import_tariffs;

struct import {
	const struct import_config *cfg;
	const struct import_ops *ops;
	struct import_result result;
	struct arena *arena;
	struct text csv;
	int64_t now_us;
	int32_t today;
	char *rows;
	size_t count, room;
	uint64_t columns; /* bit n: the file has column n */
	void *state;      /* the kind's own, zeroed at first */
	unsigned told[TOLD_TOPICS];
	unsigned file_faults; /* those that the file alone shows */
	int error;            /* -ENOMEM, once it was met */
};

/* Fills rows; faults for what is wrong. 0 or -ENOMEM. */
int import_read(struct import *im);
void *import_row_at(struct import *im, size_t i);
static inline bool import_has(const struct import *im, unsigned column)
{
	return im->columns >> column & 1;
}

void import_fault(struct import *im, struct import_row *row, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void import_change(struct import *im, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A text for a fault or change: escaped, not too long. */
const char *import_show(char dst[64], struct text t);
#define SHOW(t) import_show((char[64]){ 0 }, t)

/* Tells the feed, row by row or, past IMPORT_TOLD_MAX, once for all. */
int import_tell(struct import *im, struct store_db *db, enum import_topic topic,
		int64_t id);
int import_tell_rest(struct import *im, struct store_db *db);

/* Wipes a secret that was copied out of the file. */
void import_forget(const struct import *im, struct text secret);

/* A line in the security log. */
int import_log(struct import *im, struct store_db *db, const struct event_row *what);
/* Revokes the live credentials of a line (of kind device only, when asked), saying why.
 */
int import_revoke_line(struct import *im, struct store_db *db,
		       const struct line_row *line, bool devices_only, const char *why);
int import_revoke(struct import *im, struct store_db *db, struct credential_row *row,
		  const char *why);

/* Names and what they stand for. In the arena, as long as the import. */
struct import_index {
	struct table table;
};
int import_index_init(struct import *im, struct import_index *x);
void import_index_fini(struct import_index *x);
/* The value of the name, NULL: none. */
void *import_index_find(const struct import_index *x, struct text name);
/* -EEXIST: there is one; -ENOMEM. The name must live as long. */
int import_index_add(struct import *im, struct import_index *x, struct text name,
		     void *value);

/* The decoders. dst is a struct text unless said. */
const char *import_text(struct text in, size_t max, void *dst);
const char *import_secret(struct text in, size_t max, void *dst);
const char *import_login(struct text in, size_t max, void *dst);
const char *import_number(struct text in, size_t max, void *dst);
const char *import_segment(struct text in, size_t max, void *dst); /* enum segment */
const char *import_language(struct text in, size_t max, void *dst);
const char *import_day_or_never(struct text in, size_t max, void *dst);  /* int32_t */
const char *import_day_or_always(struct text in, size_t max, void *dst); /* int32_t */
const char *import_money(struct text in, size_t max, void *dst);         /* int64_t */
const char *import_seconds(struct text in, size_t max, void *dst);       /* uint32_t */
const char *import_prefix(struct text in, size_t max, void *dst);
const char *import_word(struct text in, size_t max, void *dst);
const char *import_auth_name(struct text in, size_t max, void *dst);
const char *import_hash(struct text in, size_t max, void *dst);      /* max hex digits */
const char *import_kind_word(struct text in, size_t max, void *dst); /* credential_kind */

/* "RES" ... */
const char *import_segment_name(enum segment s);

#endif
