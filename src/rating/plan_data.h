/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan_data.h - The world's numbers as a generated table: what dialling into and
 * out of a country needs, no more. */
#ifndef RATING_PLAN_DATA_H
#define RATING_PLAN_DATA_H

#include <stddef.h>
#include <stdint.h>

struct plan_country {
	char iso[3];      /* "CH"; "" for codes of the whole world (+800, +870 ...) */
	char code[4];     /* "41" */
	char abroad[8];   /* what is dialled before a foreign number: "00" */
	char trunk[4];    /* what is dialled before an own area code: "0", or "" */
	uint32_t lengths; /* bit n: numbers have n digits after the code */
};

/* By code, then by country. */
extern const struct plan_country plan_countries[];
extern const size_t plan_country_count;

#endif
