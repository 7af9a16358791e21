/* SPDX-License-Identifier: Apache-2.0 */
/* call/room.h - Engine, call and leg from inside. The engine owns its calls, a call its
 * legs; a leg is one dialog (RFC 3261 section 12). Nothing is freed inside a callback:
 * what has ended is swept by a timer of 0 ms. */
#ifndef CALL_ROOM_H
#define CALL_ROOM_H

#include "base/list.h"
#include "base/table.h"
#include "call/call.h"

#define CALL_US 1000000LL

enum {
	CALL_LEG_TEXT_MAX = 1024,   /* bytes of a peer's tag, Call-ID, URI */
	CALL_LEG_ROUTES_MAX = 4096, /* bytes of a route set */
	CALL_RELAYS_MAX = 8,        /* INFOs under way in one call */
	CALL_TARGETS_MAX = 16,      /* trunk addresses tried for one call */
};

struct call_engine {
	struct call_config cfg; /* with the defaults filled in */
	struct table legs;      /* by local tag */
	struct list calls;
	size_t count; /* calls that are not over */
	bool ending;
};

enum leg_state {
	LEG_CALLING,   /* the first INVITE has no final response yet */
	LEG_CONFIRMED, /* it has a 2xx */
	LEG_GONE,      /* refused, or BYE passed; a transaction may still run */
};

struct leg {
	struct table_node node; /* engine->legs */
	struct list in_call;    /* call->legs */
	struct call *call;
	enum leg_state state;
	bool ours;             /* we sent the first INVITE */
	bool given_up;         /* and cancelled it, or it counts as failed */
	int trunk;             /* its index, -1: a device */
	int64_t credential_id; /* of the device, 0: a trunk */
	struct flow flow;

	/* the dialog; texts are malloc'd, NULL: not known yet */
	char local_tag[TXN_TOKEN_SIZE];
	char *remote_tag;
	char *call_id;
	char *local;                 /* From (To) of ours, as name-addr without tag */
	char *remote;                /* the peer's */
	char *target;                /* Request-URI for it */
	char *routes;                /* Route value, NULL: none */
	struct challenge *challenge; /* of a trunk, that we answer; NULL: none */
	uint32_t local_cseq;
	uint32_t remote_cseq;
	bool remote_cseq_known;

	/* Where it receives media, told to the relay; malloc'd */
	char *sdp_agreed;  /* what an exchange ended with */
	char *sdp_pending; /* offered or answered in one that has not ended */

	/* An INVITE of the peer: the first one or a re-INVITE. */
	struct txn_server *server;
	bool server_answered; /* finally; a 2xx waits for its ACK */
	uint32_t server_cseq;
	struct buf answer; /* the 2xx, until its ACK (13.3.1.4) */
	struct timer resend;
	unsigned resend_ms, resent_ms;
	bool bye_after_ack;

	/* An INVITE of ours. */
	struct txn_client *client;
	bool client_answered;
	uint32_t client_cseq;
	bool ack_held;  /* the ACK waits for the other side's (late offer) */
	struct buf ack; /* for resent 2xx */
};

/* What is offered to a trunk or shown to a callee about the caller. */
struct identity {
	char number[DESTINATION_SIZE]; /* empty: not known */
	bool private;
	char location[ROW_REF_SIZE]; /* a URI, for an emergency call; empty: none */
};

enum call_phase {
	CALL_TRYING, /* nobody has answered */
	CALL_LIVE,
	CALL_OVER, /* booked; its last transactions run out */
};

struct call {
	struct list node; /* engine->calls */
	struct call_engine *engine;
	int64_t id; /* of the CDR; of the calling line's when there are two */
	enum call_phase phase;
	bool emergency;
	bool sdp_offered; /* the caller's INVITE brought an offer */
	uint32_t max_forwards;
	struct leg *caller;
	struct leg *callee; /* who answered */
	struct list legs;   /* all, the caller's too */
	struct list relays;
	unsigned relay_count, branch_count;
	struct timer ring;     /* nobody answers */
	struct timer patience; /* a trunk says nothing while there is another */
	struct timer limit;    /* maximum duration */
	struct timer silence;  /* looks whether media still comes */
	int64_t held_us;       /* monotonic: when it was seen on hold last, 0: never */
	struct timer beat; /* to the caller while it rings, to the journal while live */
	struct timer sweep;

	struct identity identity;
	struct destination to;
	struct trunk_target *targets; /* malloc'd; NULL: the callee is a line */
	size_t target_count, target_at;

	struct quote quote;
	struct cdr_row *out; /* of the calling line; NULL: from a trunk */
	struct cdr_row *in;  /* of the called line; NULL: to a trunk */
	int64_t answered_us; /* monotonic: a duration must not follow the wall clock */

	unsigned best_status; /* of the branches that failed, 0: none */
	uint32_t best_retry_after_s;
	unsigned shown_status; /* last provisional response to the caller */
	struct buf shown_sdp;  /* what the caller was told in it */
	struct leg *shown_leg;

	struct media_session *media;
};

/* engine.c */
struct call *call_new(struct call_engine *e);
struct leg *call_leg_of(struct call_engine *e, struct text local_tag);
/* Looks soon whether something can be freed. */
void call_sweep_soon(struct call *c);
void call_notify(struct call *c);
int64_t call_wall_us(const struct call *c);

#endif
