/* SPDX-License-Identifier: Apache-2.0 */
/* account/import.h - CSV into customers, products, credentials, tariffs: all or nothing,
 * every bad row named with its line and reason. */
#ifndef ACCOUNT_IMPORT_H
#define ACCOUNT_IMPORT_H

#include "account/account.h"
#include "base/id.h"

enum import_kind { IMPORT_CUSTOMERS, IMPORT_CREDENTIALS, IMPORT_PRODUCTS, IMPORT_TARIFFS };

enum { IMPORT_FAULTS_MAX = 1000, IMPORT_CHANGES_MAX = 1000 };

struct import_fault {
	unsigned line;
	char reason[200]; /* never repeats a password or HA1 */
};

struct import_result {
	unsigned rows, added, changed, unchanged, ended;
	unsigned fault_count; /* all, also past the first IMPORT_FAULTS_MAX */
	struct import_fault *faults;
	/* What was (or with dry_run would be) done, one English line each. */
	unsigned change_count;
	char (*changes)[160];
};
void import_result_free(struct import_result *r);

struct import_config {
	struct store *store;
	const struct vault *vault;   /* credentials only */
	struct id_maker *ids;
	struct random *random;
	const struct clock *clock;
	const char *domain;
	const char *realm;
	const char *country;
	bool dry_run;
	bool full; /* also end what the file no longer has */
};

/* Reads and checks the whole file, then writes in one transaction. Waits: for the CLI and
 * worker threads. 0; -EBADMSG with faults filled; else the store's errno. */
int import_run(const struct import_config *cfg, enum import_kind kind, struct text csv,
	       struct import_result *ret);

#endif
