/* SPDX-License-Identifier: Apache-2.0 */
/* base/zone_rule.c - The POSIX TZ string at the end of a zone file (RFC 8536 3.3). */

#include "base/zone.h"

#include <errno.h>

#include "base/civil.h"

enum { RULE_HOURS_MAX = 167, RULE_NAME_MAX = 16, DAY_S = 86400 };

static bool take_char(struct text *t, char c)
{
	if (t->len == 0 || t->p[0] != c)
		return false;
	*t = text_from(*t, 1);
	return true;
}

static bool is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "CET", or "<+03>". */
static bool take_name(struct text *t)
{
	size_t n = 0;

	if (take_char(t, '<'))
		return text_split(*t, '>', NULL, t);
	while (n < t->len && n < RULE_NAME_MAX && is_alpha(t->p[n]))
		n++;
	*t = text_from(*t, n);
	return n >= 3;
}

static bool take_number(struct text *t, uint32_t max, uint32_t *ret)
{
	size_t n = 0;

	while (n < t->len && n < 4 && t->p[n] >= '0' && t->p[n] <= '9')
		n++;
	if (text_to_u32(text_sub(*t, 0, n), max, ret) < 0)
		return false;
	*t = text_from(*t, n);
	return true;
}

/* "[+-]hh[:mm[:ss]]" */
static bool take_time(struct text *t, int32_t *ret_s)
{
	bool negative = take_char(t, '-');
	uint32_t hours, minutes = 0, seconds = 0;
	int32_t s;

	if (!negative)
		take_char(t, '+');
	if (!take_number(t, RULE_HOURS_MAX, &hours))
		return false;
	if (take_char(t, ':') && !take_number(t, 59, &minutes))
		return false;
	if (take_char(t, ':') && !take_number(t, 59, &seconds))
		return false;
	s = (int32_t)(hours * 3600 + minutes * 60 + seconds);
	*ret_s = negative ? -s : s;
	return true;
}

static bool take_month_day(struct text *t, struct zone_day *d)
{
	return take_number(t, 12, &d->month) && d->month && take_char(t, '.') &&
	       take_number(t, 5, &d->week) && d->week && take_char(t, '.') &&
	       take_number(t, 6, &d->weekday);
}

/* ",M3.5.0/2", ",J60", ",59" */
static bool take_day(struct text *t, struct zone_day *d)
{
	bool ok;

	*d = (struct zone_day){ .kind = 'D', .time_s = 2 * 3600 };
	if (!take_char(t, ','))
		return false;
	if (take_char(t, 'M'))
		d->kind = 'M';
	else if (take_char(t, 'J'))
		d->kind = 'J';
	ok = d->kind == 'M' ? take_month_day(t, d) : take_number(t, 365, &d->day);
	if (d->kind == 'J' && d->day == 0)
		return false;
	return ok && (!take_char(t, '/') || take_time(t, &d->time_s));
}

int zone_rule_decode(struct text t, struct zone_rule *ret)
{
	struct zone_rule r = { 0 };
	int32_t west_s;

	if (!take_name(&t) || !take_time(&t, &west_s))
		return -EBADMSG;
	r.std_s = -west_s;
	r.has_dst = t.len > 0;
	if (r.has_dst) {
		if (!take_name(&t))
			return -EBADMSG;
		r.dst_s = r.std_s + 3600;
		if (t.len && t.p[0] != ',') {
			if (!take_time(&t, &west_s))
				return -EBADMSG;
			r.dst_s = -west_s;
		}
		if (!take_day(&t, &r.begin) || !take_day(&t, &r.end) || t.len)
			return -EBADMSG;
	}
	*ret = r;
	return 0;
}

/* Week 5 is the month's last. */
static int32_t month_day(int32_t year, const struct zone_day *d)
{
	int32_t first = civil_to_day(year, d->month, 1);
	int32_t next = d->month == 12 ? civil_to_day(year + 1, 1, 1)
				      : civil_to_day(year, d->month + 1, 1);
	int32_t day = first + (int32_t)((d->weekday + 7 - civil_weekday(first)) % 7);

	day += 7 * ((int32_t)d->week - 1);
	return day < next ? day : day - 7;
}

/* The instant in local time, as seconds since 1970. */
static int64_t instant_s(int32_t year, const struct zone_day *d)
{
	int32_t first = civil_to_day(year, 1, 1);
	bool leap = civil_to_day(year, 3, 1) - first == 60;
	int32_t day;

	if (d->kind == 'M')
		day = month_day(year, d);
	else if (d->kind == 'J')
		day = first + (int32_t)d->day - 1 + (leap && d->day >= 60);
	else
		day = first + (int32_t)d->day;
	return (int64_t)day * DAY_S + d->time_s;
}

int32_t zone_rule_offset_s(const struct zone_rule *r, int64_t utc_s)
{
	int64_t local_s = utc_s + r->std_s;
	int64_t begin, end;
	int32_t year;
	bool dst;

	if (!r->has_dst)
		return r->std_s;
	year = civil_of_day((int32_t)(local_s / DAY_S - (local_s % DAY_S < 0))).year;
	begin = instant_s(year, &r->begin) - r->std_s;
	end = instant_s(year, &r->end) - r->dst_s;
	if (begin < end)
		dst = utc_s >= begin && utc_s < end;
	else
		dst = utc_s >= begin || utc_s < end; /* the southern half */
	return dst ? r->dst_s : r->std_s;
}
