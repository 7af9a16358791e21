/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan.h - The number plan: what a caller dialled, as a destination. */
#ifndef RATING_PLAN_H
#define RATING_PLAN_H

#include "base/e164.h"
#include "base/text.h"
#include "sip/uri.h"

enum destination_kind {
	DESTINATION_E164,      /* a number, ours or not */
	DESTINATION_EMERGENCY, /* before everything else */
	DESTINATION_HELPLINE,  /* free where it has no price; else as any call */
	DESTINATION_SHORT,     /* another short code of the country */
	DESTINATION_ECHO,      /* the free echo number of ours */
};

/* Answers and sends the caller's voice back, to try a device: as users of FreePBX and
 * Asterisk know it. Its key is "CH:*43". */
#define PLAN_ECHO "*43"

enum { DESTINATION_SIZE = 24 };

struct destination {
	enum destination_kind kind;
	char key[DESTINATION_SIZE]; /* "+41441234567", or "CH:117": for rating and CDRs */
	char number[DESTINATION_SIZE]; /* what a trunk is asked for: "+41...", "117" */
	bool clir_on;                  /* *31# before the number */
	bool clir_off;                 /* #31# before the number */
};

/* From a Request-URI or To of a device (044..., 0041..., +41..., 117, +41117, tel:,
 * phone-context, urn:service:sos.*; visual separators -.() skipped; user=phone). country
 * is "CH". 0; -EBADMSG (not a number), -ENOENT (a number that cannot exist: too short,
 * too long, unassigned short code, carrier selection, without the 0). What cannot be
 * but ends in an emergency code is that emergency: 0117, +112. */
int plan_resolve(const struct sip_uri *uri, const char *country, struct destination *ret);
/* The same for a bare string, as the CSV and the CLI give it. */
int plan_resolve_text(struct text dialled, const char *country, struct destination *ret);
/* "freephone", "mobile" ...: the class that the plan itself knows for a destination, for
 * defaults when a tariff has no prefix for it; "international" or "unknown" otherwise. */
const char *plan_class(const struct destination *d, const char *country);
/* "+41441234567" -> "0441234567", for display and caller numbers towards devices that
 * want it; other countries "0049...". */
int plan_national(struct text e164, const char *country, char *dst, size_t cap);

/* "41" for "CH"; NULL when no country is called so. */
const char *plan_calling_code(const char *country);

#endif
