/* SPDX-License-Identifier: Apache-2.0 */
/* call/early.h - Early dialogs (RFC 3261 12.1): each answerer that has said something in a
 * 101-199 is one on its own side, and one towards the caller, under a tag of its own and
 * with a description of its own. A caller that takes one only (call->single) is told
 * everything under one tag, and the description of the first who has one. */
#ifndef CALL_EARLY_H
#define CALL_EARLY_H

#include "call/room.h"

enum { CALL_EARLIES_MAX = 32 }; /* of one call; what more say is not passed on */

struct early {
	struct list node;         /* call->earlies, oldest first */
	struct table_node tagged; /* engine->earlies, when it has a tag of its own */
	bool in_table;
	struct call *call;

	/* the answerer */
	struct leg *branch; /* NULL: it has failed */
	char *remote_tag, *target, *routes;
	uint32_t peer_rseq; /* of its last reliable response, 0: none */
	bool allows_update;

	/* towards the caller */
	char tag[TXN_TOKEN_SIZE]; /* empty: the caller knows nothing of it */
	unsigned status;          /* it was told last, 0: none */
	struct buf sdp;           /* for the caller; empty: none yet */
	char *own;        /* what it says in the answerer's words; NULL: none yet */
	bool sdp_settled; /* in a response that was acknowledged by PRACK */
	bool sdp_moved;   /* and another exchange has followed */
	uint32_t remote_cseq, local_cseq;
	uint32_t rseq;             /* of our last reliable response, 0: none */
	struct reliable *reliable; /* prack.c: it waits for its PRACK */
	struct update *update;     /* update.c: one is under way */
};

/* A 101-199 of a branch: tells the caller what is news. */
void early_progress(struct leg *l, const struct sip_msg *m);
/* What was told last, again. */
void early_repeat(struct call *c);

/* The one behind that branch with that tag of its own; NULL. */
struct early *early_of(const struct leg *branch, struct text remote_tag);
/* The one that the caller knows by that tag; NULL. */
struct early *early_tagged(const struct call *c, struct text tag);
struct early *early_find(struct call_engine *e, struct text tag);
/* The one that a request in the dialog of l means; NULL: none, l's own dialog stands. */
struct early *early_meant(const struct leg *l, const struct sip_msg *m);
/* The caller has heard of another one that has not failed. */
bool early_other(const struct early *than);
/* The description of that branch that the caller knows; NULL: none. */
const struct early *early_shown(const struct call *c, const struct leg *branch);
/* Whose description holds when this 2xx of the branch has none: its sender's, or else (which is
 * better than nothing) another's from behind the branch. NULL: none, or nobody else has
 * described himself since, or it has been moved by an UPDATE. */
const struct early *early_spoken_for(const struct leg *branch, const struct sip_msg *m);
/* What tells those behind one branch apart (media_session_answerer); 0: it has no tag. */
uint64_t early_who(const struct early *e);
uint64_t early_who_of(const struct leg *branch, const struct sip_msg *response);
/* What crosses now is between that one and the caller. NULL is fine. */
void early_means(const struct early *e);

/* The caller's leg goes on as the dialog of that early one (NULL: of nobody that it has
 * heard of), whose description it will be: under its tag, or another when that one's has
 * been told something else. */
void early_choose(struct call *c, struct early *e);
/* None of them is any more. */
void early_drop(struct call *c);
/* The branch is gone. */
void early_orphan(struct leg *branch);

/* A copy of the branch's (the caller's) leg that speaks inside the early dialog, for
 * leg_request_begin and leg_send; it owns nothing. */
struct leg early_branch_leg(const struct early *e);
struct leg early_caller_leg(const struct early *e);

#endif
