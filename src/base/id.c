/* SPDX-License-Identifier: Apache-2.0 */
/* base/id.c - Time-ordered ids. */

#include "base/id.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTER_BITS = 14, NODE_BITS = 8, TIME_BITS = 41 };

#define ID_EPOCH_MS INT64_C(1704067200000) /* 2024-01-01 UTC */

struct id_maker {
	const struct clock *clock;
	uint8_t node;
	_Atomic uint64_t last; /* milliseconds << COUNTER_BITS | counter */
};

struct id_maker *id_maker_new(const struct clock *clock, uint8_t node)
{
	struct id_maker *m = malloc(sizeof(*m));

	if (!m)
		return NULL;
	m->clock = clock;
	m->node = node;
	atomic_init(&m->last, 0);
	return m;
}

void id_maker_free(struct id_maker *m)
{
	free(m);
}

/* One step on when the clock stands or steps back: a full counter runs over into the
 * next millisecond, which the clock then catches up with. */
int64_t id_new(struct id_maker *m)
{
	int64_t ms = clock_wall_us(m->clock) / 1000 - ID_EPOCH_MS;
	uint64_t now = ms > 0 ? (uint64_t)ms << COUNTER_BITS : 0;
	uint64_t last = atomic_load_explicit(&m->last, memory_order_relaxed);
	uint64_t next;

	do {
		next = now > last ? now : last + 1;
	} while (!atomic_compare_exchange_weak(&m->last, &last, next));
	ms = (int64_t)(next >> COUNTER_BITS & ((UINT64_C(1) << TIME_BITS) - 1));
	return ms << (NODE_BITS + COUNTER_BITS) | (int64_t)m->node << COUNTER_BITS |
	       (int64_t)(next & ((1u << COUNTER_BITS) - 1));
}

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

const char *id_encode(char dst[ID_TEXT_SIZE], int64_t id)
{
	uint64_t n = (uint64_t)id;

	dst[ID_TEXT_LEN] = '\0';
	for (int i = ID_TEXT_LEN - 1; i >= 0; i--) {
		dst[i] = digits[n & 31];
		n >>= 5;
	}
	return dst;
}

int id_decode(struct text t, int64_t *ret)
{
	uint64_t n = 0;

	/* The first digit carries the upper 3 of 63 bits. */
	if (t.len != ID_TEXT_LEN || t.p[0] < '0' || t.p[0] > '7')
		return -EBADMSG;
	for (size_t i = 0; i < t.len; i++) {
		const char *digit = t.p[i] ? strchr(digits, t.p[i]) : NULL;

		if (!digit)
			return -EBADMSG;
		n = n << 5 | (uint64_t)(digit - digits);
	}
	*ret = (int64_t)n;
	return 0;
}
