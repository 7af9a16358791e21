/* SPDX-License-Identifier: Apache-2.0 */
/* call/room.h - Engine, call and leg from inside. The engine owns its calls, a call its
 * legs; a leg is one dialog (RFC 3261 section 12). Nothing is freed inside a callback:
 * what has ended is swept by a timer of 0 ms. */
#ifndef CALL_ROOM_H
#define CALL_ROOM_H

#include "base/list.h"
#include "base/table.h"
#include "call/call.h"
#include "trunk/digest.h"

#define CALL_US 1000000LL

enum {
	CALL_LEG_TEXT_MAX = 1024,       /* bytes of a peer's tag, Call-ID, URI */
	CALL_LEG_ROUTES_MAX = 4096,     /* bytes of a route set */
	CALL_RELAYS_MAX = 8,            /* INFOs under way in one call */
	CALL_TARGETS_MAX = 32,          /* trunk addresses tried for one call */
	CALL_FORWARDS_MAX = 5,          /* times that one call goes on elsewhere */
	CALL_FORWARDS_RINGING_MAX = 32, /* of one line at once, with one worker */
};

struct call_engine {
	struct call_config cfg; /* with the defaults filled in */
	struct table legs;      /* by local tag */
	struct table earlies;   /* early.c: by a tag of their own */
	struct table forwards;  /* diversion.c: of calls that nobody has answered */
	struct list calls;
	struct list fetches; /* fetch.c: asked other workers */
	size_t count;        /* calls that are not over */
	bool ending;
};

enum leg_state {
	LEG_CALLING,   /* the first INVITE has no final response yet */
	LEG_CONFIRMED, /* it has a 2xx */
	LEG_GONE,      /* refused, or BYE passed; a transaction may still run */
};

/* How media reaches a leg that is not the caller's; decided with its first description. */
enum leg_media { LEG_MEDIA_OPEN, LEG_MEDIA_DIRECT, LEG_MEDIA_RELAY, LEG_MEDIA_RTPENGINE };

struct leg {
	struct table_node node; /* engine->legs */
	struct list in_call;    /* call->legs */
	struct call *call;
	enum leg_state state;
	bool ours;             /* we sent the first INVITE */
	bool given_up;         /* and cancelled it, or it counts as failed */
	int trunk;             /* its index, -1: a device */
	bool counted;          /* among the trunk's calls */
	bool sips;             /* it called us by a SIPS URI */
	int64_t credential_id; /* of the device, 0: a trunk */
	uint32_t generation;   /* the credential's, when the leg began */
	bool bound;            /* its flow is where the device registered */
	char *instance;        /* of a device that has several flows; malloc'd, or NULL */
	struct flow flow;

	/* the dialog; texts are malloc'd, NULL: not known yet */
	char local_tag[TXN_TOKEN_SIZE];
	char *remote_tag;
	char *call_id;
	char *local;                    /* From (To) of ours, as name-addr without tag */
	char *remote;                   /* the peer's */
	char *target;                   /* Request-URI for it */
	char *routes;                   /* Route value, NULL: none */
	struct trunk_digest *challenge; /* of a trunk, that we answer; NULL: none */
	uint32_t local_cseq;
	uint32_t remote_cseq;
	bool remote_cseq_known;
	uint32_t invite_cseq; /* of the peer's first INVITE */
	bool allows_update;

	/* Where it receives media, told to the relay; malloc'd */
	char *sdp_told;    /* what it was told and holds, when it does not take UPDATE */
	char *sdp_telling; /* told in an exchange that has not ended */
	char *sdp_agreed;  /* what an exchange ended with */
	char *sdp_pending; /* offered or answered in one that has not ended */
	/* Of a leg that is not the caller's: a branch's own in the relay, until it is the
	 * callee; in rtpengine for good. */
	struct media_session *media;
	enum leg_media via;
	/* Of a branch: who behind it is meant, and who has described himself last (early_who);
	 * 0: nobody yet. */
	uint64_t answerer, described;
	struct list waiting; /* await.c: messages that rtpengine is asked about */
	bool resuming;       /* one of them is being dealt with */

	/* An INVITE of the peer: the first one or a re-INVITE. */
	struct txn_server *server;
	bool server_answered;     /* finally; a 2xx waits for its ACK */
	struct txn_server *acked; /* its 2xx has it: absorbs what comes again; NULL */
	uint32_t server_cseq;
	struct buf answer; /* the 2xx, until its ACK (13.3.1.4) */
	struct timer resend;
	unsigned resend_ms, resent_ms;
	bool bye_after_ack;

	/* An INVITE of ours. */
	struct txn_client *client;
	bool client_answered;
	bool client_astray; /* the peer has moved since it was sent */
	uint32_t client_cseq;
	struct txn_client *left;  /* one that nobody waits for any more; NULL */
	bool ack_held;            /* the ACK waits for the other side's (late offer) */
	struct buf ack;           /* for resent 2xx */
	struct leg_offer *offer;  /* a re-INVITE that we began ourselves; NULL: none */
	struct txn_client *bye;   /* that we sent, until it is answered */
	struct refer_wait *refer; /* one of its REFERs waits for another worker; NULL */
	struct move *move;        /* moves.c: it is not where its tag says; NULL */

	/* session_timer.c */
	struct timer session;
	uint32_t session_s, session_min_s; /* 0: no timer; least that the peer wants */
	bool session_ours, session_due;    /* we refresh; at the timer's next end */
	unsigned session_tries;
	struct txn_client *session_client;
};

/* One CDR of a call: of the line that calls, or forwards, and pays; of a line that is
 * called. */
struct book {
	struct list node; /* call->books */
	struct cdr_row row;
	struct quote quote;  /* of a CALL_OUT */
	int64_t answered_us; /* monotonic: a duration must not follow the wall clock */
};

/* Of a line that is called, when not all are meant. */
struct one_device {
	bool meant;
	struct gruu gruu;
};

/* The call was for that number and went on elsewhere. */
struct diversion {
	struct list node;          /* call->diversions */
	struct table_node ringing; /* engine->forwards, by the line's id */
	bool rings;                /* it is in there */
	char number[DESTINATION_SIZE];
	int64_t line_id; /* 0: none of ours, a trunk says so */
	unsigned reason; /* enum diversion_reason */
	unsigned counter;
	bool private;
};

/* What is offered to a trunk or shown to a callee about the caller. */
struct identity {
	char number[DESTINATION_SIZE]; /* empty: not known */
	bool private;
	char location[ROW_REF_SIZE]; /* registered, for an emergency call; empty: none */
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
	bool single;      /* the caller takes one early dialog only */
	bool caller_reliable, caller_demands_reliable; /* RFC 3262 */
	uint32_t max_forwards;
	struct leg *caller;
	struct leg *callee; /* who answered */
	struct list legs;   /* all, the caller's too */
	struct list relays;
	struct list earlies;
	struct list updates;
	unsigned relay_count, branch_count;
	struct timer ring;     /* nobody answers */
	struct timer patience; /* a trunk says nothing while there is another */
	struct timer limit;    /* maximum duration */
	struct timer silence;  /* looks whether media still comes */
	int64_t held_us;       /* monotonic: when it was seen on hold last, 0: never */
	struct timer beat; /* to the caller while it rings, to the journal while live */
	struct timer sweep;
	bool lingered; /* engine.c: over, and waited for what may still come */

	struct identity identity;
	struct destination to;
	struct trunk_target *targets; /* malloc'd; NULL: the callee is a line */
	size_t target_count, target_at;
	struct binding *flows; /* further ones of devices that ring; malloc'd */
	size_t flow_count;
	struct one_device device;
	struct list sleepers; /* wake.c */
	struct timer wake;
	struct registrar_wait *wait;

	struct quote quote; /* of the calling line */
	struct list books;
	struct book *rings;     /* of the line that rings, or rang last; NULL: none */
	struct list diversions; /* the first one first */
	unsigned diversion_count, diverted; /* ours; all, as their counters say */
	int64_t called_line; /* that rings, and may forward; 0: a trunk rings */
	unsigned ring_s;     /* and for how long; 0: as configured */

	unsigned best_status; /* of the branches that failed, 0: none */
	uint32_t best_retry_after_s;
	unsigned shown_status; /* last provisional response to the caller */
	uint32_t rseq;         /* of the caller's one early dialog */
	bool answer_held;      /* the 200 waits for a PRACK */
	struct buf answer_sdp; /* what will be in it */

	struct transfer *transfer; /* that takes a leg of it elsewhere, or here; NULL */
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
