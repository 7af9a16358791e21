/* SPDX-License-Identifier: Apache-2.0 */
/* call/answer.h - What we answer to a leg's INVITE, the first one or a re-INVITE, and what
 * follows: the 2xx again and again until its ACK (RFC 3261 13.3.1.4). */
#ifndef CALL_ANSWER_H
#define CALL_ANSWER_H

#include "call/room.h"

/* Opens the server transaction. -ENOMEM: refused already, statelessly, with 503. */
int leg_take_invite(struct leg *l, const struct flow *from, const struct sip_msg *m);

struct refusal_text {
	const char *reason;          /* NULL: the RFC's phrase */
	const char *why;             /* of event/diagnosis.h; NULL: nothing is said */
	unsigned retry_after_s;      /* 0: as why says, if it does */
	const struct sip_msg *cross; /* whose headers may cross; NULL: none */
};

/* A final 300-699; what is NULL: nothing of it. Nothing when there is no INVITE open. */
void leg_refuse(struct leg *l, unsigned status, const struct refusal_text *text);
/* 180, 183 ... with the description when it is not empty. */
void leg_progress(struct leg *l, unsigned status, struct text sdp);
/* Writes such a one for the early dialog of that tag, reliable when rseq is not 0. */
void leg_progress_put(struct leg *l, struct buf *b, unsigned status, struct text tag,
		      uint32_t rseq, struct text sdp);
/* 200; the description may be empty. Again until leg_acked. */
int leg_accept(struct leg *l, struct text sdp);
/* An ACK came in. True when it is for the 2xx that waited for one. */
bool leg_acked(struct leg *l, const struct sip_msg *m);

/* Answers a request in the dialog that is no INVITE; a 2xx with Contact. */
void leg_answer(struct leg *l, const struct flow *from, const struct sip_msg *m,
		unsigned status);
/* 500 with a Retry-After of up to 10 s (14.2, RFC 3311 5.2), to an INVITE as well. */
void leg_answer_later(struct leg *l, const struct flow *from, const struct sip_msg *m);

/* Waits for no ACK any more: the dialog is over. */
void leg_stop_waiting(struct leg *l);

/* The INVITE of ours went where the peer is no more, and it has begun one of its own: another may
 * be sent. A 2xx that comes all the same is acknowledged. */
void leg_leave_invite(struct leg *l);
/* True: t is one that was left; m is its response, NULL: there is none. */
bool leg_left_invite(struct leg *l, struct txn_client *t, const struct sip_msg *m);

/* The ACK of the 2xx to our INVITE, and again when that 2xx comes again. */
void leg_send_ack(struct leg *l, struct text sdp);
void leg_send_ack_again(struct leg *l);

#endif
