/* SPDX-License-Identifier: Apache-2.0 */
/* media/latch.c - From whom packets are taken and where packets go. */

#include "media/latch.h"

#include <string.h>

#include "media/media.h"

/* Networks by their first bits. */
struct network {
	uint8_t ip[2];
	uint8_t bits; /* of those two bytes */
};

static const struct network private4[] = {
	{ { 10, 0 }, 8 },     { { 172, 16 }, 12 }, { { 192, 168 }, 16 },
	{ { 169, 254 }, 16 }, { { 100, 64 }, 10 }, { { 0, 0 }, 8 },
};

static const struct network private6[] = {
	{ { 0, 0 }, 16 },
	{ { 0xfc, 0 }, 7 },
	{ { 0xfe, 0x80 }, 10 },
};

/* Multicast, and in IPv4 what lies behind it up to the broadcast address. */
static const struct network group4 = { { 224, 0 }, 3 };
static const struct network group6 = { { 0xff, 0 }, 8 };

static bool in_network(const struct addr *a, const struct network *n)
{
	unsigned ip = (unsigned)a->ip[0] << 8 | a->ip[1];
	unsigned net = (unsigned)n->ip[0] << 8 | n->ip[1];
	unsigned mask = 0xffff0000u >> n->bits & 0xffff;

	return (ip & mask) == (net & mask);
}

static bool in_networks(const struct addr *a, const struct network *n, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (in_network(a, &n[i]))
			return true;
	}
	return false;
}

static bool is_private(const struct addr *a)
{
	if (a->family == AF_INET)
		return in_networks(a, private4, sizeof(private4) / sizeof(private4[0]));
	return in_networks(a, private6, sizeof(private6) / sizeof(private6[0]));
}

static bool is_group(const struct addr *a)
{
	return in_network(a, a->family == AF_INET ? &group4 : &group6);
}

bool latch_may_announce(const struct addr *announced, const struct addr *signalling)
{
	bool local = signalling->family && addr_is_loopback(signalling);

	if (!announced->family || announced->port == 0 || addr_is_any(announced) ||
	    is_group(announced))
		return false;
	if (addr_is_loopback(announced))
		return local;
	if (is_private(announced))
		return local || (signalling->family && is_private(signalling));
	return true;
}

void latch_announce(struct latch *l, const struct addr *announced,
		    const struct addr *signalling)
{
	l->held = announced->family && addr_is_any(announced);
	/* Off hold again, the peer is where it was, unless it says otherwise. */
	if (l->held)
		return;
	if (!addr_eq(announced, &l->named) || !addr_eq_host(signalling, &l->signalling))
		*l = (struct latch){ .named = *announced };
	l->open = l->source.family;
	l->open_since_us = 0;
	l->signalling = *signalling;
	if (latch_may_announce(announced, signalling))
		l->announced = *announced;
}

static enum latch_rank rank_of(const struct latch *l, const struct addr *from)
{
	if (l->announced.family && addr_eq(from, &l->announced))
		return LATCH_EXACT;
	if (l->announced.family && addr_eq_host(from, &l->announced))
		return LATCH_ANNOUNCED;
	if (l->signalling.family && addr_eq_host(from, &l->signalling))
		return LATCH_SIGNALLED;
	return LATCH_UNKNOWN;
}

static bool may_take_over(const struct latch *l, enum latch_rank rank, int64_t now_us)
{
	if (l->open && rank > LATCH_UNKNOWN && rank >= l->rank)
		return true;
	if (rank <= l->rank)
		return false;
	return rank == LATCH_EXACT ||
	       now_us - l->since_us < MEDIA_LATCH_MS * INT64_C(1000);
}

/* The side is where it was: soon the window ends. Strangers do not count. */
static void watch_window(struct latch *l, int64_t now_us)
{
	if (!l->open)
		return;
	if (!l->open_since_us)
		l->open_since_us = now_us;
	else if (now_us - l->open_since_us >= MEDIA_LATCH_MS * INT64_C(1000))
		l->open = false;
}

bool latch_take(struct latch *l, const struct addr *from, int64_t now_us)
{
	enum latch_rank rank;

	if (l->source.family && addr_eq(from, &l->source)) {
		watch_window(l, now_us);
		return true;
	}
	if (addr_is_loopback(from) && !addr_is_loopback(&l->signalling))
		return false;
	rank = rank_of(l, from);
	if (l->source.family && !may_take_over(l, rank, now_us))
		return false;
	if (!l->source.family)
		l->since_us = now_us;
	else if (rank == l->rank)
		l->open = false;
	l->source = *from;
	l->rank = rank;
	return true;
}

const struct addr *latch_target(const struct latch *l)
{
	if (l->held)
		return NULL;
	if (l->source.family)
		return &l->source;
	return l->announced.family ? &l->announced : NULL;
}
