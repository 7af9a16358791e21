/* SPDX-License-Identifier: Apache-2.0 */
/* ops/call.h - One operation under way: what those who write operations work with. All on
 * the control loop but the work of a job. A call is answered once and gone with that. */
#ifndef OPS_CALL_H
#define OPS_CALL_H

#include "ops/action.h"
#include "ops/error.h"
#include "ops/follow.h"
#include "ops/ops.h"
#include "ops/session.h"
#include "ops/throttle.h"

struct ops {
	struct ops_config cfg;
	struct sessions sessions;
	struct throttle throttle;
	uint8_t code_key[CODE_KEY_SIZE];
	struct list calls;
	struct list streams; /* struct changes of stream.c */
	struct event_watch watch;
	bool watching; /* while there is a stream */
	struct store_feed feed;
	struct follow follow;
	unsigned logins_changed; /* how often the feed said so */
	struct timer sweep;
	int64_t started_us; /* wall */
};

struct op_call {
	struct ops *ops;
	const struct op *op;
	json_t *in; /* checked against the table */
	/* Who asks: */
	bool by_operator;
	bool has_session;
	uint8_t session_hash[SESSION_HASH_SIZE];
	int64_t customer_id; /* 0: the operator, or nobody */
	int64_t login_id;
	char who[ROW_NAME_SIZE];
	char language[ROW_LANGUAGE_SIZE];
	char source[ADDR_TEXT_SIZE];
	char user_agent[ROW_NAME_SIZE];
	int file; /* -1: none */
	/* call.c's own: */
	json_int_t id;
	struct ops_reply *reply;
	struct list node;
	struct store_job job;
	bool storing; /* the job is under way */
	int (*work)(struct store_db *, struct op_call *);
	void (*stored)(struct op_call *, int status);
	struct op_memory *memory;
	void *state; /* in it */
	void (*state_free)(void *);
	char token[SESSION_TOKEN_SIZE];
	bool token_set;
};

/* Zeroed memory that lives as long as the call and is wiped with it; once per call. free
 * (may be NULL) ends what it points to. NULL: the call has failed with OP_BUSY. */
void *op_state(struct op_call *call, size_t size, void (*free)(void *));
/* Runs work on a thread of the store, then stored on the loop. When it cannot be queued
 * the call fails with OP_BUSY. */
void op_store(struct op_call *call, enum store_kind kind,
	      int (*work)(struct store_db *, struct op_call *),
	      void (*stored)(struct op_call *, int status));
/* Takes out over (a new reference); out NULL: memory is out. */
void op_answer(struct op_call *call, json_t *out);
/* {"lines": list} by the table's name; more: rows were left out. Takes list over. */
void op_answer_list(struct op_call *call, json_t *list, bool more);
void op_fail(struct op_call *call, enum op_error e);
/* extra's members go into the error object (taken over). */
void op_fail_with(struct op_call *call, enum op_error e, json_t *extra);
/* From a store's errno: not found, busy, storage failed. */
void op_fail_errno(struct op_call *call, int error);
/* For operations that stream: one event (taken over). */
void op_event(struct op_call *call, json_t *event);
/* The web process is to give the browser this token ("": to forget its own). */
void op_set_token(struct op_call *call, const char *token);

/* The caller's session, NULL when it is gone meanwhile. */
struct session *op_session(struct op_call *call);
struct account_actor op_actor(const struct op_call *call);
int64_t op_now_us(const struct op_call *call); /* wall */
int32_t op_today(const struct op_call *call);  /* in the operator's zone */

/* Input by name: empty or 0 when left out. */
struct text op_text(const struct op_call *call, const char *name);
int64_t op_id(const struct op_call *call, const char *name);
int64_t op_count(const struct op_call *call, const char *name, int64_t otherwise);
bool op_flag(const struct op_call *call, const char *name);
int64_t op_time(const struct op_call *call, const char *name); /* wall us */

#endif
