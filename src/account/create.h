/* SPDX-License-Identifier: Apache-2.0 */
/* account/create.h - Creating, freezing and revoking credentials, freezing lines: memory
 * first where it must be at once, then one job that writes the row, the security log's
 * line and the change feed together. For one thread: the loop of the configuration. */
#ifndef ACCOUNT_CREATE_H
#define ACCOUNT_CREATE_H

#include "account/account.h"
#include "base/id.h"
#include "event/event.h"

enum {
	ACCOUNT_AUTH_NAME_LEN = 8, /* a-z 0-9 without i l o 0 1 */
	ACCOUNT_PASSWORD_LEN = 24, /* RANDOM_PASSWORD */
	ACCOUNT_PASSWORD_SIZE = 25,
	ACCOUNT_DESK_MAX = 10000, /* changes under way at a time */
};

struct account_desk; /* where changes are made; one per process */

struct account_desk_config {
	struct account_book *book;
	const struct vault *vault;
	struct store *store;
	struct event_log *events; /* told what pages shall show anew; may be NULL */
	struct loop *loop;
	struct id_maker *ids;
	struct random *random;
	const struct clock *clock;
	const char *domain;
	const char *realm;
	const char *timezone;
};

struct account_desk *account_desk_new(const struct account_desk_config *cfg);
/* Changes under way are let go without an answer; the store may still have them. */
void account_desk_free(struct account_desk *d);

/* Who does it, for the security log. */
struct account_actor {
	int64_t login_id;   /* 0: the operator */
	const char *who;    /* login, "cli" */
	const char *source; /* address, may be "" */
};

struct account_creation {
	int64_t line_id;
	enum credential_kind kind;
	const char *label;
	const char *profile;
	unsigned live_max; /* -ENOSPC when the line has so many of kind device that are
			    * not revoked; 0: no bound */
};

/* A new credential and, this once, its password. The receiver's to free, which wipes. */
struct account_created {
	int64_t id;
	int64_t customer_id;
	int64_t created_at;
	char user_name[E164_SIZE]; /* the line's number */
	char auth_name[ROW_AUTH_NAME_SIZE];
	char password[ACCOUNT_PASSWORD_SIZE];
};
void account_created_free(struct account_created *c);

/* done is called once, never inline, with 0 and the credential (which registers from
 * that moment on), or with NULL and -ENOENT (no such line), -EPERM (the line is frozen,
 * has ended or not begun), -ENOSPC (live_max), or the store's errno. Texts are copied.
 * Whether the line is eligible and consent is there, is the caller's to ask. Returns 0,
 * or -EAGAIN (too many under way), -EINVAL (label or profile empty, too long, not UTF-8
 * or with control characters), -ENOMEM: then done is not called. */
int account_credential_create(struct account_desk *d, const struct account_creation *in,
			      const struct account_actor *by,
			      void (*done)(void *arg, int status,
					   struct account_created *created),
			      void *arg);

/* Freeze, unfreeze (ACTIVE), revoke. The strike in memory happens before this returns:
 * from then on no request passes. done as above with 0 or the store's errno; after an
 * error the strike stays and writing is tried again every few seconds until it succeeds
 * (done is not called again). generation (may be NULL): the new one. Returns 0; -ENOENT;
 * -EPERM (revoked ones stay revoked), -EALREADY (it has that status), -EAGAIN, -ENOMEM.
 */
int account_credential_set_status(struct account_desk *d, int64_t id,
				  enum credential_status status,
				  const struct account_actor *by,
				  void (*done)(void *arg, int status), void *arg,
				  uint32_t *generation);
/* The same for a whole line: its credentials keep their own status and generation. */
int account_line_set_frozen(struct account_desk *d, int64_t line_id, bool frozen,
			    const struct account_actor *by,
			    void (*done)(void *arg, int status), void *arg);

#endif
