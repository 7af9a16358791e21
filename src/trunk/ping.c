/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/ping.c - OPTIONS to each address of a trunk (RFC 3261 11): any answer says that it
 * is there, 503 that it wants no calls. */

#include <stdio.h>

#include "sip/encode.h"
#include "trunk/keep.h"

enum { PATIENCE_MS = 6000, REST_S = 30 };

/* A trunk that is back may have forgotten us. */
static void end(struct ping *p, enum hop_event event, unsigned rest_s)
{
	timer_stop(&p->patience);
	if (p->client)
		txn_client_forget(p->client);
	p->client = NULL;
	if (trunk_hop_event(p->kept->trunk, &p->addr, event, rest_s))
		registration_renew(p->kept);
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	if (m->status < 200)
		return;
	if (m->status == 503)
		end(arg, HOP_REFUSED, kept_retry_after_s(m, REST_S));
	else
		end(arg, HOP_PONG, 0);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	end(arg, HOP_NO_PONG, 0);
}

static void on_ended(void *arg, struct txn_client *t)
{
	((struct ping *)arg)->client = NULL;
}

static void on_patience(struct timer *t)
{
	end(container_of(t, struct ping, patience), HOP_NO_PONG, 0);
}

static const struct txn_client_events events = {
	.response = on_response,
	.failed = on_failed,
	.ended = on_ended,
};

static void write_options(struct kept *k, const struct trunk_target *to,
			  const struct flow *flow, struct buf *b)
{
	char token[TXN_TOKEN_SIZE], own[ADDR_TEXT_SIZE], uri[TRUNK_URI_SIZE + 8];

	snprintf(uri, sizeof(uri), "sip:%s", to->host);
	kept_own_host(k, flow, own);
	sip_request_begin(b, SIP_OPTIONS, text_of(uri));
	sip_header_put(b, SIP_HDR_MAX_FORWARDS, TEXT("70"));
	txn_token(k->keeper->cfg.txn, token);
	sip_header_printf(b, SIP_HDR_FROM, "<sip:ping@%s>;tag=%s", own, token);
	sip_header_printf(b, SIP_HDR_TO, "<%s>", uri);
	txn_token(k->keeper->cfg.txn, token);
	sip_header_put(b, SIP_HDR_CALL_ID, text_of(token));
	sip_header_put(b, SIP_HDR_CSEQ, TEXT("1 OPTIONS"));
	sip_header_put(b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_header_put(b, SIP_HDR_USER_AGENT, TEXT("Ownline"));
	sip_body(b, TEXT_NONE, TEXT_NONE);
}

static int send_options(struct ping *p, const struct trunk_target *to)
{
	const struct trunk_keeper_config *cfg = &p->kept->keeper->cfg;
	struct buf b = BUF_GROWING;
	struct flow flow;
	int error = net_connect_name(cfg->net, to->transport, &to->addr, to->host, &flow);

	if (!error) {
		write_options(p->kept, to, &flow, &b);
		error = b.error;
	}
	if (!error)
		error = txn_client_new(cfg->txn, &flow, SIP_OPTIONS, buf_text(&b),
				       &events, p, &p->client);
	buf_free(&b);
	return error;
}

static void ping(struct ping *p, const struct trunk_target *to)
{
	if (p->client) /* its patience will end it */
		return;
	p->addr = to->addr;
	if (send_options(p, to) < 0)
		end(p, HOP_NO_PONG, 0);
	else
		timer_start(p->kept->keeper->cfg.loop, &p->patience, PATIENCE_MS,
			    on_patience);
}

static void on_ping(struct timer *t);

/* Not all at once, and not for ever in the same order. */
static void next_round(struct kept *k, unsigned least_ms, unsigned spread_ms)
{
	unsigned ms = least_ms + random_below(k->keeper->cfg.random, spread_ms + 1);

	timer_start(k->keeper->cfg.loop, &k->ping_timer, ms, on_ping);
}

static void on_ping(struct timer *t)
{
	struct kept *k = container_of(t, struct kept, ping_timer);
	struct trunk_target targets[RESOLVE_HOPS_MAX];
	size_t n = trunk_targets(k->trunk, targets, RESOLVE_HOPS_MAX);
	unsigned ms = k->trunk->cfg.health_s * 1000;

	for (size_t i = 0; i < n; i++) {
		k->pings[i].kept = k;
		ping(&k->pings[i], &targets[i]);
	}
	next_round(k, ms - ms / 10, ms / 5);
}

void ping_start(struct kept *k)
{
	next_round(k, 0, k->trunk->cfg.health_s * 1000);
}

void ping_stop(struct kept *k)
{
	timer_stop(&k->ping_timer);
	for (size_t i = 0; i < RESOLVE_HOPS_MAX; i++) {
		timer_stop(&k->pings[i].patience);
		if (k->pings[i].client)
			txn_client_forget(k->pings[i].client);
		k->pings[i].client = NULL;
	}
}
