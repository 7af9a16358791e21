/* SPDX-License-Identifier: Apache-2.0 */
/* edge/keepalive.c - Datagrams that keep the NATs of devices open. Shard after shard, so
 * that each second's are spread over that second and over the workers. */

#include "edge/worker.h"

enum { FLOWS = 64, BATCHES = 16 };

/* Blank lines mean nothing to a SIP device, and it answers nothing (RFC 5626 3.5). */
static void tell(struct edge_worker *w, struct flow *to)
{
	struct addr remote = to->remote;

	if (to->listener == REGISTRAR_LISTENER_UNKNOWN &&
	    net_connect(w->net, TRANSPORT_UDP, &remote, to) < 0)
		return;
	if (net_send(w->net, to, TEXT("\r\n\r\n")) == 0)
		edge_tally_add(&w->tally.keepalives);
}

static void tell_shard(struct edge_worker *w, unsigned shard)
{
	struct flow flows[FLOWS];
	size_t n = FLOWS;

	for (unsigned batch = 0; batch < BATCHES && n == FLOWS; batch++) {
		n = registrar_keepalives(w->edge->cfg.registrar, shard, flows, FLOWS);
		for (size_t i = 0; i < n; i++)
			tell(w, &flows[i]);
	}
}

static void on_tick(struct timer *t)
{
	struct edge_worker *w = container_of(t, struct edge_worker, keepalive);
	unsigned workers = w->edge->worker_count;

	tell_shard(w, w->keepalive_shard);
	w->keepalive_shard += workers;
	if (w->keepalive_shard >= REGISTRAR_SHARDS)
		w->keepalive_shard = w->index;
	edge_keepalive_start(w);
}

void edge_keepalive_start(struct edge_worker *w)
{
	unsigned every_ms = 1000 * w->edge->worker_count / REGISTRAR_SHARDS;

	if (w->edge->cfg.nat_keepalive_s && w->index < REGISTRAR_SHARDS)
		timer_start(w->loop, &w->keepalive, every_ms, on_tick);
}
