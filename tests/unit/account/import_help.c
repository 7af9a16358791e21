/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/import_help.c - Files for the import, and what should come of them. */

#include "import_help.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct import_config import_config_of(struct room *r)
{
	return (struct import_config){ .store = r->store,
				       .vault = r->vault,
				       .ids = r->ids,
				       .random = &r->random.random,
				       .clock = &r->clock.clock,
				       .domain = "voip.example.ch",
				       .realm = "voip.example.ch",
				       .country = "CH",
				       .timezone = "Europe/Zurich" };
}

int import_try(struct room *r, enum import_kind kind, unsigned flags, const char *csv,
	       struct import_result *ret)
{
	struct import_config cfg = import_config_of(r);
	int rc;

	cfg.dry_run = flags & DRY;
	cfg.full = flags & FULL;
	rc = import_run(&cfg, kind, text_of(csv), ret);
	room_settle(r);
	return rc;
}

struct import_result import_good(struct room *r, enum import_kind kind, unsigned flags,
				 const char *csv)
{
	struct import_result result;
	int rc = import_try(r, kind, flags, csv, &result);

	if (rc)
		fail_msg("%d, %u faults, first: line %u %s", rc, result.fault_count,
			 result.fault_count ? result.faults[0].line : 0,
			 result.fault_count ? result.faults[0].reason : "");
	assert_int_equal(result.fault_count, 0);
	return result;
}

void assert_counts(struct import_result *r, unsigned added, unsigned changed,
		   unsigned unchanged, unsigned ended)
{
	if (r->added != added || r->changed != changed || r->unchanged != unchanged ||
	    r->ended != ended)
		fail_msg("added %u changed %u unchanged %u ended %u", r->added,
			 r->changed, r->unchanged, r->ended);
	import_result_free(r);
}

void assert_faults(struct room *r, enum import_kind kind, unsigned flags,
		   const char *header, const struct fault_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct import_result result;
		char csv[4096];
		int rc;

		snprintf(csv, sizeof(csv), "%s\n%s", header, cases[i].csv);
		rc = import_try(r, kind, flags, csv, &result);
		if (rc != -EBADMSG || result.fault_count == 0 ||
		    result.faults[0].line != cases[i].line ||
		    !strstr(result.faults[0].reason, cases[i].reason))
			fail_msg("%s: %d, %u faults, line %u: %s", cases[i].what, rc,
				 result.fault_count,
				 result.fault_count ? result.faults[0].line : 0,
				 result.fault_count ? result.faults[0].reason : "");
		import_result_free(&result);
	}
}
