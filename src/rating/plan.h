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

enum {
	PLAN_ADDED_MAX = 8, /* emergency numbers of the operator's own */
	PLAN_ADDED_DIGITS_MAX = 6,
	PLAN_COUNTRY_SIZE = 3 + PLAN_ADDED_MAX * (1 + PLAN_ADDED_DIGITS_MAX),
};

/* From a Request-URI or To of a device (044..., 0041..., +41..., 117, +41117, tel:,
 * phone-context, urn:service:sos.*; visual separators -.() skipped; user=phone; a # at the
 * end, which says that nothing more comes). country is "CH", or "CH 911 1414" with
 * emergency numbers that the operator adds to the plan's. 0; -EBADMSG (not a number),
 * -ENOENT (a number that cannot exist: too short,
 * too long, unassigned short code, carrier selection, without the 0). What cannot be
 * but ends in an emergency code is that emergency: 0117, +112; so is one between stars and
 * hashes: *112#. */
int plan_resolve(const struct sip_uri *uri, const char *country, struct destination *ret);
/* The same for a bare string, as the CSV and the CLI give it. */
int plan_resolve_text(struct text dialled, const char *country, struct destination *ret);
/* What somebody wants who dials stars and hashes and gets no destination: codes as phones know
 * them (3GPP TS 22.030 annex B). Nothing of it is set from a device. */
enum plan_code {
	PLAN_CODE_NONE,       /* it is no code */
	PLAN_CODE_FORWARDING, /* *21*0441234567#, #61#, *#67#, ##002# ... */
	PLAN_CODE_CALLER_ID,  /* *31# and #31# without a number behind them */
	PLAN_CODE_OTHER,
};
enum plan_code plan_code_of(const struct sip_uri *uri);
/* "freephone", "mobile" ...: the class that the plan itself knows for a destination, for
 * defaults when a tariff has no prefix for it; "international" or "unknown" otherwise. */
const char *plan_class(const struct destination *d, const char *country);
/* "+41441234567" -> "0441234567", for display and caller numbers towards devices that
 * want it; other countries "0049...". */
int plan_national(struct text e164, const char *country, char *dst, size_t cap);

/* "41" for "CH"; NULL when no country is called so. */
const char *plan_calling_code(const char *country);

#endif
