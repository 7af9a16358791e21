/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan_national.c - National numbers (Switzerland: the Federal Office of
 * Communications' plan E.164/2002; closed, nine digits behind +41). */

#include "rating/plan_national.h"

#include <string.h>

struct range {
	const char *prefix; /* of the digits behind the country's code */
	uint8_t digits;     /* how many there are */
	const char *class_;
};

static const struct range swiss_ranges[] = {
	{ "21", 9, "fixed" },        { "22", 9, "fixed" },
	{ "24", 9, "fixed" },        { "26", 9, "fixed" },
	{ "27", 9, "fixed" },        { "31", 9, "fixed" },
	{ "32", 9, "fixed" },        { "33", 9, "fixed" },
	{ "34", 9, "fixed" },        { "41", 9, "fixed" },
	{ "43", 9, "fixed" },        { "44", 9, "fixed" },
	{ "52", 9, "fixed" },        { "55", 9, "fixed" },
	{ "56", 9, "fixed" },        { "61", 9, "fixed" },
	{ "62", 9, "fixed" },        { "71", 9, "fixed" },
	{ "81", 9, "fixed" },        { "91", 9, "fixed" },
	{ "51", 9, "corporate" },    { "58", 9, "corporate" },
	{ "68", 9, "mobile" },       { "69", 9, "mobile" },
	{ "72", 9, "mobile" },       { "73", 9, "mobile" },
	{ "75", 9, "mobile" },       { "76", 9, "mobile" },
	{ "77", 9, "mobile" },       { "78", 9, "mobile" },
	{ "79", 9, "mobile" },       { "740", 9, "paging" },
	{ "742", 9, "paging" },      { "744", 9, "paging" },
	{ "748", 9, "paging" },      { "800", 9, "freephone" },
	{ "840", 9, "shared_cost" }, { "842", 9, "shared_cost" },
	{ "844", 9, "shared_cost" }, { "848", 9, "shared_cost" },
	{ "860", 12, "voicemail" },  { "878", 9, "personal" },
	{ "900", 9, "premium" },     { "901", 9, "premium" },
	{ "906", 9, "premium" },     { NULL, 0, NULL },
};

static const struct range liechtenstein_ranges[] = {
	{ "2", 7, "fixed" },       { "3", 7, "fixed" },         { "6", 9, "mobile" },
	{ "7", 7, "mobile" },      { "800", 7, "freephone" },   { "805", 7, "freephone" },
	{ "809", 7, "freephone" }, { "870", 7, "shared_cost" }, { "900", 7, "premium" },
	{ "901", 7, "premium" },   { "906", 7, "premium" },     { NULL, 0, NULL },
};

/* 18xx stands as 18..; what is not here is not assigned. 10xyz, 107xx and 108xx choose a
 * carrier: refused like the unassigned. */
static const struct plan_short swiss_shorts[] = {
	{ "112", DESTINATION_EMERGENCY, "emergency" },
	{ "117", DESTINATION_EMERGENCY, "emergency" },
	{ "118", DESTINATION_EMERGENCY, "emergency" },
	{ "144", DESTINATION_EMERGENCY, "emergency" },
	{ "142", DESTINATION_HELPLINE, "helpline" },    /* victims of violence */
	{ "143", DESTINATION_HELPLINE, "helpline" },    /* The Helping Hand */
	{ "145", DESTINATION_HELPLINE, "helpline" },    /* poison */
	{ "147", DESTINATION_HELPLINE, "helpline" },    /* children and young people */
	{ "1414", DESTINATION_HELPLINE, "helpline" },   /* rescue by air */
	{ "1415", DESTINATION_HELPLINE, "helpline" },   /* rescue by air, Valais */
	{ "116000", DESTINATION_HELPLINE, "helpline" }, /* missing children */
	{ "116111", DESTINATION_HELPLINE, "helpline" },
	{ "116123", DESTINATION_HELPLINE, "helpline" },
	{ "140", DESTINATION_SHORT, "service" }, /* breakdown */
	{ "161", DESTINATION_SHORT, "service" }, /* the time */
	{ "162", DESTINATION_SHORT, "service" }, /* weather */
	{ "163", DESTINATION_SHORT, "service" }, /* roads */
	{ "164", DESTINATION_SHORT, "service" }, /* sport */
	{ "187", DESTINATION_SHORT, "service" }, /* avalanches */
	{ "1600", DESTINATION_SHORT, "service" },
	{ "1145", DESTINATION_SHORT, "directory" },
	{ "18..", DESTINATION_SHORT, "directory" },
	{ NULL, 0, NULL },
};

static const struct plan_short other_shorts[] = {
	{ "112", DESTINATION_EMERGENCY, "emergency" },
	{ NULL, 0, NULL },
};

struct national {
	const char *iso;
	const char *trunk;
	const struct range *ranges;
	const struct plan_short *shorts;
};

static const struct national nationals[] = {
	{ "CH", "0", swiss_ranges, swiss_shorts },
	{ "LI", "", liechtenstein_ranges, swiss_shorts },
};

static const struct national *national_of(const struct plan_country *c)
{
	for (size_t i = 0; i < sizeof(nationals) / sizeof(nationals[0]); i++) {
		if (strcmp(nationals[i].iso, c->iso) == 0)
			return &nationals[i];
	}
	return NULL;
}

/* Each REGISTER and INVITE asks several times: hence no text is made of what the tables
 * hold, and a byte that differs ends a comparison. */
static bool begins_with(struct text digits, const char *prefix)
{
	size_t i = 0;

	while (prefix[i] && i < digits.len && digits.p[i] == prefix[i])
		i++;
	return !prefix[i];
}

const struct plan_country *plan_country_of(const char *iso)
{
	if (!iso || !iso[0] || !iso[1] || (iso[2] && iso[2] != ' '))
		return NULL;
	for (size_t i = 0; i < plan_country_count; i++) {
		const char *own = plan_countries[i].iso;

		if (own[0] == iso[0] && own[1] == iso[1])
			return &plan_countries[i];
	}
	return NULL;
}

/* No code begins with another one. */
const struct plan_country *plan_country_of_number(struct text digits)
{
	for (size_t i = 0; digits.len && i < plan_country_count; i++) {
		const char *code = plan_countries[i].code;

		if (code[0] == digits.p[0] && begins_with(digits, code))
			return &plan_countries[i];
	}
	return NULL;
}

bool plan_length_possible(const char *code, size_t digits)
{
	for (size_t i = 0; i < plan_country_count && digits < 32; i++) {
		if (strcmp(plan_countries[i].code, code) == 0 &&
		    plan_countries[i].lengths >> digits & 1)
			return true;
	}
	return false;
}

static bool short_is(const char *pattern, struct text digits)
{
	size_t i = 0;

	while (i < digits.len && (pattern[i] == '.' || pattern[i] == digits.p[i]))
		i++;
	return i == digits.len && !pattern[i];
}

const struct plan_short *plan_short_of(const struct plan_country *c, struct text digits)
{
	const struct national *n = national_of(c);

	for (const struct plan_short *s = n ? n->shorts : other_shorts; s->digits; s++) {
		if (short_is(s->digits, digits))
			return s;
	}
	return NULL;
}

const char *plan_national_class(const struct plan_country *c, struct text digits)
{
	const struct national *n = national_of(c);

	if (!n)
		return plan_length_possible(c->code, digits.len) ? "national" : NULL;
	for (const struct range *r = n->ranges; r->prefix; r++) {
		if (r->digits == digits.len && begins_with(digits, r->prefix))
			return r->class_;
	}
	return NULL;
}

const char *plan_trunk_of(const struct plan_country *c)
{
	const struct national *n = national_of(c);

	return n ? n->trunk : c->trunk;
}
