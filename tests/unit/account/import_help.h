/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/import_help.h - Files for the import, and what should come of them. */
#ifndef UNIT_ACCOUNT_IMPORT_HELP_H
#define UNIT_ACCOUNT_IMPORT_HELP_H

#include "account/import.h"
#include "room.h"

enum { DRY = 1, FULL = 2 };

struct import_config import_config_of(struct room *r);
int import_try(struct room *r, enum import_kind kind, unsigned flags, const char *csv,
	       struct import_result *ret);
/* A file that must be good; says what is not. */
struct import_result import_good(struct room *r, enum import_kind kind, unsigned flags,
				 const char *csv);
/* Frees the result, too. */
void assert_counts(struct import_result *r, unsigned added, unsigned changed,
		   unsigned unchanged, unsigned ended);

struct fault_case {
	const char *what;
	const char *csv; /* without header */
	unsigned line;
	const char *reason; /* a part of it */
};

void assert_faults(struct room *r, enum import_kind kind, unsigned flags,
		   const char *header, const struct fault_case *cases, size_t count);

#endif
