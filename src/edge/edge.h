/* SPDX-License-Identifier: Apache-2.0 */
/* edge/edge.h - The workers: sockets in, the right room out. A request with a To tag of
 * ours and a response with a branch of ours go to the worker in it, any other request to
 * the worker of its Call-ID's keyed hash, but for REGISTER, which stays where it came in:
 * it outlives nothing, and its repetitions come to the same worker. What lands elsewhere
 * is handed over. */
#ifndef EDGE_EDGE_H
#define EDGE_EDGE_H

#include "auth/auth.h"
#include "call/call.h"
#include "net/socket.h"
#include "registrar/registrar.h"
#include "trunk/trunk.h"

struct edge;

struct edge_config {
	unsigned workers;
	/* workers * listener_count listeners, those of worker 0 first; taken over. */
	const struct net_listener *listeners;
	size_t listener_count;
	struct net_shared shared; /* TLS and whose pages may open a WebSocket */
	const struct clock *clock;
	struct random *random;
	struct id_maker *ids;
	struct account_book *book;
	struct auth *auth;
	struct registrar *registrar;
	struct trunk_set *trunks;
	struct tariff_book *tariffs;
	struct journal *journal;
	struct event_log *events;
	struct media_relay *media;
	enum media_mode media_mode;
	bool onnet_by_trunk; /* call/call.h */
	struct call_policy policy;
	const struct ng_config *rtpengine; /* engines and their count; NULL: none */
	bool media_signal;                 /* as call_config */
	const struct sdp_codecs *codecs;   /* likewise */
	const char *domain;
	const char *country;
	const char *advertise; /* "" : each flow's own address */
	unsigned t1_ms;        /* 0: 500 */
	unsigned ring_s;       /* 0: CALL_RING_S */
	unsigned duration_max_s,
		silence_max_s; /* 0: CALL_DURATION_MAX_S, CALL_SILENCE_MAX_S */
	unsigned session_expires_s, session_min_s; /* 0: CALL_SESSION_EXPIRES_S, 90 */
	bool single_early;        /* callers take one early dialog only */
	struct push *push;        /* may be NULL */
	unsigned wake_s;          /* 0: CALL_WAKE_S */
	unsigned nat_keepalive_s; /* as the registrar's */
	bool require_tls;         /* devices may not sign in or call by UDP or TCP */
	/* Tests on virtual time: all workers (0: one) on this loop and net, no threads; what
	 * comes in comes to the first. Both stay the caller's. */
	struct loop *test_loop;
	struct net *test_net;
};

/* 0, -ENOMEM, -EAGAIN (no thread) or what the sockets said. On error the listeners'
 * descriptors may be closed or not: end the process. Strings and rooms must outlive
 * it. */
int edge_start(const struct edge_config *cfg, struct edge **ret);
/* Ends calls (BYE and CANCEL leave, answers are not waited for), joins the threads. */
void edge_stop(struct edge *e);

/* Sums over all workers, not taken at one instant. */
struct edge_counters {
	uint64_t messages;
	uint64_t unanswerable;     /* dropped: no SIP, or nobody to answer */
	uint64_t malformed;        /* answered 400, 505 ... */
	uint64_t handed_over;      /* to the worker that they belong to */
	uint64_t handover_dropped; /* it had too many waiting */
	uint64_t stray_acks;       /* without To tag, or with a body from elsewhere */
	uint64_t challenged;       /* 401 and 407 */
	uint64_t refused;    /* 403, and 400 to an Authorization that cannot be read */
	uint64_t keepalives; /* datagrams to devices behind a NAT */
	uint64_t transactions, calls; /* live, as of the last second */
};
void edge_count(struct edge *e, struct edge_counters *ret);

/* A worker's share of a job that goes to all of them. The edge's own. */
struct edge_part {
	struct task task;
	struct edge_worker *worker;
	void *job;
	struct call_ended ended;
	unsigned bindings;
	struct call_info *calls;
	size_t count;
	bool failed;
};

/* From the control loop: bindings, ringing and live calls of the credential end on every
 * worker; done is called on "loop" with the sums, never inline. The connections stay:
 * others may use them, and without a credential nothing goes over them. Strike the
 * credential in memory first (account_credential_strike), then nothing new begins
 * meanwhile. */
struct edge_end_job {
	void (*done)(struct edge_end_job *);
	struct loop *loop;
	int64_t credential_id;
	const char *cause;       /* "revoked", "frozen": a constant */
	bool keep_bindings;      /* freeze keeps them */
	unsigned bindings_ended; /* results */
	unsigned calls_ended;
	unsigned calls_spared;
	/* the edge's own: */
	unsigned pending;
	struct edge_part parts[NET_WORKERS_MAX];
};
void edge_end_credential(struct edge *e, struct edge_end_job *job);

/* Live calls of a line (0: all), gathered from every worker. */
struct edge_calls_job {
	void (*done)(struct edge_calls_job *);
	struct loop *loop;
	int64_t line_id;
	struct call_info *calls; /* malloc'd; the caller frees */
	size_t count;
	bool incomplete; /* memory was out */
	/* the edge's own: */
	unsigned pending;
	struct edge_part parts[NET_WORKERS_MAX];
};
void edge_calls(struct edge *e, struct edge_calls_job *job);

#endif
