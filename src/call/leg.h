/* SPDX-License-Identifier: Apache-2.0 */
/* call/leg.h - A dialog: what it remembers, and the requests inside it (RFC 3261 12). */
#ifndef CALL_LEG_H
#define CALL_LEG_H

#include "call/room.h"

/* A leg with a fresh local tag, in its call. NULL: no memory. */
struct leg *leg_new(struct call *c, const struct flow *flow);
/* Makes it a trunk's and one of its calls (calls_max). False: the trunk has as many as it
 * may; must_pass is let through all the same. */
bool leg_count(struct leg *l, unsigned trunk, bool must_pass);
/* Forgets its transactions. */
void leg_free(struct leg *l);
/* Its INVITE was accepted and acknowledged: the transaction absorbs what comes again for as
 * long as the leg, or as itself. */
void leg_keep_acked(struct leg *l, struct txn_server *t);
/* Ends without a word; the transactions run out. */
void leg_gone(struct leg *l);
/* True when nothing needs it any more. */
bool leg_idle(const struct leg *l);
/* Only its INVITE, which has its 2xx, is not over yet. */
bool leg_lingers(const struct leg *l);
/* The other one of the two that talk; NULL: there is none (yet). */
struct leg *leg_other(const struct leg *l);
/* An INVITE of the peer (of ours) is not over yet: until then neither side may start anew
 * (14.2). A 2xx without its ACK counts as well. */
bool leg_peer_invites(const struct leg *l);
bool leg_awaits_ack(const struct leg *l);
bool leg_we_invite(const struct leg *l);
/* Another local tag, that one or a fresh one (NULL): another dialog out of the same INVITE. */
void leg_retag(struct leg *l, const char *tag);
/* A device is at that flow: it registered there. */
bool leg_registered_at(const struct leg *l, const struct flow *flow);
/* A device's request has come by that flow, and it has shown that it is the one: what it is
 * sent goes there from now on. Its target moves by leg_refresh alone (12.2.2). */
void leg_follow(struct leg *l, const struct flow *from);
unsigned leg_t1_ms(const struct leg *l);

/* Takes tag, target and route set from the first INVITE of the peer (12.1.1) or the 2xx
 * to ours (12.1.2). A tag may be missing (RFC 2543), in a 2xx the Contact as well.
 * -EBADMSG: no usable Contact, or too long; -ENOMEM. */
int leg_from_request(struct leg *l, const struct sip_msg *m);
int leg_from_response(struct leg *l, const struct sip_msg *m);
/* A re-INVITE or its 2xx moves the target (12.2). */
void leg_refresh(struct leg *l, const struct sip_msg *m);

/* Request line and all headers of a request in the dialog but Content-*; the caller ends
 * it with sip_body. CSeq is as given: leg_next_cseq for a new one. */
void leg_request_begin(struct leg *l, struct buf *b, enum sip_method m, uint32_t cseq);
uint32_t leg_next_cseq(struct leg *l);
/* "<sip:host:port>" for Contact. */
void leg_contact_put(const struct leg *l, struct buf *b);
/* Where requests in the dialog go: a device's flow; a trunk's next hop when that is an
 * address (16.12.1.1), else where its messages come from. */
struct flow leg_next_hop(const struct leg *l);

/* Sends a request of the dialog there, or where the device is now when its connection is
 * gone; as txn_client_new. */
int leg_send(struct leg *l, enum sip_method m, struct text request,
	     const struct txn_client_events *ev, void *arg, struct txn_client **ret);
/* BYE, with the Reason value when it is not empty; the leg is gone. */
void leg_bye(struct leg *l, struct text reason);

#endif
