/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan_national.h - What one country's numbers mean: the Swiss plan and
 * Liechtenstein's in full, of the others what the generated table knows. */
#ifndef RATING_PLAN_NATIONAL_H
#define RATING_PLAN_NATIONAL_H

#include "rating/plan.h"
#include "rating/plan_data.h"

/* NULL when no country is called so; what stands behind a blank does not matter. */
const struct plan_country *plan_country_of(const char *iso);
/* The calling code that the digits of an E.164 number begin with; NULL: unassigned. The
 * first of those who share it. */
const struct plan_country *plan_country_of_number(struct text digits);
/* Some country of that calling code has numbers of so many digits behind it. */
bool plan_length_possible(const char *code, size_t digits);

struct plan_short {
	const char *digits;
	enum destination_kind kind;
	const char *class_;
};
/* A short code of the country as it is dialled there; NULL: not assigned. */
const struct plan_short *plan_short_of(const struct plan_country *c, struct text digits);
/* The class of a number of that country, by the digits behind its code; NULL: there can
 * be no such number. "national" where only lengths are known. */
const char *plan_national_class(const struct plan_country *c, struct text digits);
/* What its people dial before an area code; "" where they dial numbers as they are. */
const char *plan_trunk_of(const struct plan_country *c);

#endif
