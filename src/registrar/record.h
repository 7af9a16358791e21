/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/record.h - One binding in memory, small: there are as many as devices. */
#ifndef REGISTRAR_RECORD_H
#define REGISTRAR_RECORD_H

#include <stdatomic.h>

#include "base/list.h"
#include "base/table.h"
#include "registrar/registrar.h"

/* Of a time in seconds. */
#define RECORD_NEVER UINT32_MAX

/* Kept behind the record, each with a NUL. */
enum record_text {
	RECORD_CONTACT,
	RECORD_CALL_ID,
	RECORD_USER_AGENT,
	RECORD_INSTANCE,
	RECORD_PATH,
	RECORD_TEXTS
};

/* One binding, one allocation: the texts stand behind it. */
struct record {
	struct table_node by_line;
	struct table_node by_credential;
	union {
		struct table_node by_conn; /* flow.conn: streams */
		struct list in_ring;       /* behind_nat: UDP */
		struct record *next;       /* in a list of removed records */
	};
	int64_t credential_id;
	int64_t line_id;
	int64_t customer_id;
	int64_t registered_us; /* wall */
	int64_t refreshed_us;  /* monotonic, as all that follow */
	int64_t expires_us;
	uint32_t due_s; /* when the heap looks at it: once that is over, or before */
	uint32_t row_expires_s; /* in its row; RECORD_NEVER: there is none */
	uint32_t told_s;        /* the round of its last keep-alive */
	uint32_t used_s;        /* when the credential's last use was written */
	uint64_t epoch;         /* gruu.h */
	struct flow flow;
	uint32_t heap_index;
	uint32_t cseq;
	uint32_t generation;
	uint32_t reg_id;
	uint16_t q;
	uint16_t lens[RECORD_TEXTS];
	bool keep_row; /* of a removed one: its row was taken over by another */
	bool push;     /* it can be woken up (RFC 8599) */
	bool asleep;   /* and its connection is gone */
	bool behind_nat;
	bool device_new; /* until it was told */
	bool alone;      /* its credential has no other; false: it may have one */
	bool gone;       /* out of its shard */
	atomic_uint_fast8_t holders; /* its shard, or who took it out, and others */
	char number[E164_SIZE];
	char texts[];
};

/* Copies the texts, each shorter than 64 kB; the rest is the caller's to fill. NULL: out
 * of memory. */
struct record *record_new(const struct text texts[RECORD_TEXTS]);
struct text record_text(const struct record *r, enum record_text which);
/* The same in the table of rows. */
bool record_same_row(const struct record *a, const struct record *b);
/* To be kept beyond its end, with the shard's lock held; false: enough do. */
bool record_hold(struct record *r);
/* Its last holder frees it. */
void record_let_go(struct record *r);
void record_let_go_all(struct record *list);
/* wall_us - mono_us turns the record's times into wall time. */
void record_show(const struct record *r, int64_t wall_minus_mono_us, struct binding *ret);

#endif
