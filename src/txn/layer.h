/* SPDX-License-Identifier: Apache-2.0 */
/* txn/layer.h - The layer's tables and how messages find their transaction. Internal to
 * txn/. */
#ifndef TXN_LAYER_H
#define TXN_LAYER_H

#include "txn/answered.h"
#include "txn/key.h"
#include "txn/machine.h"
#include "txn/txn.h"

enum { TXN_BRANCH_SIZE = 7 + TXN_TOKEN_SIZE, TXN_POOL_SIZE = 384 };

struct txn_layer {
	struct txn_config cfg;
	struct txn_counters counters;
	struct table clients; /* by branch */
	struct table servers; /* by the hash of their key */
	struct table merges;  /* the same transactions, by txn_key_merge_hash */
	struct table conns;   /* those on streams, by connection */
	struct answered answered;
	const struct sip_msg *shown; /* the request that the user is looking at */
	struct answer_key shown_key;
	size_t count;
	uint8_t pool[TXN_POOL_SIZE]; /* random bytes, drawn in one go */
	size_t pool_used;
};

struct txn_client {
	struct txn txn;
	struct table_node node;
	const struct txn_client_events *events; /* NULL: forgotten */
	void *arg;
	enum sip_method method;
	bool cancelled;     /* INVITE: CANCEL is wanted or was sent */
	struct text reason; /* for it; malloc'd, may be empty */
	struct text ack;    /* malloc'd, of a 300-699 */
	char branch[TXN_BRANCH_SIZE];
	struct text
		request; /* with our Via; malloc'd, .p NULL when it is not sent again */
};

/* A request that outlives the buffer that it came in. */
struct txn_request {
	struct sip_msg msg;
	char bytes[];
};

struct txn_server {
	struct txn txn;
	struct table_node node;
	struct table_node merge;
	const struct txn_server_events *events; /* NULL: forgotten */
	void *arg;
	struct txn_key key;          /* its texts lie behind this struct */
	struct txn_request *request; /* NULL when nobody can ask for it any more */
	struct flow source;          /* where the request came from */
	uint16_t via_port;           /* of the topmost Via */
	bool finished;               /* a final response was given */
	struct text response;        /* the last one; malloc'd */
};

/* For one that somebody waits for. */
static inline bool txn_has_room(const struct txn_layer *l)
{
	return l->count < TXN_TRANSACTIONS_MAX;
}
static inline bool txn_is_client(const struct txn *t)
{
	return t->machine == &txn_machine_invite_client ||
	       t->machine == &txn_machine_client;
}
static inline struct txn_client *txn_client_of(struct txn *t)
{
	return container_of(t, struct txn_client, txn);
}
static inline struct txn_server *txn_server_of(struct txn *t)
{
	return container_of(t, struct txn_server, txn);
}

/* by branch and method (17.1.3); NULL */
struct txn_client *txn_match_response(const struct txn_layer *l, const struct sip_msg *m);
/* the transaction that m, whose key k is, is a repetition or the ACK of (17.2.3); NULL */
struct txn_server *txn_match_request(const struct txn_layer *l, const struct sip_msg *m,
				     const struct txn_key *k);
/* the transaction that the CANCEL m means (9.2); NULL */
struct txn_server *txn_match_cancel(const struct txn_layer *l, const struct sip_msg *m,
				    const struct txn_key *k);

/* A bare branch into dst, which holds TXN_BRANCH_SIZE. */
void txn_branch(struct txn_layer *l, char *dst);
/* The request with a Via of ours in front; growing buffer, look at its error. */
void txn_via_put(struct txn_layer *l, const struct flow *to, const char *branch,
		 struct text request, struct buf *b);
/* Where a response goes (18.2.2, RFC 3581). */
/* txn_reply without its bound. */
int txn_reply_known(struct txn_layer *l, const struct flow *from,
		    const struct sip_msg *req, struct text response);
/* Sends a response; when the connection is gone, over a new one to via_port. *to becomes
 * that one. */
int txn_reply_send(struct txn_layer *l, struct flow *to, uint16_t via_port,
		   struct text response);
/* Answers a CANCEL that found what it means, which was given that response, or none. */
void txn_cancel_answer(struct txn_layer *l, const struct txn_input *in,
		       struct text given);
void txn_answer_key(const struct txn_layer *l, const struct sip_msg *m,
		    const struct txn_key *k, struct answer_key *ret);
int64_t txn_now_ms(const struct txn_layer *l);
/* The ACK for a 300-699 and the CANCEL of that INVITE; malloc'd, .p NULL without memory.
 */
struct text txn_ack_make(const struct txn_client *t, const struct sip_msg *response);
struct text txn_cancel_make(const struct txn_client *t);
/* Starts the transaction of a ready request; the branch is in it. Takes over its bytes,
 * which are malloc'd, whatever it returns. */
int txn_client_start(struct txn_layer *l, const struct flow *to, enum sip_method method,
		     const char *branch, struct text request,
		     const struct txn_client_events *ev, void *arg,
		     struct txn_client **ret);

/* A malloc'd copy, without NUL; .p NULL without memory. */
struct text txn_copy(struct text t);

/* Actions that both server or both client machines use. */
void txn_client_deliver(struct txn *t, const struct txn_input *in);
void txn_client_expire(struct txn *t, const struct txn_input *in);
void txn_client_break(struct txn *t, const struct txn_input *in);
void txn_client_done(struct txn *t, const struct txn_input *in);
void txn_client_send(struct txn *t, struct text bytes);
/* What has its answer is not sent again. */
void txn_client_drop_request(struct txn *t);
void txn_client_unlink(struct txn *t);
void txn_client_end(struct txn *t, enum txn_outcome outcome);
void txn_server_drop_response(struct txn *t);
void txn_server_send_again(struct txn *t, const struct txn_input *in);
void txn_server_take(struct txn *t, const struct txn_input *in); /* keeps and sends */
void txn_server_expire(struct txn *t, const struct txn_input *in);
void txn_server_break(struct txn *t, const struct txn_input *in);
void txn_server_done(struct txn *t, const struct txn_input *in);
void txn_server_unlink(struct txn *t);
void txn_server_end(struct txn *t, enum txn_outcome outcome);

#endif
