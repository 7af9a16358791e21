/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/registrar.h - REGISTER and the bindings it makes (RFC 3261 section 10). One
 * table for all workers, a short lock per shard, never held across a call out. */
#ifndef REGISTRAR_REGISTRAR_H
#define REGISTRAR_REGISTRAR_H

#include "account/account.h"
#include "event/event.h"
#include "net/flow.h"
#include "notify/push.h"
#include "sip/encode.h"
#include "sip/msg.h"

enum {
	REGISTRAR_BINDINGS_MAX = 10, /* per credential */
	REGISTRAR_LINE_BINDINGS_MAX = 64,
	REGISTRAR_CONTACT_MAX = 511,  /* bytes of a contact URI */
	REGISTRAR_INSTANCE_MAX = 127, /* bytes of a +sip.instance */
	REGISTRAR_GRUU_KEY_LEN = 32,
	REGISTRAR_PATH_MAX = 511, /* bytes of all Path values together */
	REGISTRAR_SHARDS = 32,    /* a power of two */
};

/* What our answers to REGISTER name, and a REGISTER may require. */
#define REGISTRAR_SUPPORTED "path, outbound, gruu"

struct registrar;

struct registrar_config {
	struct store *store;      /* bindings are kept there; NULL: memory only */
	struct event_log *events; /* told of changes; may be NULL */
	struct loop *loop;        /* expiry and store answers */
	const struct clock *clock;
	struct random *random;
	const uint8_t *gruu_key; /* REGISTRAR_GRUU_KEY_LEN bytes; NULL: no GRUUs */
	struct push *push;       /* wakes apps; may be NULL */
	const char *domain;
	const char *advertise;  /* what else we are called from outside; may be NULL */
	const char *country;    /* NULL: CH; for the forms of a line's number in To */
	uint32_t expires_min_s; /* 0: 60 */
	uint32_t expires_max_s; /* 0: 7200 */
	uint32_t expires_default_s; /* 0: 3600 */
	uint32_t jitter_percent;    /* granted expiry is shortened by up to this; 0: 10 */
	/* Whose Path is believed (RFC 3327): edge proxies of the operator's own. Anybody
	 * else's is not looked at. */
	const struct addr_network *path_from;
	unsigned path_from_count;
	uint32_t
		nat_keepalive_s; /* how often devices behind a NAT hear of us; 0: never */
	uint32_t flow_timer_s;   /* told to outbound devices (RFC 5626 4.4); 0: nothing */
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
	char instance[REGISTRAR_INSTANCE_MAX + 1]; /* "<urn:uuid:...>", "": none */
	uint64_t epoch;                            /* gruu.h */
	uint32_t reg_id; /* which of the instance's flows (RFC 5626), 0: no outbound */
	char path[REGISTRAR_PATH_MAX + 1]; /* Route of requests to it; "": none */
	bool push;        /* its app can be woken up (RFC 8599); target: registrar/pn.h */
	bool asleep;      /* and its connection is gone: flow leads nowhere */
	struct flow flow; /* with a path: to its first hop; ask net_connect */
	uint16_t q;       /* thousandths */
	int64_t registered_at; /* first, not by the last refresh; wall */
	int64_t refreshed_us;  /* monotonic */
	int64_t expires_at;
	char user_agent[ROW_NAME_SIZE];
};

/* A binding that its device may ask for again with hardly a word; it stays in memory until
 * let go, whatever becomes of it. */
struct registrar_again {
	struct record *binding; /* NULL: there is none of that kind */
	uint32_t expires_s;     /* what the device asks for */
	int64_t expires_us;     /* what it was granted: monotonic */
	bool gruu, outbound;    /* as the device knows them */
};

/* Does what an authenticated REGISTER asks (10.3): fetch, add, refresh, remove, remove
 * all; all or nothing. Writes the whole response (200, 400, 403, 423, 500 ...) into b,
 * by txn's rules: received and rport come from "from". Returns the status. again: to be let
 * go; NULL: it is not wanted. */
struct registrar_said {
	const char *why; /* it was refused for what the device sent: word of
			  * event/diagnosis.h */
	bool refreshed;  /* nothing changed but times */
};
unsigned registrar_register(struct registrar *r, const struct account_credential *c,
			    const struct flow *from, const struct sip_msg *m,
			    struct buf *b, struct registrar_said *ret,
			    struct registrar_again *again);
/* The same REGISTER by the same flow, but for its CSeq: writes what stands behind the CSeq of
 * the 200. repeated: it is the very last one, once more. -EAGAIN: something has changed
 * meanwhile, and nothing was done: registrar_register knows. */
int registrar_again(struct registrar *g, struct registrar_again *a, uint32_t cseq,
		    bool repeated, struct buf *b);
/* It will be asked for soon: it is fetched from memory. */
void registrar_fetch(const struct registrar_again *a);
void registrar_let_go(struct registrar_again *a); /* from any thread */

/* Copies the live bindings; returns how many. */
size_t registrar_line_bindings(struct registrar *r, int64_t line_id, struct binding *ret,
			       size_t max);
size_t registrar_credential_bindings(struct registrar *r, int64_t credential_id,
				     struct binding *ret, size_t max);
/* A credential that has registered over this very connection (not by way of a proxy); of
 * several of one line any. -ENOENT: none, or several lines, or UDP. */
int registrar_flow_credential(struct registrar *r, const struct flow *f, int64_t *ret);
/* A GRUU of ours (RFC 5627), read. */
struct gruu {
	bool temporary;
	int64_t credential_id; /* of a temporary one; a public one has a number in its user */
	uint64_t instance_mark; /* the registrar's own, as the next */
	uint64_t epoch;
};
/* -ENOENT: the URI is none; -EBADMSG: it is forged, or sealed with another key. */
int registrar_gruu_open(struct registrar *r, const struct sip_uri *uri, struct gruu *ret);
/* Whether the binding, of the GRUU's line, is of the device that it names, now. */
bool registrar_gruu_names(struct registrar *r, const struct gruu *g,
			  const struct binding *b);
/* Calls fn on the loop, after each REGISTER of the line that added or refreshed a binding,
 * until registrar_wait_free. Both on that loop's thread. NULL: no memory. */
struct registrar_wait;
struct registrar_wait *registrar_wait_new(struct registrar *r, int64_t line_id,
					  struct loop *loop, void (*fn)(void *arg),
					  void *arg);
void registrar_wait_free(struct registrar_wait *w); /* NULL: nothing */
/* Ends all of a credential's bindings at once; returns how many. */
unsigned registrar_end_credential(struct registrar *r, int64_t credential_id);
/* Bindings die with their connection, but those whose app can be woken up: they sleep. From
 * any worker. */
void registrar_flow_closed(struct registrar *r, const struct flow *f);
size_t registrar_count(struct registrar *r);
/* Writes that the store refused or failed; the bindings themselves live on. */
uint64_t registrar_store_failures(struct registrar *r);

/* Devices behind a NAT that shall hear from us now, of one shard (0 ..
 * REGISTRAR_SHARDS - 1); ask each shard once a second, and again when max came. */
size_t registrar_keepalives(struct registrar *r, unsigned shard, struct flow *ret,
			    size_t max);

/* After an emergency call a frozen line may be rung for a while (the call back of the
 * emergency services). Kept in memory only. */
void registrar_callback_allow(struct registrar *r, int64_t line_id, int64_t for_us);
bool registrar_callback_allowed(struct registrar *r, int64_t line_id);

#endif
