/* SPDX-License-Identifier: Apache-2.0 */
/* base/civil.c - Dates of the Gregorian calendar. The year begins in March here, so
 * that the leap day is its last; eras of 400 years are all alike. */

#include "base/civil.h"

enum {
	ERA_YEARS = 400,
	ERA_DAYS = 146097,
	EPOCH_DAY = 719468 /* 1970, from March of 0 */
};

int32_t civil_to_day(int32_t year, uint32_t month, uint32_t day)
{
	int32_t y = year - (month <= 2);
	int32_t era = (y >= 0 ? y : y - (ERA_YEARS - 1)) / ERA_YEARS;
	uint32_t of_era = (uint32_t)(y - era * ERA_YEARS);
	uint32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * ERA_DAYS +
	       (int32_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - EPOCH_DAY;
}

struct civil civil_of_day(int32_t days)
{
	int64_t n = (int64_t)days + EPOCH_DAY;
	int64_t era = (n >= 0 ? n : n - (ERA_DAYS - 1)) / ERA_DAYS;
	uint32_t day = (uint32_t)(n - era * ERA_DAYS);
	uint32_t year = (day - day / 1460 + day / 36524 - day / (ERA_DAYS - 1)) / 365;
	uint32_t of_year = day - (365 * year + year / 4 - year / 100);
	uint32_t month = (5 * of_year + 2) / 153; /* from March */
	struct civil c = { .day = of_year - (153 * month + 2) / 5 + 1,
			   .month = month < 10 ? month + 3 : month - 9 };

	c.year = (int32_t)(year + era * ERA_YEARS) + (c.month <= 2);
	return c;
}

uint32_t civil_weekday(int32_t days)
{
	return (uint32_t)((((int64_t)days + 4) % 7 + 7) % 7);
}
