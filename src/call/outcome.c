/* SPDX-License-Identifier: Apache-2.0 */
/* call/outcome.c - Failures from side to side (RFC 3261 16.7, RFC 3398 for the causes of
 * the voice network: a device that never says a word is 408, one that rang and was not
 * answered 480, as is a line without a device). */

#include "call/outcome.h"

#include <stddef.h>

enum { RANK_OTHER = 50 };

static const struct outcome {
	unsigned status;
	unsigned rank;   /* lower is told rather */
	unsigned device; /* what the caller is told when a device says so, 0: the same */
	unsigned trunk;  /* likewise a trunk */
	bool next_trunk;
	const char *cause; /* NULL: by class */
} outcomes[] = {
	{ 401, 60, 480, 503, true, "unreachable" },
	{ 404, 40, 0, 0, false, "unreachable" },
	{ 407, 60, 480, 503, true, "unreachable" },
	{ 408, 30, 0, 503, true, "unreachable" },
	{ 410, 40, 0, 0, false, "unreachable" },
	{ 415, 15, 0, 0, false, "rejected" },
	{ 420, 15, 480, 480, false, "rejected" },
	{ 421, 15, 480, 480, false, "rejected" },
	{ 422, 60, 480, 503, false, "unreachable" },
	{ 480, 20, 0, 0, false, "no_answer" },
	{ 481, 60, 480, 480, false, "unreachable" },
	{ 484, 15, 0, 0, false, "unreachable" },
	{ 486, 10, 0, 0, false, "busy" },
	{ 487, 40, 480, 480, false, "no_answer" },
	{ 488, 15, 0, 0, false, "rejected" },
	{ 491, 60, 480, 480, false, "unreachable" },
	{ 494, 60, 480, 480, false, "rejected" },
	{ 500, 70, 0, 503, true, NULL },
	{ 502, 70, 0, 503, true, NULL },
	{ 503, 80, 480, 503, true, NULL },
	{ 504, 70, 0, 503, true, NULL },
	{ 600, 1, 0, 0, false, "busy" },
	{ 604, 1, 0, 0, false, "unreachable" },
};

static const struct outcome *find(unsigned status)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++) {
		if (outcomes[i].status == status)
			return &outcomes[i];
	}
	return NULL;
}

static unsigned rank(unsigned status)
{
	const struct outcome *o = find(status);

	if (o)
		return o->rank;
	switch (status / 100) {
	case 6:
		return 1;
	case 5:
		return 70;
	case 3:
		return 65;
	default:
		return RANK_OTHER;
	}
}

bool outcome_better(unsigned a, unsigned b)
{
	return rank(a) < rank(b);
}

unsigned outcome_status(unsigned status, bool trunk)
{
	const struct outcome *o = find(status);
	unsigned told = o ? trunk ? o->trunk : o->device : 0;

	if (told)
		return told;
	if (status < 400 || status > 699)
		return trunk ? 503 : 480;
	return status;
}

const char *outcome_cause(unsigned status, bool trunk)
{
	const struct outcome *o = find(status);

	if (trunk && outcome_next_trunk(status, false))
		return "trunk_failed";
	if (o && o->cause)
		return o->cause;
	return status >= 500 && status < 600 ? "unreachable" : "rejected";
}

bool outcome_next_trunk(unsigned status, bool emergency)
{
	const struct outcome *o = find(status);

	if (emergency)
		return status != 486 && status != 600;
	return o ? o->next_trunk : status < 400;
}

/* 3GPP TS 24.604 4.5.2.6: who declines wants no call, there or anywhere. */
bool outcome_forward(unsigned status, enum forward_kind *ret)
{
	switch (status) {
	case 486:
	case 600:
		*ret = FORWARD_BUSY;
		return true;
	case 408:
	case 480:
	case 503:
		*ret = FORWARD_UNREACHABLE;
		return true;
	default:
		return false;
	}
}
