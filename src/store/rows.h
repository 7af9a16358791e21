/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows.h - The rows and what can be asked of them. All functions run inside a job
 * (store/store.h) and answer 0 or a negative errno: -ENOENT nothing there, -EEXIST a
 * unique name is taken (both leave the job free to go on, nothing was written), -EIO and
 * others, after which the job can only fail. "put" inserts or updates by its key; ids are
 * never 0; a row never moves to another customer and a line never to another number
 * (-EEXIST). "each" calls fn for every
 * row in key order until fn returns other than 0, and returns that; fn may run other row
 * functions. Times are wall microseconds, 0: never; days as in base/date.h; money in
 * micros. Text that is no UTF-8 is stored with ? in place of the foreign bytes. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/e164.h"

struct store_db;

enum {
	ROW_REF_SIZE = 64,   /* the operator's own customer number */
	ROW_NAME_SIZE = 128, /* names and labels, UTF-8 */
	ROW_WORD_SIZE = 32,  /* class, profile, kind of event ... */
	ROW_LANGUAGE_SIZE = 4,
	ROW_AUTH_NAME_SIZE = 64,
	ROW_REALM_SIZE = 128,
	ROW_SEALED_SIZE = 512,
	ROW_HASH_SIZE = 128,
	ROW_ADDRESS_SIZE = 64,
	ROW_CONTACT_SIZE = 512,
	ROW_INSTANCE_SIZE = 128,
	ROW_TEXT_SIZE = 512,
	ROW_PREFIX_SIZE = 20,
};

enum segment { SEGMENT_RES = 1, SEGMENT_SME = 2, SEGMENT_ENT = 3 };

struct customer_row {
	int64_t id;
	char ref[ROW_REF_SIZE]; /* unique: column "customer" of the CSV */
	char name[ROW_NAME_SIZE];
	enum segment segment;
	char language[ROW_LANGUAGE_SIZE]; /* de fr it en */
	char street[ROW_NAME_SIZE];
	char house[ROW_WORD_SIZE];
	char postcode[ROW_WORD_SIZE];
	char town[ROW_NAME_SIZE];
	char location_ref[ROW_REF_SIZE];
	int64_t created_at;
};
/* -EEXIST: the ref is another customer's. */
int store_customer_put(struct store_db *, const struct customer_row *);
int store_customer_get(struct store_db *, int64_t id, struct customer_row *ret);
int store_customer_by_ref(struct store_db *, const char *ref, struct customer_row *ret);
int store_customer_each(struct store_db *, int (*fn)(void *, const struct customer_row *),
			void *arg);

struct login_row {
	int64_t id;
	int64_t customer_id;
	char name[ROW_NAME_SIZE];          /* unique everywhere, compared in lower case */
	char password_hash[ROW_HASH_SIZE]; /* argon2id, libsodium's string */
	char mobile[E164_SIZE];            /* where codes go */
	char language[ROW_LANGUAGE_SIZE];
	bool disabled;
	int64_t created_at;
	int64_t last_login_at;
};
int store_login_put(struct store_db *, const struct login_row *);
int store_login_get(struct store_db *, int64_t id, struct login_row *ret);
int store_login_by_name(struct store_db *, const char *name, struct login_row *ret);
int store_login_each(struct store_db *, int64_t customer_id, /* 0: all */
		     int (*fn)(void *, const struct login_row *), void *arg);

/* Per product and segment (key: both). */
struct product_row {
	char name[ROW_NAME_SIZE];
	enum segment segment;
	char tariff[ROW_NAME_SIZE];
	int32_t credentials_from; /* day; DATE_DAY_NEVER: never */
};
int store_product_put(struct store_db *, const struct product_row *);
int store_product_delete(struct store_db *, const char *name, enum segment segment);
int store_product_each(struct store_db *, int (*fn)(void *, const struct product_row *),
		       void *arg);

struct line_row {
	int64_t id;
	int64_t customer_id;
	char number[E164_SIZE]; /* at most one line with it on any day */
	char product[ROW_NAME_SIZE];
	int32_t from_day; /* first day */
	int32_t to_day;   /* last day; DATE_DAY_NEVER: open */
	bool frozen;
	bool clir; /* permanent suppression of the number */
	int64_t created_at;
	/* Where its calls go on to: E.164, empty: nowhere */
	char forward_always[E164_SIZE];
	char forward_busy[E164_SIZE];
	char forward_no_answer[E164_SIZE];
	char forward_unreachable[E164_SIZE]; /* no device is there, or none heard */
	int32_t forward_after_s;             /* of ringing; 0: FORWARD_AFTER_S */
};
/* -EEXIST: the number is another line's on one of these days. */
int store_line_put(struct store_db *, const struct line_row *);
int store_line_get(struct store_db *, int64_t id, struct line_row *ret);
/* The line that has it, or the one that had it last (by its first day). */
int store_line_by_number(struct store_db *, const char *number, struct line_row *ret);
int store_line_each(struct store_db *, int64_t customer_id, /* 0: all */
		    int (*fn)(void *, const struct line_row *), void *arg);

struct consent_row {
	int64_t id;
	int64_t customer_id;
	int64_t line_id;
	int64_t login_id;
	char version[ROW_WORD_SIZE];
	char language[ROW_LANGUAGE_SIZE];
	char reach[ROW_WORD_SIZE]; /* home europe world */
	int64_t accepted_at;
};
int store_consent_put(struct store_db *, const struct consent_row *); /* append only */
int store_consent_latest(struct store_db *, int64_t customer_id, int64_t line_id,
			 struct consent_row *ret);
int store_consent_each(struct store_db *, int (*fn)(void *, const struct consent_row *),
		       void *arg);

enum credential_status {
	CREDENTIAL_ACTIVE = 1,
	CREDENTIAL_FROZEN = 2,
	CREDENTIAL_REVOKED = 3
};
enum credential_kind { CREDENTIAL_DEVICE = 1, CREDENTIAL_ROUTER = 2 };

struct credential_row {
	int64_t id;
	int64_t customer_id;
	int64_t line_id;
	char auth_name[ROW_AUTH_NAME_SIZE]; /* unique for ever, without @domain */
	char label[ROW_NAME_SIZE];
	char profile[ROW_WORD_SIZE];
	char realm[ROW_REALM_SIZE];
	enum credential_kind kind;
	enum credential_status status;
	uint32_t generation;             /* bumped by freeze, unfreeze, revoke, rotate */
	uint8_t pinned_algorithm;        /* 0 none, 1 SHA-256 */
	uint8_t sealed[ROW_SEALED_SIZE]; /* HA1s, encrypted: account/vault.h */
	uint32_t sealed_len;
	int64_t created_at;
	int64_t created_by; /* login, 0: the operator */
	int64_t status_at;
	int64_t last_registered_at;
	int64_t last_call_at;
};
int store_credential_put(struct store_db *, const struct credential_row *);
int store_credential_get(struct store_db *, int64_t id, struct credential_row *ret);
int store_credential_by_auth_name(struct store_db *, const char *auth_name,
				  struct credential_row *ret);
int store_credential_each(struct store_db *, int64_t line_id, /* 0: all */
			  int (*fn)(void *, const struct credential_row *), void *arg);
/* Last use, without touching the rest. */
int store_credential_used(struct store_db *, int64_t customer_id, int64_t id,
			  int64_t registered_at, int64_t call_at); /* 0: leave */

struct binding_row {
	int64_t credential_id;            /* the key: this and the next three */
	char contact[ROW_CONTACT_SIZE];   /* URI */
	char instance[ROW_INSTANCE_SIZE]; /* "<urn:uuid:...>", "" */
	uint32_t reg_id;                  /* 0: none */
	int64_t line_id;
	char call_id[ROW_CONTACT_SIZE];
	uint32_t cseq;
	uint16_t q; /* thousandths */
	int64_t registered_at;
	int64_t expires_at;
	char source[ROW_ADDRESS_SIZE]; /* address and port */
	char local[ROW_ADDRESS_SIZE];
	char transport[ROW_WORD_SIZE]; /* udp tcp ...; only udp outlives a restart */
	char user_agent[ROW_NAME_SIZE];
	char path[ROW_TEXT_SIZE];
};
int store_binding_put(struct store_db *, const struct binding_row *);
/* Deleting what is not there is no error. */
int store_binding_delete(struct store_db *, const struct binding_row *key);
int store_binding_each(struct store_db *, int (*fn)(void *, const struct binding_row *),
		       void *arg);

struct rate_row { /* key: tariff, prefix, valid_from */
	char tariff[ROW_NAME_SIZE];
	char prefix[ROW_PREFIX_SIZE]; /* "+4179", "CH:1811" */
	char class_[ROW_WORD_SIZE];
	int64_t setup_micros;
	int64_t per_minute_micros;
	uint32_t first_s;
	uint32_t next_s;
	int32_t valid_from; /* day */
};
int store_rate_put(struct store_db *, const struct rate_row *);
int store_rate_delete(struct store_db *, const char *tariff, const char *prefix,
		      int32_t valid_from);
int store_rate_each(struct store_db *, int (*fn)(void *, const struct rate_row *),
		    void *arg);

enum call_direction { CALL_OUT = 1, CALL_IN = 2 };

struct cdr_row {
	int64_t id; /* the call's own id: the idempotent key */
	int64_t customer_id;
	int64_t line_id;
	int64_t credential_id; /* 0 for a call in that no device answered */
	enum call_direction direction;
	char from[ROW_ADDRESS_SIZE];
	char to[ROW_ADDRESS_SIZE]; /* E.164 or "CH:1811", as rated */
	char class_[ROW_WORD_SIZE];
	char tariff[ROW_NAME_SIZE];
	int64_t started_at;
	int64_t answered_at; /* 0: never */
	int64_t ended_at;
	int64_t charge_micros;
	char cause[ROW_WORD_SIZE]; /* caller_hung_up, callee_hung_up, busy, revoked ... */
	char source[ROW_ADDRESS_SIZE];
	char user_agent[ROW_NAME_SIZE];
};
/* CDR, debit in the ledger (when charge is not 0) and last use, in one go; a CDR that is
 * there already changes nothing and answers 0. */
int store_cdr_book(struct store_db *, const struct cdr_row *);
struct cdr_filter {
	int64_t customer_id; /* 0: any */
	int64_t line_id;     /* 0: any */
	int64_t since;       /* started_at >= */
	int64_t until;       /* started_at <, 0: open */
	int64_t before_id;   /* 0: from the newest */
	unsigned limit;      /* 0: all */
};
/* Newest first. */
int store_cdr_each(struct store_db *, const struct cdr_filter *,
		   int (*fn)(void *, const struct cdr_row *), void *arg);

struct ledger_row {
	int64_t customer_id;
	int64_t id;
	int64_t cdr_id; /* 0: a correction */
	int64_t line_id;
	int64_t amount_micros; /* debit positive */
	int64_t at;
};
int store_ledger_each(struct store_db *, int64_t customer_id,
		      int (*fn)(void *, const struct ledger_row *), void *arg);

struct event_row {
	int64_t id;
	int64_t at;
	int64_t customer_id; /* 0: the operator's own */
	int64_t line_id;
	int64_t credential_id;
	char kind[ROW_WORD_SIZE];
	char who[ROW_NAME_SIZE]; /* login, "cli", "core" */
	char source[ROW_ADDRESS_SIZE];
	char reason[ROW_WORD_SIZE]; /* of event/diagnosis.h, where a device was refused */
	char text[ROW_TEXT_SIZE];   /* plain English, peer text escaped */
};
int store_event_put(struct store_db *, const struct event_row *); /* append only */
int store_event_each(struct store_db *, int64_t customer_id,      /* 0: all */
		     int64_t before_id, unsigned limit,           /* newest first */
		     int (*fn)(void *, const struct event_row *), void *arg);

/* Facts about the installation: "realm", "node" ... */
/* -ENOSPC when the value is longer than cap. */
int store_meta_get(struct store_db *, const char *name, char *value, unsigned cap);
int store_meta_put(struct store_db *, const char *name, const char *value);

#endif
