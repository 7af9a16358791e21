/* SPDX-License-Identifier: Apache-2.0 */
/* txn/machine.h - What the four transactions share: events, timers with the RFC's
 * letters, states as tables. Internal to txn/ and its tests. */
#ifndef TXN_MACHINE_H
#define TXN_MACHINE_H

#include "base/table.h"
#include "loop/loop.h"
#include "net/flow.h"
#include "sip/msg.h"

struct txn;
struct txn_layer;

enum txn_event {
	EV_NONE,
	/* from the network */
	EV_1XX,
	EV_2XX,
	EV_FAILURE, /* 300-699 */
	EV_REQUEST, /* resent */
	EV_ACK,
	EV_CANCEL,
	EV_TRANSPORT, /* net_send failed, or the connection is gone */
	/* from the user */
	EV_SEND_1XX,
	EV_SEND_2XX,
	EV_SEND_FAILURE, /* 300-699 */
	EV_GIVE_UP,      /* CANCEL this INVITE */
	EV_FORGET, /* nobody is interested any more; a state without a cell goes on */
	/* RFC 3261 table 4, RFC 6026 */
	TIMER_A,
	TIMER_B,
	TIMER_C,
	TIMER_D,
	TIMER_E,
	TIMER_F,
	TIMER_G,
	TIMER_H,
	TIMER_I,
	TIMER_J,
	TIMER_K,
	TIMER_L,
	TIMER_M,
	TIMER_TRYING, /* the 200 ms before 100 (17.2.1) */
	TIMER_CANCEL, /* the 64*T1 after CANCEL (9.1) */
	TXN_EVENTS,
	TIMER_KEEP = TXN_EVENTS, /* in a state's row: let it run */
};

/* What comes with an event: a message, or the response that the user sends. */
struct txn_input {
	const struct flow *from;
	const struct sip_msg *msg;
	struct text text;
	unsigned status;
};

struct txn_state {
	const char *name;
	enum txn_event resend, deadline; /* started on entry; EV_NONE: stopped */
	void (*on[TXN_EVENTS])(struct txn *, const struct txn_input *);
};

enum { TXN_TERMINATED }; /* state 0 of every machine; its row is empty */

enum txn_outcome {
	TXN_DONE,    /* as the RFC wants it */
	TXN_EXPIRED, /* timer B, F, H, or the one of CANCEL */
	TXN_BROKEN,  /* the transport failed */
	TXN_DROPPED, /* the layer ends: no callback */
};

struct txn_machine {
	const char *name;
	const struct txn_state *states;
	unsigned state_count;
	/* Takes it out of the tables. */
	void (*unlink)(struct txn *);
	/* Tells the user and frees. */
	void (*end)(struct txn *, enum txn_outcome);
};

extern const struct txn_machine txn_machine_invite_client, txn_machine_client,
	txn_machine_invite_server, txn_machine_server;

struct txn {
	struct txn_layer *layer;
	const struct txn_machine *machine;
	unsigned state;
	uint32_t interval_ms; /* of the running resend timer */
	enum txn_event resend_event, deadline_event;
	struct timer resend, deadline;
	struct flow flow;
	struct table_node conn; /* of streams, by connection */
	bool linked;            /* conn is in its table */
};

/* Fills in what is shared and counts it; no state yet. */
void txn_init(struct txn *t, struct txn_layer *l, const struct txn_machine *m,
	      const struct flow *f);
/* False: an empty cell; counted, ignored. The transaction may be gone afterwards. */
bool txn_event(struct txn *t, enum txn_event ev, const struct txn_input *in);
/* The only function that changes a state: starts the timers that belong to it. */
void txn_enter(struct txn *t, unsigned state);
/* Terminated: t is gone. */
void txn_end(struct txn *t, enum txn_outcome outcome);
/* EV_TRANSPORT in the next turn, never inline. */
void txn_fail(struct txn *t);
/* The deadline comes in the next turn, as that timer. */
void txn_deadline_now(struct txn *t, enum txn_event timer);
/* EV_FORGET, where the state knows it. */
void txn_forgotten(struct txn *t);

void txn_deadline_start(struct txn *t, enum txn_event timer);
/* Starts the resend timer again: twice as long, up to its bound (T2, or none). */
void txn_resend_again(struct txn *t);
/* The same, at T2 at once (non-INVITE in Proceeding). */
void txn_resend_slowly(struct txn *t);
/* Length of a timer; -1: it does not run on such a transport. */
int64_t txn_timer_ms(const struct txn_layer *l, enum txn_event timer, bool reliable);

#endif
