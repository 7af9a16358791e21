/* SPDX-License-Identifier: Apache-2.0 */
/* base/civil.h - Dates of the Gregorian calendar and days since 1970-01-01. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdint.h>

struct civil {
	int32_t year;
	uint32_t month; /* 1 to 12 */
	uint32_t day;   /* 1 to 31 */
};

/* A day behind the month's last one counts on into the next month. */
int32_t civil_to_day(int32_t year, uint32_t month, uint32_t day);
struct civil civil_of_day(int32_t days);
/* 0 is Sunday. */
uint32_t civil_weekday(int32_t days);

#endif
