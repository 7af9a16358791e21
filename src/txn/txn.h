/* SPDX-License-Identifier: Apache-2.0 */
/* txn/txn.h - Transactions (RFC 3261 section 17, RFC 6026) and the matching of messages
 * to them (17.1.3, 17.2.3, 18). One layer per edge worker; everything here belongs to
 * that worker's thread.
 *
 * The transaction user writes whole messages (sip/encode.h) without the topmost Via; the
 * layer adds it, mints the branch, resends, and answers what the RFC lets it answer
 * alone: 100 after 200 ms, ACK for 300-699, 200 for a CANCEL that matches. */
#ifndef TXN_TXN_H
#define TXN_TXN_H

#include "base/random.h"
#include "loop/loop.h"
#include "net/net.h"
#include "sip/encode.h"
#include "sip/msg.h"

enum {
	TXN_TOKEN_SIZE = 24,
	TXN_TRANSACTIONS_MAX = 200000, /* without what was answered by txn_answer */
};

struct txn_layer;
struct txn_server; /* INVITE or non-INVITE server transaction */
struct txn_client; /* INVITE or non-INVITE client transaction */

struct txn_layer_events {
	/* A request that matches no transaction, ACK for a 2xx among them. Answer with
	 * txn_reply (stateless) or make a txn_server of it, now. A CANCEL that matches
	 * nothing is answered 481 by the layer and not shown. */
	void (*request)(void *arg, const struct flow *from, const struct sip_msg *m);
};

struct txn_config {
	struct loop *loop;
	struct net *net; /* net_send; net_connect for a response whose flow is gone */
	struct random *random;
	unsigned worker; /* goes into branches and tags */
	unsigned t1_ms;  /* 0: 500 */
	unsigned t2_ms;  /* 0: 4000 */
	unsigned t4_ms;  /* 0: 5000 */
	/* host[:port] for Via on that flow ("edge.advertise" or the flow's own address);
	 * NULL: the flow's local address. */
	void (*via_host)(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE]);
	struct txn_layer_events events;
	/* Told of each change of state; txn only tells them apart. NULL: nobody. */
	void (*trace)(void *arg, const void *txn, const char *machine, const char *from,
		      const char *to);
	void *arg; /* for events, via_host and trace */
};

struct txn_layer *txn_layer_new(const struct txn_config *cfg);
/* Ends every transaction without a callback. */
void txn_layer_free(struct txn_layer *l);
/* A decoded message that arrived for this worker. */
void txn_layer_receive(struct txn_layer *l, const struct flow *from,
		       const struct sip_msg *m);
/* A connection is gone: client transactions on it fail (TXN_TRANSPORT), server ones
 * answer to the source by a new connection when they can, else end. */
void txn_layer_flow_closed(struct txn_layer *l, const struct flow *f);
size_t txn_layer_count(const struct txn_layer *l); /* live transactions */

struct txn_counters {
	uint64_t requests, responses, retransmissions_in, retransmissions_out, timeouts,
		stray_responses,  /* they match no transaction and are dropped */
		stray_acks,       /* of what was answered without state; dropped */
		ignored,          /* events that mean nothing in their state */
		refused_full,     /* TXN_TRANSACTIONS_MAX was reached */
		replies_too_long; /* not sent: they would have amplified */
};
const struct txn_counters *txn_layer_counters(const struct txn_layer *l);

/* Tags, branches and Call-IDs that we mint begin with our mark and the worker's number.
 * dst gets a token (letters and digits). */
void txn_token(struct txn_layer *l, char dst[TXN_TOKEN_SIZE]);
/* The worker that minted it; -ENOENT when it is none of ours. Takes branches too. */
int txn_token_worker(struct text token, unsigned *ret);

/* The To tag of an answer without state (8.2.7): the same for each repetition, and the
 * layer knows by it the ACK, which it drops. */
void txn_stateless_tag(const struct txn_layer *l, const struct sip_msg *req,
		       char dst[TXN_TOKEN_SIZE]);
/* True when a request that events.request shows has come before by another path (same
 * From tag, Call-ID and CSeq in another transaction): refuse it with 482 (8.2.2.2). */
bool txn_request_merged(const struct txn_layer *l, const struct sip_msg *req);

/* Where a response goes, as txn_reply says below; and whether it has to tell its peer where
 * that seems to be (received). */
void txn_reply_flow(const struct flow *from, const struct sip_via *via, struct flow *ret);
bool txn_source_told(const struct flow *from, const struct sip_via *via);
/* Begins a response: sip_response_begin with received and rport (18.2.1, RFC 3581). */
void txn_response_begin(struct buf *b, const struct flow *from, const struct sip_msg *req,
			unsigned status, const char *reason, struct text to_tag);
/* Sends a response without state, where 18.2.2 says: over the same connection, or to the
 * source address, there to the source port when rport asks for it or a NAT stands between
 * (a sent-by address that is not the source), else to the port in sent-by. maddr is not
 * obeyed: it would let anyone aim our answers. Who asks may be anybody, under anybody's
 * address, so a response of more than TXN_REPLY_TIMES the request's bytes does not leave:
 * -EMSGSIZE; leave something out. 0 or negative errno of net_send. */
enum { TXN_REPLY_TIMES = 2 };
int txn_reply(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
	      struct text response);
/* Both in one, for short refusals without further headers. */
void txn_refuse(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
		unsigned status, const char *reason);
/* Answers a request other than INVITE with its final response and absorbs repetitions: a
 * txn_server without its cost, as nothing of the request is kept. For peers whose digest
 * was right: there is no bound on its length. */
int txn_answer(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
	       struct text response);
/* Sends a request outside any transaction: the ACK of a 2xx. Adds the Via. */
int txn_send_ack(struct txn_layer *l, const struct flow *to, struct text request);

/* --- server --- */

struct txn_server_events {
	/* INVITE only: a CANCEL came and was answered 200; the user answers 487. NULL:
	 * not interested. */
	void (*cancelled)(void *arg, struct txn_server *, const struct sip_msg *cancel);
	/* The last callback; the pointer is dead afterwards. answered: a final response
	 * was sent (for INVITE 300-699: and its ACK came); false: timer H fired, or the
	 * transport failed. */
	void (*ended)(void *arg, struct txn_server *, bool answered);
};

/* Makes the transaction for m, which it copies. NULL when memory or the limit is
 * reached: refuse statelessly with 503. */
struct txn_server *txn_server_new(struct txn_layer *l, const struct flow *from,
				  const struct sip_msg *m,
				  const struct txn_server_events *ev, void *arg);
/* The copy. It lives as long as the transaction, or until txn_server_forget. */
const struct sip_msg *txn_server_request(const struct txn_server *t);
const struct flow *txn_server_flow(const struct txn_server *t);
/* Sends a response (copied for resending). After a 2xx to INVITE the transaction lives on
 * in Accepted for 64*T1, absorbs resent INVITEs, and passes further 2xx of the user;
 * resending the 2xx until the ACK is the user's (13.3.1.4). -EALREADY when a final
 * response was sent before (2xx after 2xx is allowed). */
int txn_server_respond(struct txn_server *t, unsigned status, struct text response);
/* The ACK of its 2xx has come: it only absorbs what comes again, and keeps no message for
 * that. */
void txn_server_acked(struct txn_server *t);
/* No more callbacks for this owner; the transaction goes on by itself, after a 2xx to
 * INVITE for T4 at most: when the dialog is over nobody sends its INVITE again. One that was
 * not answered is answered 500. */
void txn_server_forget(struct txn_server *t);

/* --- client --- */

enum txn_failure { TXN_TIMEOUT, TXN_TRANSPORT };

struct txn_client_events {
	/* Every response but resent ones: provisional ones, the final one; for INVITE
	 * each 2xx, resent ones too (other branches, and our ACK may have been lost). */
	void (*response)(void *arg, struct txn_client *, const struct sip_msg *m);
	/* Instead of a final response. */
	void (*failed)(void *arg, struct txn_client *, enum txn_failure);
	/* The last callback; the pointer is dead afterwards. */
	void (*ended)(void *arg, struct txn_client *);
};

/* Sends the request (whole, but without Via) and starts its transaction. 0; -ENOMEM,
 * -EAGAIN (limit), or what net_send said; then nothing was started and no callback comes.
 * For a request on a new connection, first net_connect, then this. */
int txn_client_new(struct txn_layer *l, const struct flow *to, enum sip_method method,
		   struct text request, const struct txn_client_events *ev, void *arg,
		   struct txn_client **ret);
/* INVITE only: sends CANCEL as soon as 9.1 allows, with the Reason header value when it
 * is not empty (RFC 3326). The INVITE's own final response (or TXN_TIMEOUT 64*T1 after
 * the CANCEL) still reaches the user. Twice does nothing. Timer C (more than 3 minutes
 * after the last 101-199) does the same by itself. */
void txn_client_cancel(struct txn_client *t, struct text reason);
/* No more callbacks for this owner; the transaction goes on by itself, but for an INVITE
 * with a 2xx, which ends: further ones are dropped. */
void txn_client_forget(struct txn_client *t);

#endif
