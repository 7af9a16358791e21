/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/registrar.h - REGISTER and the bindings it makes (RFC 3261 section 10). One
 * table for all workers, a short lock per shard, never held across a call out. */
#ifndef REGISTRAR_REGISTRAR_H
#define REGISTRAR_REGISTRAR_H

#include "account/account.h"
#include "event/event.h"
#include "net/flow.h"
#include "sip/encode.h"
#include "sip/msg.h"

enum {
	REGISTRAR_BINDINGS_MAX = 10, /* per credential */
	REGISTRAR_LINE_BINDINGS_MAX = 64,
	REGISTRAR_CONTACT_MAX = 255, /* bytes of a contact URI */
};

struct registrar;

struct registrar_config {
	struct store *store;      /* bindings are kept there; NULL: memory only */
	struct event_log *events; /* told of changes; may be NULL */
	struct loop *loop;        /* expiry and store answers */
	const struct clock *clock;
	struct random *random;
	const char *domain;
	const char *advertise;  /* what else we are called from outside; may be NULL */
	const char *country;    /* NULL: CH; for the forms of a line's number in To */
	uint32_t expires_min_s; /* 0: 60 */
	uint32_t expires_max_s; /* 0: 7200 */
	uint32_t expires_default_s; /* 0: 3600 */
	uint32_t jitter_percent;    /* granted expiry is shortened by up to this; 0: 10 */
};

int registrar_new(const struct registrar_config *cfg, struct registrar **ret);
/* Loads the bindings that outlive a restart (UDP) and deletes the rows of all others.
 * Waits: for start-up. */
int registrar_load(struct registrar *r);
/* Writes what the store has not taken yet; before store_close. */
void registrar_free(struct registrar *r);

/* In flow.listener of a binding that was loaded: which of our sockets it came by is not
 * known any more, ask net_connect. */
enum { REGISTRAR_LISTENER_UNKNOWN = UINT16_MAX };

struct binding {
	int64_t credential_id;
	int64_t line_id;
	uint32_t
		generation; /* of the credential when it registered, 0: loaded. Freezing and
			      * unfreezing change the credential's and keep the binding */
	char contact[REGISTRAR_CONTACT_MAX + 1];
	struct flow flow;
	uint16_t q;            /* thousandths */
	int64_t registered_at; /* first, not by the last refresh; wall */
	int64_t expires_at;
	char user_agent[ROW_NAME_SIZE];
};

/* Does what an authenticated REGISTER asks (10.3): fetch, add, refresh, remove, remove
 * all; all or nothing. Writes the whole response (200, 400, 403, 423, 500 ...) into b,
 * by txn's rules: received and rport come from "from". Returns the status. */
unsigned registrar_register(struct registrar *r, const struct account_credential *c,
			    const struct flow *from, const struct sip_msg *m,
			    struct buf *b);

/* Copies the live bindings; returns how many. */
size_t registrar_line_bindings(struct registrar *r, int64_t line_id, struct binding *ret,
			       size_t max);
size_t registrar_credential_bindings(struct registrar *r, int64_t credential_id,
				     struct binding *ret, size_t max);
/* Ends all of a credential's bindings at once; returns how many. */
unsigned registrar_end_credential(struct registrar *r, int64_t credential_id);
/* Bindings die with their connection. From any worker. */
void registrar_flow_closed(struct registrar *r, const struct flow *f);
size_t registrar_count(struct registrar *r);
/* Writes that the store refused or failed; the bindings themselves live on. */
uint64_t registrar_store_failures(struct registrar *r);

/* After an emergency call a frozen line may be rung for a while (the call back of the
 * emergency services). Kept in memory only. */
void registrar_callback_allow(struct registrar *r, int64_t line_id, int64_t for_us);
bool registrar_callback_allowed(struct registrar *r, int64_t line_id);

#endif
