/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/trunk.c - The set of trunks: their addresses, kept fresh, and their life. */

#include "trunk/trunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "trunk/set.h"

enum {
	PORT_SIP = 5060,
	PORT_SIPS = 5061,
	REFRESH_LEAST_S = 30,
	REFRESH_MOST_S = 3600,
	ABSENT_MOST_S = 300, /* a name that gives nothing is asked for again after */
	RETRY_S = 30,        /* after the name servers could not tell */
	REST_S = 30,
	REST_MAX_S = 3600,
	TRANSPORTS = 1 << TRANSPORT_UDP | 1 << TRANSPORT_TCP,
};

static void on_refresh(struct timer *timer)
{
	struct trunk *t = container_of(timer, struct trunk, refresh);

	resolve_start(t->set->dns, &t->resolve, &t->question);
}

static unsigned refresh_after_s(size_t count, unsigned ttl_s, bool failed)
{
	unsigned most_s = count ? REFRESH_MOST_S : ABSENT_MOST_S;

	if (failed)
		return RETRY_S;
	if (ttl_s < REFRESH_LEAST_S)
		return REFRESH_LEAST_S;
	return ttl_s > most_s ? most_s : ttl_s;
}

static struct trunk_hop *hop_of(struct trunk *t, const struct addr *addr)
{
	for (size_t i = 0; i < t->hop_count; i++) {
		if (addr_eq(&t->hops[i].at.addr, addr))
			return &t->hops[i];
	}
	return NULL;
}

/* An address that was there before goes on resting. */
static void take_hops(struct trunk *t, const struct resolve_hop *hops, size_t count)
{
	struct trunk_hop fresh[RESOLVE_HOPS_MAX] = { 0 };

	pthread_rwlock_wrlock(&t->set->lock);
	for (size_t i = 0; i < count; i++) {
		const struct trunk_hop *old = hop_of(t, &hops[i].addr);

		fresh[i] = old ? *old : (struct trunk_hop){ .state = HOP_UP };
		fresh[i].at = hops[i];
	}
	memcpy(t->hops, fresh, count * sizeof(*fresh));
	t->hop_count = count;
	pthread_rwlock_unlock(&t->set->lock);
}

/* What worked before is kept while the name gives nothing. */
static void on_resolved(struct resolve *q, const struct resolve_hop *hops, size_t count,
			unsigned ttl_s, bool failed)
{
	struct trunk *t = container_of(q, struct trunk, resolve);

	if (!count || failed)
		log_warn("trunk name=%s host=%.*s result=%s addresses=%zu kept=%zu",
			 t->cfg.name, TEXT_ARG(t->question.host),
			 failed ? "dns_failed" : "no_address", count,
			 count ? 0 : t->hop_count);
	if (count)
		take_hops(t, hops, count);
	timer_start(t->set->loop, &t->refresh,
		    refresh_after_s(count, ttl_s, failed) * 1000LL, on_refresh);
}

static int read_uri(struct trunk *t, unsigned transports)
{
	struct resolve_question *q = &t->question;
	enum transport transport = TRANSPORT_UDP;
	struct sip_uri uri;
	struct text name;

	if (sip_uri_decode(text_of(t->cfg.uri), &uri) < 0 || !uri.host.len)
		return -EINVAL;
	if (uri.scheme != SIP_SCHEME_SIP && uri.scheme != SIP_SCHEME_SIPS)
		return -EINVAL;
	*q = (struct resolve_question){ .host = uri.host,
					.port = uri.port,
					.sips = uri.scheme == SIP_SCHEME_SIPS,
					.transports = transports };
	if (sip_uri_param(&uri, TEXT("transport"), &name)) {
		if (transport_decode(name, &transport) < 0)
			return -EINVAL;
		q->named = true;
	}
	q->transport = q->sips ? TRANSPORT_TLS : transport;
	return 0;
}

static void take_literal(struct trunk *t)
{
	const struct resolve_question *q = &t->question;
	struct resolve_hop *hop = &t->hops[0].at;
	uint16_t port = q->port                         ? q->port
			: q->transport == TRANSPORT_TLS ? PORT_SIPS
							: PORT_SIP;

	t->literal = addr_decode(q->host, port, &hop->addr) == 0;
	hop->transport = q->transport;
	t->hop_count = t->literal;
}

static int trunk_init(struct trunk *t, struct trunk_set *s,
		      const struct trunk_config *cfg, unsigned transports)
{
	t->cfg = *cfg;
	t->set = s;
	t->resolve.done = on_resolved;
	if (read_uri(t, transports) < 0)
		return -EINVAL;
	if (!t->cfg.realm[0])
		text_copy(t->cfg.realm, sizeof(t->cfg.realm), t->question.host);
	take_literal(t);
	return 0;
}

static int start_names(struct trunk_set *s, const struct trunk_set_config *cfg)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->trunks[i].literal)
			continue;
		if (!s->dns)
			s->dns = dns_new(s->loop, cfg->nameservers, cfg->dns_timeout_ms);
		if (!s->dns)
			return -ENOMEM;
		on_refresh(&s->trunks[i].refresh);
	}
	return 0;
}

int trunk_set_new(const struct trunk_set_config *cfg, struct trunk_set **ret)
{
	unsigned transports = cfg->transports ? cfg->transports : TRANSPORTS;
	struct trunk_set *s;
	int error = 0;

	if (cfg->count > TRUNKS_MAX)
		return -EINVAL;
	s = calloc(1, sizeof(*s) + cfg->count * sizeof(*s->trunks));
	if (!s)
		return -ENOMEM;
	s->loop = cfg->loop;
	s->clock = cfg->clock;
	s->random = cfg->random;
	s->count = cfg->count;
	pthread_rwlock_init(&s->lock, NULL);
	for (unsigned i = 0; i < s->count && !error; i++)
		error = trunk_init(&s->trunks[i], s, &cfg->trunks[i], transports);
	if (!error)
		error = start_names(s, cfg);
	if (error < 0) {
		trunk_set_free(s);
		return error;
	}
	*ret = s;
	return 0;
}

void trunk_set_free(struct trunk_set *s)
{
	if (!s)
		return;
	dns_free(s->dns);
	for (unsigned i = 0; i < s->count; i++)
		timer_stop(&s->trunks[i].refresh);
	pthread_rwlock_destroy(&s->lock);
	free(s);
}

const struct trunk_config *trunk_get(const struct trunk_set *s, unsigned index)
{
	return index < s->count ? &s->trunks[index].cfg : NULL;
}

bool trunk_hop_event(struct trunk *t, const struct addr *addr, enum hop_event event,
		     unsigned rest_s)
{
	int64_t now_us = clock_mono_us(t->set->clock);
	const char *before = "", *after = "";
	char text[ADDR_TEXT_SIZE];
	struct trunk_hop *h;
	bool changed = false;

	pthread_rwlock_wrlock(&t->set->lock);
	h = hop_of(t, addr);
	if (h) {
		before = hop_state_name(h, now_us);
		changed = hop_event(h, event, now_us, rest_s);
		after = hop_state_name(h, now_us);
		if (event != HOP_UNANSWERED && event != HOP_NO_PONG)
			h->answered_us = clock_wall_us(t->set->clock);
	}
	pthread_rwlock_unlock(&t->set->lock);
	if (changed)
		log_warn("trunk name=%s address=%s from=%s to=%s", t->cfg.name,
			 addr_encode(text, addr), before, after);
	return changed && event == HOP_PONG;
}

void trunk_report(struct trunk_set *s, unsigned index, const struct addr *addr,
		  unsigned status, unsigned retry_after_s)
{
	enum hop_event event = status == 503                  ? HOP_REFUSED
			       : status == 0 || status == 408 ? HOP_UNANSWERED
							      : HOP_ANSWERED;
	unsigned rest_s = retry_after_s ? retry_after_s : REST_S;

	if (index < s->count)
		trunk_hop_event(&s->trunks[index], addr, event,
				rest_s > REST_MAX_S ? REST_MAX_S : rest_s);
}

unsigned trunk_retry_after_s(const struct sip_msg *m)
{
	uint32_t s = 0;
	int r = sip_msg_number(m, SIP_HDR_RETRY_AFTER, &s);

	if (r == -ERANGE || s > REST_MAX_S)
		return REST_MAX_S;
	return r < 0 ? 0 : s;
}

bool trunk_call_begin(struct trunk_set *s, unsigned index, bool must_pass)
{
	struct trunk *t = &s->trunks[index];
	unsigned before = atomic_fetch_add(&t->calls, 1);

	if (must_pass || !t->cfg.calls_max || before < t->cfg.calls_max)
		return true;
	atomic_fetch_sub(&t->calls, 1);
	return false;
}

void trunk_call_end(struct trunk_set *s, unsigned index)
{
	atomic_fetch_sub(&s->trunks[index].calls, 1);
}
