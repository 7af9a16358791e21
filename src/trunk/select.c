/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/select.c - Which trunk carries a call, which rests, whose source that is. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trunk/set.h"

enum { REST_S = 30, REST_MAX_S = 300, SHORT_CODE_MATCH = 1 };

struct candidate {
	unsigned index;
	size_t match; /* bytes of the prefix */
	bool rests;
};

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

/* 0: does not carry it. */
static size_t match(const struct trunk_config *cfg, const struct destination *d)
{
	size_t len = 0;

	switch (d->kind) {
	case DESTINATION_EMERGENCY:
		return cfg->emergency;
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

static bool better(const struct candidate *a, const struct candidate *b)
{
	if (a->rests != b->rests)
		return b->rests;
	return a->match > b->match;
}

/* Stable: equal ones stay in the order of the configuration. */
static void insert(struct candidate *list, size_t count, const struct candidate *c)
{
	size_t at = count;

	while (at > 0 && better(c, &list[at - 1])) {
		list[at] = list[at - 1];
		at--;
	}
	list[at] = *c;
}

static size_t candidates(const struct trunk_set *s, const struct destination *d,
			 struct candidate ret[TRUNKS_MAX])
{
	int64_t now_us = clock_mono_us(s->clock);
	size_t n = 0;

	for (unsigned i = 0; i < s->count; i++) {
		const struct trunk *t = &s->trunks[i];
		struct candidate c = { .index = i,
				       .match = match(&t->cfg, d),
				       .rests = t->rests_until_us > now_us };

		if (c.match && t->addr_count)
			insert(ret, n++, &c);
	}
	return n;
}

static void put_host(const struct trunk *t, char host[TRUNK_URI_SIZE])
{
	if (t->port)
		snprintf(host, TRUNK_URI_SIZE, "%.*s:%u", TEXT_ARG(t->host), t->port);
	else
		snprintf(host, TRUNK_URI_SIZE, "%.*s", TEXT_ARG(t->host));
}

static void put_target(const struct trunk *t, unsigned index, size_t which,
		       struct trunk_target *ret)
{
	*ret = (struct trunk_target){ .index = index,
				      .transport = t->transport,
				      .addr = t->addrs[which] };
	memcpy(ret->name, t->cfg.name, sizeof(ret->name));
	put_host(t, ret->host);
}

/* An emergency call also tries, last, those that rest; others only when all do. */
size_t trunk_select(struct trunk_set *s, const struct destination *d,
		    struct trunk_target *ret, size_t max)
{
	struct candidate list[TRUNKS_MAX];
	size_t count, n = 0;
	bool rested = d->kind == DESTINATION_EMERGENCY;

	pthread_rwlock_rdlock(&s->lock);
	count = candidates(s, d, list);
	rested |= count && list[0].rests;
	for (size_t i = 0; i < count && (rested || !list[i].rests); i++) {
		const struct trunk *t = &s->trunks[list[i].index];

		for (size_t a = 0; a < t->addr_count && n < max; a++)
			put_target(t, list[i].index, a, &ret[n++]);
	}
	pthread_rwlock_unlock(&s->lock);
	return n;
}

bool trunk_carries(const struct trunk_set *s, const struct destination *d)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (match(&s->trunks[i].cfg, d))
			return true;
	}
	return false;
}

void trunk_report(struct trunk_set *s, unsigned index, unsigned status,
		  unsigned retry_after_s)
{
	bool failed = status == 0 || status == 408 || status == 503;
	unsigned rest_s = retry_after_s ? retry_after_s : REST_S;

	if (index >= s->count)
		return;
	if (rest_s > REST_MAX_S)
		rest_s = REST_MAX_S;
	pthread_rwlock_wrlock(&s->lock);
	s->trunks[index].rests_until_us =
		failed ? clock_mono_us(s->clock) + rest_s * 1000000LL : 0;
	pthread_rwlock_unlock(&s->lock);
}

/* On one machine devices and trunk share an address: there the port tells. */
static bool is_source(const struct trunk *t, const struct addr *from)
{
	for (size_t i = 0; i < t->addr_count; i++) {
		if (addr_is_loopback(from) ? addr_eq(&t->addrs[i], from)
					   : addr_eq_host(&t->addrs[i], from))
			return true;
	}
	return false;
}

bool trunk_is_source(struct trunk_set *s, unsigned index, const struct flow *from)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = index < s->count && is_source(&s->trunks[index], &from->remote);
	pthread_rwlock_unlock(&s->lock);
	return is;
}

int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret)
{
	int r = -ENOENT;

	pthread_rwlock_rdlock(&s->lock);
	for (unsigned i = 0; i < s->count && r < 0; i++) {
		if (is_source(&s->trunks[i], &from->remote)) {
			*ret = i;
			r = 0;
		}
	}
	pthread_rwlock_unlock(&s->lock);
	return r;
}
