/* SPDX-License-Identifier: Apache-2.0 */
/* ops/json.h - Our values as JSON: times in RFC 3339 (0: null), money and ids as text,
 * empty texts as null where a field may be absent. New references. */
#ifndef OPS_JSON_H
#define OPS_JSON_H

#include <jansson.h>
#include <stdint.h>

/* Once, before any other use: passwords and codes pass through JSON; what it frees is
 * wiped. */
void json_wipe_on_free(void);

json_t *json_of_time(int64_t wall_us);
json_t *json_of_day(int32_t day); /* "never" and "always" are null */
json_t *json_of_money(int64_t micros);
json_t *json_of_id(int64_t id); /* 0: null */
/* What a peer sent may be no UTF-8: then escaped. "": null. */
json_t *json_of_text(const char *t);

#endif
