/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/record.h - One binding in memory, small: there are as many as devices. */
#ifndef REGISTRAR_RECORD_H
#define REGISTRAR_RECORD_H

#include "base/table.h"
#include "registrar/registrar.h"

#define RECORD_NEVER INT64_MIN

/* One binding, one allocation: the texts stand behind it. */
struct record {
	struct table_node by_line;
	struct table_node by_credential;
	struct table_node by_conn; /* streams only */
	struct record *next;       /* in a list of prepared or removed records */
	int64_t credential_id;
	int64_t line_id;
	int64_t customer_id;
	int64_t registered_us; /* wall */
	int64_t refreshed_us;  /* monotonic, as the next three */
	int64_t expires_us;
	int64_t stored_us; /* when it was last handed to the store, or RECORD_NEVER */
	int64_t used_us;   /* likewise the credential's last use */
	struct flow flow;
	uint32_t heap_index;
	uint32_t cseq;
	uint32_t generation;
	uint16_t q;
	uint16_t contact_len, call_id_len, user_agent_len;
	bool keep_row;   /* of a removed one: its row was taken over by another */
	bool device_new; /* until it was told */
	char number[E164_SIZE];
	char texts[]; /* contact, Call-ID, User-Agent, each with a NUL */
};

/* Copies the three texts; the rest is the caller's to fill. NULL: out of memory. */
struct record *record_new(struct text contact, struct text call_id,
			  struct text user_agent);
struct text record_contact(const struct record *r);
struct text record_call_id(const struct record *r);
struct text record_user_agent(const struct record *r);
void record_free_all(struct record *list);
/* wall_us - mono_us turns the record's times into wall time. */
void record_show(const struct record *r, int64_t wall_minus_mono_us, struct binding *ret);

#endif
