/* SPDX-License-Identifier: Apache-2.0 */
/* edge/worker.c - One worker: made, run, ended; what comes in and what belongs here. */

#include "edge/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "edge/again.h"
#include "edge/familiar.h"
#include "net/stun.h"

enum { LEVELS_MS = 1000 };

/* A keep-alive that asks for its address: anyone may, as with OPTIONS. */
static void answer_stun(struct edge_worker *w, const struct flow *from, struct text bytes)
{
	uint8_t answer[STUN_RESPONSE_MAX];
	ptrdiff_t len = stun_answer(bytes, &from->remote, answer);

	if (len > 0)
		net_send(w->net, from,
			 (struct text){ (const char *)answer, (size_t)len });
	else
		edge_tally_add(&w->tally.unanswerable);
}

static ptrdiff_t on_data(void *arg, const struct flow *from, char *bytes, size_t len)
{
	struct edge_worker *w = arg;
	struct text text = { bytes, len };

	if (atomic_load_explicit(&w->edge->stopping, memory_order_relaxed))
		return (ptrdiff_t)len;
	if (transport_websocket(from->transport))
		return edge_websocket(w, from, text);
	if (transport_reliable(from->transport))
		return edge_stream(w, from, text);
	if (stun_is(text)) {
		answer_stun(w, from, text);
		return (ptrdiff_t)len;
	}
	/* Blank datagrams keep a NAT open (RFC 5626 3.5) and want no answer. */
	if (sip_frame_blank(text, NULL) < len)
		edge_worker_take(w, from, text);
	return (ptrdiff_t)len;
}

static void on_ahead(void *arg, const struct text *datagrams, unsigned count)
{
	struct edge_worker *w = arg;

	edge_look_ahead(w, datagrams, count);
}

static void on_closed(void *arg, const struct flow *flow, int reason)
{
	struct edge_worker *w = arg;

	if (atomic_load_explicit(&w->edge->stopping, memory_order_relaxed))
		return;
	registrar_flow_closed(w->edge->cfg.registrar, flow);
	edge_worker_flow_closed(w, flow);
	if (w->trunks)
		trunk_keeper_flow_closed(w->trunks, flow);
	edge_handover_closed(w, flow);
}

/* Where peers reach us: a connection that we opened has a port that nobody listens on. */
static uint16_t listening_port(const struct edge *e, const struct flow *f)
{
	for (size_t i = 0; i < e->cfg.listener_count; i++) {
		const struct net_listener *l = &e->cfg.listeners[i];

		if (l->transport == (enum transport)f->transport &&
		    l->addr.family == f->local.family &&
		    (f->transport != TRANSPORT_UDP || i == f->listener))
			return l->addr.port;
	}
	return f->local.port;
}

static bool advertised(const struct edge *e, const struct flow *f, uint16_t port,
		       char dst[ADDR_TEXT_SIZE])
{
	struct addr a;
	int n;

	/* On one machine the other side of a NAT is of no use. */
	if (!e->cfg.advertise || !*e->cfg.advertise || addr_is_loopback(&f->remote))
		return false;
	if (addr_decode(text_of(e->cfg.advertise), port, &a) == 0) {
		addr_encode(dst, &a);
		return a.family == f->local.family;
	}
	n = snprintf(dst, ADDR_TEXT_SIZE, "%s:%u", e->cfg.advertise, (unsigned)port);
	return n > 0 && n < ADDR_TEXT_SIZE;
}

void edge_own_host(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE])
{
	struct edge_worker *w = arg;
	struct addr own = f->local;

	own.port = listening_port(w->edge, f);
	if (!advertised(w->edge, f, own.port, dst))
		addr_encode(dst, &own);
}

static int open_net(struct edge_worker *w)
{
	const struct edge_config *cfg = &w->edge->cfg;

	if (cfg->test_loop) {
		w->loop = cfg->test_loop;
		w->net = cfg->test_net;
		return 0;
	}
	w->loop = loop_new(cfg->clock);
	if (!w->loop)
		return -ENOMEM;
	w->net = net_socket_new(w->edge->group, w->index, w->loop,
				cfg->listeners + w->index * cfg->listener_count,
				cfg->listener_count);
	return w->net ? 0 : -ENOMEM;
}

static void trace(void *arg, const void *txn, const char *machine, const char *from,
		  const char *to)
{
	log_debug("transaction id=%p kind=\"%s\" from=%s to=%s", txn, machine, from, to);
}

static struct txn_layer *open_txn(struct edge_worker *w)
{
	const struct edge_config *cfg = &w->edge->cfg;

	return txn_layer_new(&(struct txn_config){ .loop = w->loop,
						   .net = w->net,
						   .random = cfg->random,
						   .worker = w->index,
						   .t1_ms = cfg->t1_ms,
						   .via_host = edge_own_host,
						   .events = { edge_dispatch },
						   .trace = trace,
						   .arg = w });
}

static int open_rtpengine(struct edge_worker *w)
{
	struct ng_config cfg;

	if (!w->edge->cfg.rtpengine)
		return 0;
	cfg = *w->edge->cfg.rtpengine;
	cfg.loop = w->loop;
	cfg.random = w->edge->cfg.random;
	w->rtpengine = rtpengine_new(&cfg);
	return w->rtpengine ? 0 : -ENOMEM;
}

static struct call_engine *open_calls(struct edge_worker *w)
{
	const struct edge_config *cfg = &w->edge->cfg;

	return call_engine_new(
		&(struct call_config){ .loop = w->loop,
				       .net = w->net,
				       .txn = w->txn,
				       .clock = cfg->clock,
				       .random = cfg->random,
				       .ids = cfg->ids,
				       .book = cfg->book,
				       .registrar = cfg->registrar,
				       .trunks = cfg->trunks,
				       .tariffs = cfg->tariffs,
				       .journal = cfg->journal,
				       .events = cfg->events,
				       .media = cfg->media,
				       .media_mode = cfg->media_mode,
				       .onnet_by_trunk = cfg->onnet_by_trunk,
				       .policy = cfg->policy,
				       .rtpengine = w->rtpengine,
				       .media_signal = cfg->media_signal,
				       .codecs = cfg->codecs,
				       .domain = cfg->domain,
				       .country = cfg->country,
				       .push = cfg->push,
				       .wake_s = cfg->wake_s,
				       .ring_s = cfg->ring_s,
				       .duration_max_s = cfg->duration_max_s,
				       .silence_max_s = cfg->silence_max_s,
				       .session_expires_s = cfg->session_expires_s,
				       .session_min_s = cfg->session_min_s,
				       .single_early = cfg->single_early,
				       .t1_ms = cfg->t1_ms,
				       .contact_host = edge_own_host,
				       .arg = w,
				       .moves = w->edge->moves,
				       .worker = w->index });
}

/* One worker speaks to the trunks by itself, for all. */
static int open_trunks(struct edge_worker *w)
{
	const struct edge_config *cfg = &w->edge->cfg;

	w->trunks =
		trunk_keeper_new(&(struct trunk_keeper_config){ .set = cfg->trunks,
								.loop = w->loop,
								.net = w->net,
								.txn = w->txn,
								.clock = cfg->clock,
								.random = cfg->random,
								.own_host = edge_own_host,
								.arg = w });
	return w->trunks ? 0 : -ENOMEM;
}

void edge_worker_levels(struct edge_worker *w)
{
	atomic_store_explicit(&w->tally.transactions, txn_layer_count(w->txn),
			      memory_order_relaxed);
	atomic_store_explicit(&w->tally.calls, call_engine_count(w->calls),
			      memory_order_relaxed);
}

static void levels_due(struct timer *t)
{
	struct edge_worker *w = container_of(t, struct edge_worker, levels);

	edge_worker_levels(w);
	edge_log_dropped(w);
	edge_forget(w);
	timer_start(w->loop, t, LEVELS_MS, levels_due);
}

int edge_worker_open(struct edge_worker *w)
{
	int r = open_net(w);

	if (r < 0)
		return r;
	if (!w->edge->cfg.test_loop || w->index == 0) {
		w->net->events.data = on_data;
		w->net->events.ahead = on_ahead;
		w->net->events.closed = on_closed;
		w->net->arg = w;
	}
	r = open_rtpengine(w);
	if (r < 0)
		return r;
	w->txn = open_txn(w);
	w->calls = w->txn ? open_calls(w) : NULL;
	w->familiars = familiars_new(w->edge->cfg.random);
	if (!w->calls || !w->familiars)
		return -ENOMEM;
	if (w->edge->cfg.test_loop)
		edge_keepalive_start(w);
	return w->index == 0 ? open_trunks(w) : 0;
}

static void *run(void *arg)
{
	struct edge_worker *w = arg;

	timer_start(w->loop, &w->levels, LEVELS_MS, levels_due);
	edge_keepalive_start(w);
	loop_run(w->loop);
	return NULL;
}

/* Signals are the control thread's. */
int edge_worker_start(struct edge_worker *w)
{
	char name[16];
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0)
		return -r;
	w->threaded = true;
	snprintf(name, sizeof(name), "edge-%u", w->index);
	pthread_setname_np(w->thread, name);
	return 0;
}

void edge_worker_stop(struct edge_worker *w)
{
	if (!w->threaded)
		return;
	loop_stop(w->loop);
	pthread_join(w->thread, NULL);
	timer_stop(&w->levels);
	w->threaded = false;
}

void edge_worker_end_calls(struct edge_worker *w)
{
	if (w->calls)
		call_engine_free(w->calls);
	w->calls = NULL;
	trunk_keeper_free(w->trunks);
	w->trunks = NULL;
}

void edge_worker_close(struct edge_worker *w)
{
	bool own = !w->edge->cfg.test_loop;

	timer_stop(&w->keepalive);
	txn_layer_free(w->txn);
	rtpengine_free(w->rtpengine);
	familiars_free(w->familiars);
	edge_handover_drop(w);
	if (own) {
		net_free(w->net);
		loop_free(w->loop);
	} else if (w->net) {
		w->net->events = (struct net_events){ 0 };
	}
}

void edge_worker_receive(struct edge_worker *w, const struct flow *from,
			 const struct sip_msg *m)
{
	if (atomic_load_explicit(&w->edge->stopping, memory_order_relaxed))
		return;
	/* The layer answers a CANCEL itself: the INVITE is where its dialog is. */
	if (m->request && m->method == SIP_CANCEL && edge_follow(w, from, m))
		return;
	txn_layer_receive(w->txn, from, m);
}

void edge_worker_flow_closed(struct edge_worker *w, const struct flow *f)
{
	if (!atomic_load_explicit(&w->edge->stopping, memory_order_relaxed))
		txn_layer_flow_closed(w->txn, f);
}

void edge_worker_fault(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m, const struct sip_fault *fault)
{
	if (fault->status == 0) {
		edge_tally_add(&w->tally.unanswerable);
		return;
	}
	edge_tally_add(&w->tally.malformed);
	txn_refuse(w->txn, from, m, fault->status, fault->reason);
}

void edge_worker_take(struct edge_worker *w, const struct flow *from, struct text bytes)
{
	struct sip_msg m;
	struct sip_fault fault;
	unsigned owner;

	edge_tally_add(&w->tally.messages);
	if (edge_again(w, from, bytes))
		return;
	if (sip_msg_decode(bytes, &m, &fault) < 0) {
		edge_worker_fault(w, from, &m, &fault);
		return;
	}
	owner = edge_owner(w->edge, w->index, &m);
	if (owner == w->index)
		edge_worker_receive(w, from, &m);
	else
		edge_handover(w, owner, from, m.bytes);
}
