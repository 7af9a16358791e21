/* SPDX-License-Identifier: Apache-2.0 */
/* guard/reach.c - How far the calls of a line may go. */

#include "guard/reach.h"

#include <string.h>

/* ITU-T E.164, world zones 3 and 4 and what lies in Europe of zone 2. No code begins
 * another. */
static const char *const europe[] = {
	"298", /* Faroe Islands */
	"30",  /* Greece */
	"31",  /* Netherlands */
	"32",  /* Belgium */
	"33",  /* France */
	"34",  /* Spain */
	"350", /* Gibraltar */
	"351", /* Portugal */
	"352", /* Luxembourg */
	"353", /* Ireland */
	"354", /* Iceland */
	"355", /* Albania */
	"356", /* Malta */
	"357", /* Cyprus */
	"358", /* Finland */
	"359", /* Bulgaria */
	"36",  /* Hungary */
	"370", /* Lithuania */
	"371", /* Latvia */
	"372", /* Estonia */
	"373", /* Moldova */
	"375", /* Belarus */
	"376", /* Andorra */
	"377", /* Monaco */
	"378", /* San Marino */
	"379", /* Vatican */
	"380", /* Ukraine */
	"381", /* Serbia */
	"382", /* Montenegro */
	"383", /* Kosovo */
	"385", /* Croatia */
	"386", /* Slovenia */
	"387", /* Bosnia and Herzegovina */
	"389", /* North Macedonia */
	"39",  /* Italy */
	"40",  /* Romania */
	"41",  /* Switzerland */
	"420", /* Czechia */
	"421", /* Slovakia */
	"423", /* Liechtenstein */
	"43",  /* Austria */
	"44",  /* United Kingdom */
	"45",  /* Denmark */
	"46",  /* Sweden */
	"47",  /* Norway */
	"48",  /* Poland */
	"49",  /* Germany */
};

static struct text digits_of(const struct destination *d)
{
	return text_from(text_of(d->key), 1); /* behind the + */
}

static bool at_home(const struct destination *d, const char *country)
{
	const char *code = plan_calling_code(country);

	return (code && text_starts(digits_of(d), text_of(code))) ||
	       strcmp(plan_class(d, country), "inland") == 0;
}

static bool in_europe(const struct destination *d)
{
	for (size_t i = 0; i < sizeof(europe) / sizeof(europe[0]); i++) {
		if (text_starts(digits_of(d), text_of(europe[i])))
			return true;
	}
	return false;
}

enum guard_verdict guard_reach(const char *reach, const struct destination *d,
			       const char *country, bool onnet)
{
	if (d->kind != DESTINATION_E164 || onnet || !*reach ||
	    strcmp(reach, "world") == 0 || at_home(d, country))
		return GUARD_PASS;
	if (strcmp(reach, "europe") == 0 && in_europe(d))
		return GUARD_PASS;
	return GUARD_OUT_OF_REACH;
}
