/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/select.c - Which trunk carries a call, over which of its addresses. */

#include <stdio.h>
#include <string.h>

#include "trunk/order.h"
#include "trunk/set.h"

_Static_assert((int)TRUNKS_MAX <= (int)ORDER_ITEMS_MAX, "trunks");
_Static_assert((int)RESOLVE_HOPS_MAX <= (int)ORDER_ITEMS_MAX, "hops");

enum { SHORT_CODE_MATCH = 1 };

/* Who is asked to take an emergency call, in this order: whom the operator has marked for
 * it, then who takes the country's short codes, and, where neither has an address, any. */
enum duty { DUTY_ANY = 1, DUTY_NATIONAL, DUTY_LAST, DUTY_EMERGENCY };

static enum duty duty_of(const struct trunk_config *cfg)
{
	switch ((enum trunk_emergency)cfg->emergency) {
	case TRUNK_EMERGENCY_YES:
		return DUTY_EMERGENCY;
	case TRUNK_EMERGENCY_LAST:
		return DUTY_LAST;
	case TRUNK_EMERGENCY_NO:
		break;
	}
	return cfg->national ? DUTY_NATIONAL : DUTY_ANY;
}

static size_t longest_prefix(const struct trunk_config *cfg, const char *key)
{
	size_t longest = 0;

	for (unsigned i = 0; i < cfg->prefix_count && i < TRUNK_PREFIXES_MAX; i++) {
		size_t len = strlen(cfg->prefixes[i]);

		if (len > longest && !strncmp(cfg->prefixes[i], key, len))
			longest = len;
	}
	return longest;
}

/* The longer the better; 0: does not carry it. */
static size_t match(const struct trunk_config *cfg, const struct destination *d)
{
	size_t len = 0;

	switch (d->kind) {
	case DESTINATION_EMERGENCY:
		return duty_of(cfg);
	case DESTINATION_ECHO:
		return 0;
	case DESTINATION_E164:
		return longest_prefix(cfg, d->key);
	case DESTINATION_HELPLINE:
	case DESTINATION_SHORT:
		len = longest_prefix(cfg, d->key);
		return len || !cfg->national ? len : SHORT_CODE_MATCH;
	}
	return len;
}

static uint64_t rank_of(size_t matched, unsigned priority)
{
	return (uint64_t)(ROW_PREFIX_SIZE - matched) << 32 | priority;
}

/* Indices of the trunks that carry it, best first. */
static size_t candidates(const struct trunk_set *s, const struct destination *d,
			 unsigned char ret[TRUNKS_MAX])
{
	struct order_item items[TRUNKS_MAX] = { 0 };
	unsigned char indices[TRUNKS_MAX], order[TRUNKS_MAX];
	size_t n = 0;

	for (unsigned i = 0; i < s->count; i++) {
		const struct trunk_config *cfg = &s->trunks[i].cfg;
		size_t matched = match(cfg, d);

		if (!matched)
			continue;
		items[n] = (struct order_item){ rank_of(matched, cfg->priority),
						cfg->weight };
		indices[n++] = (unsigned char)i;
	}
	order_choose(s->random, items, n, order);
	for (size_t i = 0; i < n; i++)
		ret[i] = indices[order[i]];
	return n;
}

/* The addresses of one target stay together: they are one machine, or are meant to be. */
static size_t groups_of(const struct trunk *t, unsigned char ret[RESOLVE_HOPS_MAX],
			struct random *random)
{
	struct order_item items[RESOLVE_HOPS_MAX] = { 0 };
	unsigned char groups[RESOLVE_HOPS_MAX], order[RESOLVE_HOPS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < t->hop_count; i++) {
		const struct resolve_hop *h = &t->hops[i].at;

		if (n && groups[n - 1] == h->group)
			continue;
		items[n] = (struct order_item){ h->priority, h->weight };
		groups[n++] = h->group;
	}
	order_choose(random, items, n, order);
	for (size_t i = 0; i < n; i++)
		ret[i] = groups[order[i]];
	return n;
}

static void put_host(const struct trunk *t, char host[TRUNK_URI_SIZE])
{
	const struct resolve_question *q = &t->question;

	if (q->port)
		snprintf(host, TRUNK_URI_SIZE, "%.*s:%u", TEXT_ARG(q->host), q->port);
	else
		snprintf(host, TRUNK_URI_SIZE, "%.*s", TEXT_ARG(q->host));
}

static void put_target(const struct trunk *t, const struct resolve_hop *hop,
		       struct trunk_target *ret)
{
	*ret = (struct trunk_target){ .index = (unsigned)(t - t->set->trunks),
				      .transport = hop->transport,
				      .addr = hop->addr };
	memcpy(ret->name, t->cfg.name, sizeof(ret->name));
	put_host(t, ret->host);
}

struct selection {
	struct trunk_target *ret;
	size_t count, max;
	int64_t now_us;
};

bool trunk_usable(const struct trunk *t, int64_t now_us)
{
	return !t->cfg.registers || t->registration.until_us > now_us;
}

/* Of one trunk, those that rest or those that do not. */
static void put_hops(struct selection *to, const struct trunk *t, bool awake, bool usable)
{
	unsigned char groups[RESOLVE_HOPS_MAX];
	size_t n = groups_of(t, groups, t->set->random);

	for (size_t g = 0; g < n; g++) {
		for (size_t i = 0; i < t->hop_count && to->count < to->max; i++) {
			const struct trunk_hop *h = &t->hops[i];

			if (h->at.group == groups[g] &&
			    (usable && hop_awake(h, to->now_us)) == awake)
				put_target(t, &h->at, &to->ret[to->count++]);
		}
	}
}

static void put_trunks(struct selection *to, const struct trunk_set *s,
		       const unsigned char *list, size_t count, bool awake)
{
	for (size_t i = 0; i < count; i++)
		put_hops(to, &s->trunks[list[i]], awake,
			 trunk_usable(&s->trunks[list[i]], to->now_us));
}

static size_t same_duty(const struct trunk_set *s, const unsigned char *list,
			size_t count)
{
	size_t n = 0;

	while (n < count &&
	       duty_of(&s->trunks[list[n]].cfg) == duty_of(&s->trunks[list[0]].cfg))
		n++;
	return n;
}

/* Each duty's trunks, also when they rest, before those that stand in for them. */
static void select_emergency(struct selection *to, const struct trunk_set *s,
			     const unsigned char *list, size_t count)
{
	size_t n;

	for (size_t from = 0; from < count; from += n) {
		n = same_duty(s, list + from, count - from);
		if (to->count && duty_of(&s->trunks[list[from]].cfg) == DUTY_ANY)
			return;
		put_trunks(to, s, list + from, n, true);
		put_trunks(to, s, list + from, n, false);
	}
}

static void select_ordinary(struct selection *to, const struct trunk_set *s,
			    const unsigned char *list, size_t count)
{
	put_trunks(to, s, list, count, true);
	if (!to->count)
		put_trunks(to, s, list, count, false);
}

size_t trunk_select(struct trunk_set *s, const struct destination *d,
		    struct trunk_target *ret, size_t max)
{
	struct selection to = { .ret = ret,
				.max = max,
				.now_us = clock_mono_us(s->clock) };
	unsigned char list[TRUNKS_MAX];
	size_t count;

	pthread_rwlock_rdlock(&s->lock);
	count = candidates(s, d, list);
	if (d->kind == DESTINATION_EMERGENCY)
		select_emergency(&to, s, list, count);
	else
		select_ordinary(&to, s, list, count);
	pthread_rwlock_unlock(&s->lock);
	return to.count;
}

size_t trunk_targets(struct trunk *t, struct trunk_target *ret, size_t max)
{
	struct selection to = { .ret = ret,
				.max = max,
				.now_us = clock_mono_us(t->set->clock) };

	pthread_rwlock_rdlock(&t->set->lock);
	put_hops(&to, t, true, true);
	put_hops(&to, t, false, true);
	pthread_rwlock_unlock(&t->set->lock);
	return to.count;
}

bool trunk_carries(const struct trunk_set *s, const struct destination *d)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (match(&s->trunks[i].cfg, d))
			return true;
	}
	return false;
}
