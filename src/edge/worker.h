/* SPDX-License-Identifier: Apache-2.0 */
/* edge/worker.h - One worker: a thread with its loop, sockets, transactions and calls.
 * Internal to edge/. */
#ifndef EDGE_WORKER_H
#define EDGE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "edge/edge.h"
#include "trunk/keeper.h"

enum { HANDOVER_WAITING_MAX = 20000 /* messages on their way to one worker */ };

struct familiars;
struct handover_batch;
struct diagnosis;

/* Written by the worker, read by anyone. */
struct edge_tally {
	_Atomic uint64_t messages, unanswerable, malformed, handed_over, handover_dropped,
		stray_acks, challenged, refused, keepalives, transactions, calls;
};

/* The lines that strangers have caused in this second. */
struct edge_quota {
	int64_t since_us; /* monotonic */
	unsigned lines;
	uint64_t dropped;
};

struct edge_worker {
	struct edge *edge;
	unsigned index;
	struct loop *loop;
	struct net *net;
	struct txn_layer *txn;
	struct rtpengine *rtpengine; /* NULL: none is configured */
	struct familiars *familiars; /* familiar.h */
	struct call_engine *calls;
	struct trunk_keeper *trunks; /* of the first worker; NULL: another */
	pthread_t thread;
	bool threaded;
	struct handover_batch *out[NET_WORKERS_MAX]; /* filled in this turn */
	struct task flush;
	bool flush_deferred;
	_Atomic unsigned waiting; /* messages handed to this worker, not yet seen */
	struct edge_tally tally;
	struct edge_quota strangers;
	struct timer keepalive;
	unsigned keepalive_shard;
	struct timer levels; /* brings the live numbers into the tally */
};

struct edge {
	struct edge_config cfg;
	struct net_group *group;
	unsigned worker_count;
	uint8_t hash_key[16];
	struct call_moves *moves; /* NULL: there is one worker */
	_Atomic bool stopping;    /* what comes now is dropped */
	struct edge_worker workers[];
};

static inline void edge_tally_add(_Atomic uint64_t *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

/* worker.c */
int edge_worker_open(struct edge_worker *w);
int edge_worker_start(struct edge_worker *w);
void edge_worker_stop(struct edge_worker *w);      /* joins */
void edge_worker_end_calls(struct edge_worker *w); /* when all have stopped */
void edge_worker_close(struct edge_worker *w);
/* A whole message that came in here: to its owner. */
void edge_worker_take(struct edge_worker *w, const struct flow *from, struct text bytes);
/* A whole message that belongs here. */
void edge_worker_receive(struct edge_worker *w, const struct flow *from,
			 const struct sip_msg *m);
void edge_worker_levels(struct edge_worker *w);
void edge_worker_flow_closed(struct edge_worker *w, const struct flow *f);
/* Answers a message that is none. */
void edge_worker_fault(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m, const struct sip_fault *fault);
/* host[:port] of ours for Via and Contact on that flow; arg is the worker. */
void edge_own_host(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE]);

/* owner.c: index of the worker that m belongs to; here: where it came in. */
unsigned edge_owner(const struct edge *e, unsigned here, const struct sip_msg *m);
/* True: the dialog of that request has gone to another worker, which gets it. */
bool edge_follow(struct edge_worker *w, const struct flow *from, const struct sip_msg *m);

/* keepalive.c: begins, when there are any to send. */
void edge_keepalive_start(struct edge_worker *w);

/* stream.c: events.data of connections (net/net.h); of a WebSocket, one message. */
ptrdiff_t edge_stream(struct edge_worker *w, const struct flow *from, struct text bytes);
ptrdiff_t edge_websocket(struct edge_worker *w, const struct flow *from,
			 struct text message);

/* handover.c */
void edge_handover(struct edge_worker *w, unsigned to, const struct flow *from,
		   struct text bytes);
/* Tells every other worker. */
void edge_handover_closed(struct edge_worker *w, const struct flow *f);
void edge_handover_drop(struct edge_worker *w); /* what was not sent on yet */

/* dispatch.c: txn_layer_events.request. */
void edge_dispatch(void *arg, const struct flow *from, const struct sip_msg *m);

/* check.c: true when the request was refused. */
bool edge_check(struct edge_worker *w, const struct flow *from, const struct sip_msg *m);
bool edge_check_extensions(struct edge_worker *w, const struct flow *from,
			   const struct sip_msg *m);
/* moved.c. True: it comes from where its dialog's peer is, as far as is known. */
bool edge_is_source(struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m);
/* True: a request in a dialog comes from its peer; else it was answered. */
bool edge_check_source(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m);
/* txn/ours.h, by the edge's names. */
bool edge_is_ours(const struct edge_worker *w, const struct flow *from,
		  const struct sip_uri *uri);

/* answer.c: answers without state. */
/* With one more header when the name is not empty. */
void edge_answer(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		 unsigned status, struct text name, struct text value);
/* With what the device shall hear of it; NULL: nothing. Only once its digest verified. */
void edge_answer_why(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m, unsigned status,
		     const struct diagnosis *why);
void edge_answer_allow(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m, unsigned status);
void edge_challenge(struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m, bool proxy,
		    const struct auth_result *result);
void edge_options(struct edge_worker *w, const struct flow *from,
		  const struct sip_msg *m);

/* register.c, invite.c */
void edge_register(struct edge_worker *w, const struct flow *from,
		   const struct sip_msg *m);
void edge_invite(struct edge_worker *w, const struct flow *from, const struct sip_msg *m);

/* "edge.require_tls", and this is not. */
static inline bool edge_lacks_tls(const struct edge_worker *w, const struct flow *from)
{
	return w->edge->cfg.require_tls && from->transport != TRANSPORT_TLS &&
	       from->transport != TRANSPORT_WSS;
}

/* invite.c: an INVITE to an emergency number. */
bool edge_is_emergency(const struct edge_worker *w, const struct sip_msg *m);

/* verdict.c: what both have to say when the digest was not right. True when it was, and
 * the request goes on. */
bool edge_verdict(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		  bool proxy, const struct auth_result *result);
/* Refuses one whose digest was right, with a word of event/diagnosis.h. */
void edge_refuse(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		 enum sip_header_id header, const struct auth_result *result,
		 unsigned status, const char *reason);
/* One line for one decision, and the customer is told (diagnose.h). The event "refresh" is
 * for level debug: there are thousands in a second. */
void edge_log(struct edge_worker *w, const char *event, const struct flow *from,
	      const struct sip_msg *m, enum sip_header_id header,
	      const struct auth_result *result, unsigned status, const char *reason);

/* Likewise, of one that was refused before anybody asked who sent it. */
void edge_log_refused(struct edge_worker *w, const struct flow *from,
		      const struct sip_msg *m, const char *reason);
/* Lines about requests of strangers are bounded; says how many were left out in the
 * second that is over. */
void edge_log_dropped(struct edge_worker *w);

#endif
