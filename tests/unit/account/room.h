/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/room.h - A store in memory on virtual time, with two customers:
 * "C-1" (RES) with +41441234567 on inOne home, "C-2" (ENT) with +41581234567 on
 * Swisscom Line Company. */
#ifndef UNIT_ACCOUNT_ROOM_H
#define UNIT_ACCOUNT_ROOM_H

#include "account/account.h"
#include "base/id.h"
#include "base/list.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "store/store.h"
#include "unit.h"

struct room {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct store *store;
	struct id_maker *ids;
	struct vault *vault;
	struct account_book *book;
	int64_t customer, line, other_customer, other_line;
	int32_t today;
};

/* For cmocka; *state is the room. */
int room_setup(void **state);
int room_teardown(void **state);
/* Lets everything that waits come through. */
void room_settle(struct room *r);
/* Runs fn inside a job and expects 0 (or what is wanted). */
void room_write(struct room *r, int (*fn)(struct store_db *, void *arg), void *arg);
int room_try(struct room *r, int (*fn)(struct store_db *, void *arg), void *arg);

/* A credential that is in the store (and told the feed), with a password of
 * "password-of-<auth name>". */
struct credential_row room_credential(struct room *r, int64_t line_id,
				      const char *auth_name);
void room_put_credential(struct room *r, const struct credential_row *row);
struct credential_row room_get_credential(struct room *r, int64_t id);
void room_put_line(struct room *r, const struct line_row *row);
struct line_row room_get_line(struct room *r, int64_t id);

#endif
