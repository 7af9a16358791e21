/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/house.h - The real stack on virtual time: an edge, of one worker else, with all its
 * rooms over a SQLite store in a directory of its own; fake are the clock, the random
 * source and the network. */
#ifndef SCENARIO_HOUSE_H
#define SCENARIO_HOUSE_H

#include "account/create.h"
#include "auth/auth.h"
#include "edge/edge.h"
#include "fake/clock.h"
#include "fake/net.h"
#include "fake/random.h"
#include "rating/journal.h"
#include "scenario/engine.h"
#include "scenario/play.h"

enum { HOUSE_CREDENTIALS_MAX = 64, HOUSE_PASSWORD_SIZE = 64 };

struct house_credential {
	char name[64]; /* in the play */
	int64_t id;
	char auth_name[ROW_AUTH_NAME_SIZE];
	char password[HOUSE_PASSWORD_SIZE];
	char number[E164_SIZE];
};

struct house {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct fake_net *net;
	char dir[64];
	const char *domain;
	const char *advertise;
	unsigned ring_s, session_s, t1_ms, keepalive_s, workers;
	bool single_early;
	bool onnet_by_trunk;
	struct call_policy policy;
	struct sdp_codecs codecs;           /* none: all */
	struct push_provider push_provider; /* "push" */
	struct push *push;
	struct house_push {
		char json[1024]; /* the last one sent, "": none */
		int error;       /* what the webhook answers */
	} pushed;
	struct house_engine {
		enum media_mode mode;
		struct ng_config ng;
		struct test_engine engine;
		char asked[4096]; /* what it was told last */
		bool closed;
	} media;
	struct addr_network path_from; /* bits 0: nobody */
	bool require_tls;
	struct id_maker *ids;
	struct store *store;
	struct vault *vault;
	struct house_credential credentials[HOUSE_CREDENTIALS_MAX];
	unsigned credential_count;
	struct trunk_config trunks[TRUNKS_MAX];
	unsigned trunk_count;
	/* when the curtain is up */
	struct event_log *events;
	struct account_book *book;
	struct auth *auth;
	struct registrar *registrar;
	struct trunk_set *trunk_set;
	struct tariff_book *tariffs;
	struct journal *journal;
	struct account_desk *desk;
	struct edge *edge;
};

void house_open(struct house *h);
/* Rows are there; the rooms open. */
void house_raise_curtain(struct house *h, const struct statement *at);
void house_close(struct house *h);
/* Lets that much time pass. */
void house_pass(struct house *h, int64_t us);

struct house_credential *house_credential(struct house *h, const struct statement *at,
					  const char *name);

/* Statements before the curtain: customer, product, line ... False: it is none. */
bool house_furnish(struct house *h, const struct statement *s);

/* Runs a job on the store; fn has what job.arg says. */
struct house_job {
	struct store_job job;
	int (*fn)(struct store_db *db, void *arg);
	void *arg;
};
int house_ask(struct house *h, enum store_kind kind,
	      int (*fn)(struct store_db *db, void *arg), void *arg);

/* Ends the credential's calls (and bindings) as freeze or revoke do. */
void house_set_status(struct house *h, const struct statement *at,
		      struct house_credential *c, enum credential_status status);

#endif
