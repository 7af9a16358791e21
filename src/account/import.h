/* SPDX-License-Identifier: Apache-2.0 */
/* account/import.h - CSV into customers, products, credentials, tariffs: all or nothing,
 * every bad row named with its line and reason. Tariffs come first, then products, then
 * customers, then credentials: each names what the one before has brought.
 *
 * customers    customer,name,segment,product,number,login,password,mobile,language and,
 *              when there, street,house,postcode,town,location_ref; a row per line.
 *              A customer's rows agree. Without password an existing login keeps its own.
 *              A line whose new product may not have credentials loses them.
 * credentials  number,auth_name,password,label or ha1_md5,ha1_sha256 (of the bare auth
 *              name) instead of password; kind, when there: device or router
 * products     product,segment,tariff,credentials_from
 * tariffs      tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from */
#ifndef ACCOUNT_IMPORT_H
#define ACCOUNT_IMPORT_H

#include "account/account.h"
#include "base/id.h"

enum import_kind {
	IMPORT_CUSTOMERS,
	IMPORT_CREDENTIALS,
	IMPORT_PRODUCTS,
	IMPORT_TARIFFS
};

enum { IMPORT_FAULTS_MAX = 1000, IMPORT_CHANGES_MAX = 1000 };

struct import_fault {
	unsigned line;    /* 0: the file as a whole */
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
	const struct vault *vault; /* credentials only */
	struct id_maker *ids;
	struct random *random;
	const struct clock *clock;
	const char *domain;
	const char *realm;
	const char *country;
	const char *timezone; /* NULL: UTC */
	bool dry_run;
	/* Also end what the file no longer has: lines (with their credentials), a number
	 * that has gone to another customer, logins (disabled); products and rates,
	 * unless in use; credentials that the operator made, never those of customers. */
	bool full;
};

/* Reads and checks the whole file, then writes in one transaction. Waits: for the CLI and
 * worker threads. 0; -EBADMSG with faults filled; else the store's errno. */
int import_run(const struct import_config *cfg, enum import_kind kind, struct text csv,
	       struct import_result *ret);

#endif
