/* SPDX-License-Identifier: Apache-2.0 */
/* edge/edge.c - Starts and stops the workers. */

#include "edge/edge.h"

#include <errno.h>
#include <stdlib.h>

#include "edge/worker.h"

enum { STOP_TURNS = 8 }; /* until the last BYEs have left */

static unsigned worker_count(const struct edge_config *cfg)
{
	if (cfg->workers == 0)
		return 1;
	return cfg->workers < NET_WORKERS_MAX ? cfg->workers : NET_WORKERS_MAX;
}

static struct edge *edge_new(const struct edge_config *cfg)
{
	unsigned n = worker_count(cfg);
	struct edge *e = calloc(1, sizeof(*e) + n * sizeof(e->workers[0]));

	if (!e)
		return NULL;
	e->cfg = *cfg;
	e->worker_count = n;
	random_fill(cfg->random, e->hash_key, sizeof(e->hash_key));
	for (unsigned i = 0; i < n; i++) {
		e->workers[i].edge = e;
		e->workers[i].index = i;
		e->workers[i].keepalive_shard = i;
	}
	return e;
}

static int open_workers(struct edge *e)
{
	int r = 0;

	if (!e->cfg.test_loop) {
		e->group = net_group_new(e->worker_count);
		r = e->group ? 0 : -ENOMEM;
		if (r == 0)
			net_group_share(e->group, &e->cfg.shared);
	}
	if (r == 0 && e->worker_count > 1) {
		e->moves = call_moves_new(e->cfg.random);
		r = e->moves ? 0 : -ENOMEM;
	}
	for (unsigned i = 0; i < e->worker_count && r == 0; i++)
		r = edge_worker_open(&e->workers[i]);
	for (unsigned i = 0; i < e->worker_count && r == 0 && !e->cfg.test_loop; i++)
		r = edge_worker_start(&e->workers[i]);
	return r;
}

static bool bound(void *arg, int64_t credential_id, const struct addr *source)
{
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	size_t n = registrar_credential_bindings(arg, credential_id, bindings,
						 REGISTRAR_BINDINGS_MAX);

	for (size_t i = 0; i < n; i++) {
		if (addr_eq_host(&bindings[i].flow.remote, source))
			return true;
	}
	return false;
}

int edge_start(const struct edge_config *cfg, struct edge **ret)
{
	struct edge *e = edge_new(cfg);
	int r;

	if (!e)
		return -ENOMEM;
	if (cfg->auth && cfg->registrar)
		auth_spare(cfg->auth, bound, cfg->registrar);
	r = open_workers(e);
	if (r < 0) {
		edge_stop(e);
		return r;
	}
	*ret = e;
	return 0;
}

/* No thread runs any more: what was sent leaves, what still comes is dropped, and a call on
 * its way to another worker gets there. */
static void drain(struct edge *e)
{
	for (unsigned turn = 0; turn < STOP_TURNS; turn++) {
		for (unsigned i = 0; i < e->worker_count; i++) {
			if (e->workers[i].loop)
				loop_turn(e->workers[i].loop);
		}
	}
}

void edge_stop(struct edge *e)
{
	if (!e)
		return;
	for (unsigned i = 0; i < e->worker_count; i++)
		edge_worker_stop(&e->workers[i]);
	atomic_store(&e->stopping, true);
	drain(e);
	for (unsigned i = 0; i < e->worker_count; i++)
		edge_worker_end_calls(&e->workers[i]);
	drain(e);
	for (unsigned i = 0; i < e->worker_count; i++)
		edge_worker_close(&e->workers[i]);
	call_moves_free(e->moves);
	net_group_free(e->group);
	free(e);
}

static uint64_t read_tally(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

void edge_count(struct edge *e, struct edge_counters *ret)
{
	struct edge_counters sum = { 0 };

	for (unsigned i = 0; i < e->worker_count; i++) {
		const struct edge_tally *t = &e->workers[i].tally;

		if (!e->workers[i].threaded)
			edge_worker_levels(&e->workers[i]);
		sum.messages += read_tally(&t->messages);
		sum.unanswerable += read_tally(&t->unanswerable);
		sum.malformed += read_tally(&t->malformed);
		sum.handed_over += read_tally(&t->handed_over);
		sum.handover_dropped += read_tally(&t->handover_dropped);
		sum.stray_acks += read_tally(&t->stray_acks);
		sum.challenged += read_tally(&t->challenged);
		sum.refused += read_tally(&t->refused);
		sum.keepalives += read_tally(&t->keepalives);
		sum.transactions += read_tally(&t->transactions);
		sum.calls += read_tally(&t->calls);
	}
	*ret = sum;
}
