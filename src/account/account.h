/* SPDX-License-Identifier: Apache-2.0 */
/* account/account.h - Customers, products, lines and credentials in memory: what the hot
 * path asks, without a database. Read from the store at start, kept fresh by its change
 * feed. Answers are copies; every function that reads is safe from every thread and only
 * takes a short read lock. */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "account/vault.h"
#include "base/clock.h"
#include "base/random.h"
#include "store/rows.h"
#include "store/store.h"

struct account_book;

struct account_config {
	struct store *store;
	struct loop *loop; /* where the feed comes; NULL: no feed (the CLI) */
	const struct clock *clock;
	struct random *random;
	const char *realm;
	const char *timezone;
};

/* Loads everything (waits: for start-up). 0 or negative errno with a reason. */
int account_book_open(const struct account_config *cfg, struct account_book **ret,
		      char reason[200]);
void account_book_free(struct account_book *b);

/* What a request needs to know about the credential it came with. */
struct account_credential {
	int64_t id;
	int64_t line_id;
	int64_t customer_id;
	uint32_t generation;
	uint8_t status;           /* enum credential_status */
	uint8_t kind;             /* enum credential_kind */
	uint8_t pinned_algorithm; /* 1: SHA-256 only */
	bool line_frozen;
	bool line_ended; /* outside from_day..to_day */
	char auth_name[ROW_AUTH_NAME_SIZE];
	char number[E164_SIZE]; /* the line's */
	char label[ROW_NAME_SIZE];
};
/* Of id 0, and never found. Where a stranger's name is looked for, it is read in place of
 * one that is not there: as much is locked and copied, so that time does not tell. */
#define ACCOUNT_NOBODY TEXT("nobody")

/* auth_name with or without @domain. -ENOENT when unknown, and ret is nobody; revoked ones
 * are found. */
int account_credential_by_auth_name(struct account_book *b, struct text auth_name,
				    struct account_credential *ret);
int account_credential_by_id(struct account_book *b, int64_t id,
			     struct account_credential *ret);
size_t account_credential_count(struct account_book *b); /* revoked ones, too */
/* True while the credential is still of that generation (and not revoked). */
bool account_credential_current(struct account_book *b, int64_t id, uint32_t generation);
/* What was read of a line and of its credentials is still so while this is the same: it
 * changes with each of them, with the day, and now and then with a stranger. Ask before
 * reading. One load. */
uint64_t account_line_state(struct account_book *b, int64_t line_id);
/* Its HA1s, still sealed. -ENOENT takes as long. */
int account_credential_sealed(struct account_book *b, int64_t id,
			      struct vault_sealed *ret);

/* When a call to a line goes on elsewhere. */
enum forward_kind {
	FORWARD_ALWAYS,
	FORWARD_BUSY,
	FORWARD_NO_ANSWER,
	FORWARD_UNREACHABLE,
	FORWARD_KINDS
};

enum { FORWARD_AFTER_S = 20, FORWARD_AFTER_MIN_S = 5, FORWARD_AFTER_MAX_S = 120 };

struct account_forward {
	char to[FORWARD_KINDS][E164_SIZE]; /* empty: nowhere */
	uint16_t after_s;                  /* of ringing, for FORWARD_NO_ANSWER */
};

struct account_line {
	int64_t id;
	int64_t customer_id;
	char number[E164_SIZE];
	char tariff[ROW_NAME_SIZE]; /* by product and segment; empty: none */
	char product[ROW_NAME_SIZE];
	uint8_t segment;
	bool frozen;
	bool ended;
	bool clir;
	char language[ROW_LANGUAGE_SIZE];
	char location_ref[ROW_REF_SIZE];
	char reach[ROW_WORD_SIZE]; /* of its latest consent; empty: none yet */
	struct account_forward forward;
};
int account_line_by_number(struct account_book *b, struct text number,
			   struct account_line *ret); /* -ENOENT: not one of ours */
int account_line_by_id(struct account_book *b, int64_t id, struct account_line *ret);
/* Whether the number is or was one of ours; either takes as long. */
bool account_line_known(struct account_book *b, struct text number);

/* Called after a change of these rows has been stored (by the same process or, through
 * the feed, by another): takes the new row over at once. */
void account_credential_apply(struct account_book *b, const struct credential_row *row);
void account_line_apply(struct account_book *b, const struct line_row *row);
/* Revoke and freeze strike in memory first, before the database has answered: status and
 * a new generation. Returns the new generation. */
uint32_t account_credential_strike(struct account_book *b, int64_t id,
				   enum credential_status status);

/* The same for a whole line; 0 or -ENOENT. */
int account_line_strike(struct account_book *b, int64_t id, bool frozen);

/* Pins the algorithm that its device has shown it knows (1: SHA-256), here at once and in
 * the store soon. */
int account_credential_pin(struct account_book *b, int64_t id, uint8_t algorithm);

/* Who hears that a credential's status or generation changed, whoever changed it: on the
 * loop of the configuration, never inline. new_secret: what it was registered with is
 * right no longer. */
struct account_watch {
	void (*credential)(struct account_watch *, const struct account_credential *now,
			   bool new_secret);
	struct account_watch *next;
};
/* At start-up or on that loop; until it is stopped or the book is freed. */
void account_watch_start(struct account_book *b, struct account_watch *w);
void account_watch_stop(struct account_book *b, struct account_watch *w);

#endif
