/* SPDX-License-Identifier: Apache-2.0 */
/* store/migrate.h - Brings a database's tables to this program's version. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/clock.h"
#include "store/driver.h"

struct store_migration {
	int version;
	const char *name;
	const char *sql;
};

/* Made from data/schema by embed.py. */
extern const struct store_migration store_migrations[];
extern const unsigned store_migration_count;

/* All that is missing, in one transaction, under the driver's lock. create: also from
 * nothing. 0, -ENOENT (no tables and not create), -EPROTO (newer than this program), or
 * what the driver said; the reason is for the operator. */
int store_migrate(struct store_conn *conn, bool create, const struct clock *clock,
		  char reason[STORE_REASON_SIZE]);

#endif
