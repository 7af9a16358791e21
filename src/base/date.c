/* SPDX-License-Identifier: Apache-2.0 */
/* base/date.c - Days and times as text (RFC 3339), and the day of an instant. */

#include "base/date.h"

#include <errno.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/zone.h"

enum { DAY_S = 86400, YEAR_MAX = 9999, FRACTION_DIGITS_MAX = 9 };

/* n digits at the front of t, which then begins behind them. */
static bool take_number(struct text *t, size_t n, uint32_t max, uint32_t *ret)
{
	if (t->len < n || text_to_u32(text_sub(*t, 0, n), max, ret) < 0)
		return false;
	*t = text_from(*t, n);
	return true;
}

static bool take_char(struct text *t, const char *any_of)
{
	for (; t->len && *any_of; any_of++) {
		if (t->p[0] == *any_of) {
			*t = text_from(*t, 1);
			return true;
		}
	}
	return false;
}

static bool take_day(struct text *t, int32_t *ret)
{
	uint32_t year, month, day;
	struct civil back;

	if (!take_number(t, 4, YEAR_MAX, &year) || !take_char(t, "-") ||
	    !take_number(t, 2, 12, &month) || !take_char(t, "-") ||
	    !take_number(t, 2, 31, &day) || month == 0 || day == 0)
		return false;
	*ret = civil_to_day((int32_t)year, month, day);
	/* The 30th of February comes back as the 2nd of March. */
	back = civil_of_day(*ret);
	return back.month == month;
}

int date_day_decode(struct text t, int32_t *ret)
{
	int32_t day;

	if (!take_day(&t, &day) || t.len)
		return -EBADMSG;
	*ret = day;
	return 0;
}

/* Four digits must do for the year. */
static int32_t clamp_day(int64_t day)
{
	const int32_t first = civil_to_day(0, 1, 1);
	const int32_t last = civil_to_day(YEAR_MAX, 12, 31);

	return day < first ? first : day > last ? last : (int32_t)day;
}

const char *date_day_encode(char dst[DATE_TEXT_SIZE], int32_t day)
{
	struct civil c = civil_of_day(clamp_day(day));

	if (day == DATE_DAY_NEVER || day == DATE_DAY_ALWAYS)
		snprintf(dst, DATE_TEXT_SIZE, "%s",
			 day == DATE_DAY_NEVER ? "never" : "always");
	else
		snprintf(dst, DATE_TEXT_SIZE, "%04d-%02u-%02u", c.year % (YEAR_MAX + 1),
			 c.month % 100, c.day % 100);
	return dst;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

const char *date_time_encode(char dst[DATE_TIME_TEXT_SIZE], int64_t wall_us)
{
	int64_t ms = floor_div(wall_us, 1000);
	int64_t day = floor_div(ms, DAY_S * 1000);
	unsigned of_day = (unsigned)(ms - day * DAY_S * 1000);
	struct civil c = civil_of_day(clamp_day(day));

	snprintf(dst, DATE_TIME_TEXT_SIZE, "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ",
		 c.year % (YEAR_MAX + 1), c.month % 100, c.day % 100,
		 of_day / 3600000 % 24, of_day / 60000 % 60, of_day / 1000 % 60,
		 of_day % 1000);
	return dst;
}

/* ".123": microseconds; what is finer is dropped. */
static bool take_fraction(struct text *t, int64_t *ret_us)
{
	int64_t us = 0, unit = 100000;
	int digits = 0;

	if (!take_char(t, "."))
		return true;
	while (t->len && t->p[0] >= '0' && t->p[0] <= '9') {
		if (++digits > FRACTION_DIGITS_MAX)
			return false;
		us += (t->p[0] - '0') * unit;
		unit /= 10;
		*t = text_from(*t, 1);
	}
	*ret_us = us;
	return digits > 0;
}

static bool take_offset(struct text *t, int64_t *ret_s)
{
	bool west = text_starts(*t, TEXT("-"));
	uint32_t hours, minutes;

	if (take_char(t, "Zz")) {
		*ret_s = 0;
		return true;
	}
	if (!take_char(t, "+-") || !take_number(t, 2, 23, &hours) || !take_char(t, ":") ||
	    !take_number(t, 2, 59, &minutes))
		return false;
	*ret_s = (int64_t)(hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return true;
}

int date_time_decode(struct text t, int64_t *ret_wall_us)
{
	int64_t fraction_us = 0, offset_s = 0, s;
	uint32_t hour = 0, minute = 0, second = 0;
	int32_t day;

	if (!take_day(&t, &day))
		return -EBADMSG;
	/* RFC 3339 5.6: "T" may be lower case or a blank; second 60 is a leap second. */
	if (t.len && (!take_char(&t, "Tt ") || !take_number(&t, 2, 23, &hour) ||
		      !take_char(&t, ":") || !take_number(&t, 2, 59, &minute) ||
		      !take_char(&t, ":") || !take_number(&t, 2, 60, &second) ||
		      !take_fraction(&t, &fraction_us) || !take_offset(&t, &offset_s)))
		return -EBADMSG;
	if (t.len)
		return -EBADMSG;
	s = (int64_t)day * DAY_S + hour * 3600 + minute * 60 + second - offset_s;
	*ret_wall_us = s * 1000000 + fraction_us;
	return 0;
}

int32_t date_day_of(int64_t wall_us, const char *zone)
{
	int64_t s = floor_div(wall_us, 1000000);

	return (int32_t)floor_div(s + zone_offset_s(zone, s), DAY_S);
}

/* Searched for, as clocks may jump at midnight; no zone is 26 hours from UTC. */
int64_t date_day_start_us(int32_t day, const char *zone)
{
	int64_t midnight = (int64_t)clamp_day(day) * DAY_S;
	int64_t low = midnight - 26 * 3600, high = midnight + 26 * 3600;

	while (low < high) {
		int64_t mid = low + (high - low) / 2;

		if (date_day_of(mid * 1000000, zone) < clamp_day(day))
			low = mid + 1;
		else
			high = mid;
	}
	return low * 1000000;
}

bool date_zone_known(const char *zone)
{
	return zone_known(zone);
}
