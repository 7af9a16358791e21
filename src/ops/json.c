/* SPDX-License-Identifier: Apache-2.0 */
/* ops/json.c - Times, money, ids and peer texts as JSON. */

#include "ops/json.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/id.h"
#include "base/log.h"
#include "base/money.h"

static void wiping_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

void json_wipe_on_free(void)
{
	json_set_alloc_funcs(malloc, wiping_free);
}

json_t *json_of_time(int64_t wall_us)
{
	char text[DATE_TIME_TEXT_SIZE];

	return wall_us ? json_string(date_time_encode(text, wall_us)) : json_null();
}

json_t *json_of_day(int32_t day)
{
	char text[DATE_TEXT_SIZE];

	if (day == DATE_DAY_NEVER || day == DATE_DAY_ALWAYS)
		return json_null();
	return json_string(date_day_encode(text, day));
}

json_t *json_of_money(int64_t micros)
{
	char text[MONEY_TEXT_SIZE];

	return json_string(money_encode(text, micros));
}

json_t *json_of_id(int64_t id)
{
	char text[ID_TEXT_SIZE];

	return id ? json_string(id_encode(text, id)) : json_null();
}

json_t *json_of_text(const char *t)
{
	char escaped[512];

	if (!t[0])
		return json_null();
	if (text_is_utf8(text_of(t)))
		return json_string(t);
	return json_string(log_text(escaped, sizeof(escaped), text_of(t)));
}
