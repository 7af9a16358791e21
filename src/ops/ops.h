/* SPDX-License-Identifier: Apache-2.0 */
/* ops/ops.h - The core's desk: takes requests (ops/frame.h) from the web process and from
 * the operator, checks who asks, runs the operation, answers. On the control loop; what
 * is not running (edge, registrar, sms ... NULL) is simply not there, so that the CLI can
 * do the same on the store alone. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "account/create.h"
#include "account/import.h"
#include "edge/edge.h"
#include "event/event.h"
#include "loop/pool.h"
#include "notify/sms.h"
#include "ops/op.h"
#include "rating/journal.h"
#include "rating/tariff.h"
#include "registrar/registrar.h"
#include "trunk/trunk.h"

struct consent_texts;

struct ops_config {
	struct loop *loop;
	const struct clock *clock;
	struct random *random;
	struct id_maker *ids;
	struct pool *pool; /* password hashes, imports */
	struct store *store;
	struct account_book *book;
	struct account_desk *desk;
	const struct vault *vault;
	struct event_log *events;
	struct registrar *registrar; /* NULL without a running server, */
	struct edge *edge;           /* like this, */
	struct trunk_set *trunks;
	struct journal *journal;             /* this */
	struct sms *sms;                     /* and this */
	const struct consent_texts *consent; /* NULL: no portal */
	const char *domain;
	const char *realm;
	const char *country;
	const char *timezone;
	const char *currency;
	unsigned code_s;         /* how long a code lives; 0: CODE_LIFE_S */
	const char *portal_host; /* of the sign-in message's last line: "@host #code" */
	const char *proxy_host;  /* what a device is told; "": the domain */
	uint16_t proxy_port;
	const char *version;
	bool (*reload)(void *arg, char reason[200]); /* NULL: nothing to reload */
	void *reload_arg;
};

struct ops;

int ops_new(const struct ops_config *cfg, struct ops **ret);
/* Calls under way are let go without an answer. The pool's, the messages' and the edge's
 * threads have ended before; store, desk and event log are there still. */
void ops_free(struct ops *o);

enum ops_front { OPS_WEB, OPS_ADMIN };

/* Where an answer goes. answer and event are borrowed and hold the request's id; answered
 * may come inside ops_ask. */
struct ops_reply {
	void (*answered)(struct ops_reply *, const json_t *answer);
	void (*event)(struct ops_reply *, const json_t *event);
	struct op_call *call; /* ops' own */
};

/* request is a frame as in ops/frame.h; file is a descriptor that came with it (ops
 * closes it) or -1. reply lives until answered, or until ops_cancel. */
void ops_ask(struct ops *o, const json_t *request, int file, enum ops_front front,
	     struct ops_reply *reply);
/* Nobody waits for it any more; streams end. reply is the caller's again. */
void ops_cancel(struct ops *o, struct ops_reply *reply);

#endif
