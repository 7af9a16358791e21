/* SPDX-License-Identifier: Apache-2.0 */
/* ops/session.h - Who is signed in at the portal. Tokens of 256 bits leave once and are
 * kept as hashes, in the core's memory only: a restart signs everybody out. Idle 30 min,
 * 12 h in all; a new token at the second factor. The control loop's thread. */
#ifndef OPS_SESSION_H
#define OPS_SESSION_H

#include "base/clock.h"
#include "base/list.h"
#include "base/table.h"
#include "net/addr.h"
#include "ops/code.h"
#include "store/rows.h"

enum {
	SESSION_TOKEN_SIZE = 65, /* 64 hex digits */
	SESSION_HASH_SIZE = 32,
	SESSION_CSRF_SIZE = 33,
	SESSION_IDLE_S = 30 * 60,
	SESSION_PENDING_S = 15 * 60, /* without second factor */
	SESSION_LIFE_S = 12 * 3600,
	SESSIONS_MAX = 50000,
	SESSIONS_PER_LOGIN_MAX = 20,
	SESSION_STREAMS_MAX = 4,
	SESSION_ACTIONS_MAX = 5,
};

enum session_state { SESSION_PENDING, SESSION_ACTIVE };

struct session {
	uint8_t hash[SESSION_HASH_SIZE]; /* of the token */
	char csrf[SESSION_CSRF_SIZE];
	enum session_state state;
	int64_t opened_us; /* monotonic */
	int64_t used_us;
	int64_t login_id;
	int64_t customer_id;
	char login[ROW_NAME_SIZE];
	char customer_name[ROW_NAME_SIZE];
	char language[ROW_LANGUAGE_SIZE];
	char mobile[E164_SIZE];
	char source[ADDR_TEXT_SIZE];
	struct code code;    /* of signing in */
	struct list actions; /* struct action, ops/action.h */
	struct list streams; /* struct stream, ops/stream.h */
	unsigned stream_count;
	/* sessions' own: */
	struct table_node node;
	struct list order;
};

struct sessions {
	struct table by_hash;
	struct list oldest; /* by opening */
	struct random *random;
	const struct clock *clock;
	/* Told before a session is gone (its streams end). May be NULL. */
	void (*closing)(void *arg, struct session *);
	void *arg;
};

int sessions_init(struct sessions *all, struct random *random, const struct clock *clock);
void sessions_fini(struct sessions *all);

/* A new one, pending; its token is the caller's to wipe. A login's oldest session goes
 * when it has too many. NULL when memory is out. */
struct session *session_open(struct sessions *all, const struct login_row *login,
			     const char *customer_name, const char *source,
			     char token[SESSION_TOKEN_SIZE]);
/* NULL: none, or over. Counts as use. */
struct session *session_find(struct sessions *all, struct text token);
/* By its hash, later in an operation: may be gone meanwhile. */
struct session *session_by_hash(struct sessions *all,
				const uint8_t hash[SESSION_HASH_SIZE]);
/* The second factor was right: active, with a new token and CSRF token. */
void session_activate(struct sessions *all, struct session *s,
		      char token[SESSION_TOKEN_SIZE]);
void session_close(struct sessions *all, struct session *s);
/* The login is not what it was (password, mobile, disabled): all that were opened with it
 * are closed, how many is returned. login_id 0: of every login. */
unsigned sessions_drop(struct sessions *all, int64_t login_id);
/* Closes what is over; every minute. */
void sessions_sweep(struct sessions *all);

#endif
