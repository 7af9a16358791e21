/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan_class.c - What the plan itself knows of a destination, and how people at
 * home write a number. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "rating/plan.h"
#include "rating/plan_national.h"

/* Codes of the whole world, which are no country. */
static const char *global_class(const char *code)
{
	static const struct {
		const char *code;
		const char *class_;
	} classes[] = {
		{ "800", "freephone" }, { "808", "shared_cost" }, { "870", "satellite" },
		{ "878", "personal" },  { "881", "satellite" },   { "882", "satellite" },
		{ "883", "satellite" }, { "888", "satellite" },   { "979", "premium" },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strcmp(classes[i].code, code) == 0)
			return classes[i].class_;
	}
	return "international";
}

static const char *number_class(struct text digits, const struct plan_country *home)
{
	const struct plan_country *there = plan_country_of_number(digits);
	const char *class_;

	if (!there)
		return "unknown";
	if (strcmp(there->code, home->code) == 0) {
		class_ = plan_national_class(home, text_from(digits, strlen(home->code)));
		return class_ ? class_ : "unknown";
	}
	/* Switzerland and Liechtenstein charge each other as one country. */
	if ((strcmp(home->iso, "CH") == 0 && strcmp(there->code, "423") == 0) ||
	    (strcmp(home->iso, "LI") == 0 && strcmp(there->code, "41") == 0))
		return "inland";
	return there->iso[0] ? "international" : global_class(there->code);
}

const char *plan_class(const struct destination *d, const char *country)
{
	const struct plan_country *home = plan_country_of(country);
	const struct plan_short *s;

	if (!home)
		return "unknown";
	switch (d->kind) {
	case DESTINATION_EMERGENCY:
		return "emergency";
	case DESTINATION_HELPLINE:
		return "helpline";
	case DESTINATION_ECHO:
		return "echo";
	case DESTINATION_SHORT:
		s = plan_short_of(home, text_of(d->number));
		return s ? s->class_ : "unknown";
	default:
		return number_class(text_from(text_of(d->number), 1), home);
	}
}

int plan_national(struct text e164, const char *country, char *dst, size_t cap)
{
	const struct plan_country *home = plan_country_of(country);
	struct text digits = text_from(e164, 1);
	const char *prefix;
	int n;

	if (!home || !e164_valid(e164))
		return -EBADMSG;
	prefix = home->abroad;
	if (text_starts(digits, text_of(home->code))) {
		digits = text_from(digits, strlen(home->code));
		prefix = plan_trunk_of(home);
	}
	n = snprintf(dst, cap, "%s%.*s", prefix, TEXT_ARG(digits));
	return n >= 0 && (size_t)n < cap ? 0 : -ENOSPC;
}

const char *plan_calling_code(const char *country)
{
	const struct plan_country *home = plan_country_of(country);

	return home ? home->code : NULL;
}
