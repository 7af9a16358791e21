/* SPDX-License-Identifier: Apache-2.0 */
/* edge/edge.h - The workers: sockets in, the right room out. A request that carries a
 * token of ours goes to the worker in it, any other to the worker of its Call-ID's hash;
 * what lands elsewhere is handed over. */
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
	enum call_media_mode media_mode;
	const char *domain;
	const char *country;
	const char *advertise; /* "" : each flow's own address */
	unsigned t1_ms;        /* 0: 500 */
	/* Tests on virtual time: one worker on this loop and net, no threads. */
	struct loop *test_loop;
	struct net *test_net;
};

int edge_start(const struct edge_config *cfg, struct edge **ret);
/* Ends calls, joins the threads. */
void edge_stop(struct edge *e);

/* From the control loop: bindings, flows, ringing and live calls of the credential end on
 * every worker; done is called on "loop" with the sums. */
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
};
void edge_end_credential(struct edge *e, struct edge_end_job *job);

/* Live calls of a line (0: all), gathered from every worker. */
struct edge_calls_job {
	void (*done)(struct edge_calls_job *);
	struct loop *loop;
	int64_t line_id;
	struct call_info *calls; /* malloc'd; the caller frees */
	size_t count;
	/* the edge's own: */
	unsigned pending;
};
void edge_calls(struct edge *e, struct edge_calls_job *job);

#endif
