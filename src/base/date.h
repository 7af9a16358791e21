/* SPDX-License-Identifier: Apache-2.0 */
/* base/date.h - RFC 3339 times and plain days. A day is "YYYY-MM-DD" outside and the
 * number of days since 1970-01-01 inside. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/text.h"

enum { DATE_TEXT_SIZE = 12, DATE_TIME_TEXT_SIZE = 32 };
#define DATE_DAY_NEVER  INT32_MAX
#define DATE_DAY_ALWAYS INT32_MIN

int date_day_decode(struct text t, int32_t *ret); /* 0, -EBADMSG (2026-02-30 too) */
/* "never" and "always" for the two bounds; years are clamped to 0000 to 9999. */
const char *date_day_encode(char dst[DATE_TEXT_SIZE], int32_t day);
/* "2026-11-23T14:10:07.123Z", milliseconds. */
const char *date_time_encode(char dst[DATE_TIME_TEXT_SIZE], int64_t wall_us);
/* RFC 3339 with any offset, or a plain day (its first instant in UTC). */
int date_time_decode(struct text t, int64_t *ret_wall_us);
/* The day it is at wall_us in the zone, e.g. "Europe/Zurich" (the system's zone files;
 * UTC when the zone is unknown). Safe from every thread. */
int32_t date_day_of(int64_t wall_us, const char *zone);
/* The first instant of that day in the zone. */
int64_t date_day_start_us(int32_t day, const char *zone);
/* True when the system knows the zone. */
bool date_zone_known(const char *zone);

#endif
