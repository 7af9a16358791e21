/* SPDX-License-Identifier: Apache-2.0 */
/* base/zone.h - Time zones from the system's files (TZif, RFC 8536), read once each and
 * kept. Safe from every thread; the process's own TZ plays no part. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/text.h"

/* Seconds to add to UTC at that instant; 0 when the zone is unknown. */
int32_t zone_offset_s(const char *name, int64_t utc_s);
bool zone_known(const char *name);

/* What the file's footer says of the time after its last transition: a POSIX TZ string
 * ("CET-1CEST,M3.5.0,M10.5.0/3"). */
struct zone_day {
	char kind; /* 'M' month, week, weekday; 'J' 1 to 365 without leap day; 'D' 0 to 365 */
	uint32_t month, week, weekday, day;
	int32_t time_s; /* from local midnight, may be negative */
};

struct zone_rule {
	int32_t std_s;
	int32_t dst_s;
	bool has_dst;
	struct zone_day begin; /* of daylight saving time */
	struct zone_day end;
};

/* 0 or -EBADMSG. */
int zone_rule_decode(struct text posix_tz, struct zone_rule *ret);
int32_t zone_rule_offset_s(const struct zone_rule *r, int64_t utc_s);

#endif
