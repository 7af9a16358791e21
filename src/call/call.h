/* SPDX-License-Identifier: Apache-2.0 */
/* call/call.h - The back-to-back user agent: a call joins a caller's leg with the leg
 * that answered. One engine per edge worker, on that worker's thread. */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include "account/account.h"
#include "event/event.h"
#include "media/rtpengine.h"
#include "notify/push.h"
#include "rating/journal.h"
#include "rating/tariff.h"
#include "registrar/registrar.h"
#include "sip/sdp_codec.h"
#include "trunk/trunk.h"
#include "txn/txn.h"

enum {
	CALL_BRANCHES_MAX = 32, /* legs that ring at once for one call */
	CALL_SDP_MAX = 16384,
	CALL_WAKE_S = 8,   /* an app that was woken has to register within */
	CALL_RING_S = 180, /* ringing ends after this: 480 */
	CALL_DURATION_MAX_S = 4 * 3600,
	CALL_SILENCE_MAX_S = 300,      /* no media of either side, where there was some */
	CALL_SESSION_EXPIRES_S = 1800, /* a session that nobody refreshes (RFC 4028) */
};

struct call_engine;

/* What the engines of all workers know of each other: two calls can only be joined (RFC 3891)
 * where both are, so one of them is brought to the other's worker. To be made before them, freed
 * after them. NULL: no memory. */
struct call_moves;
struct call_moves *call_moves_new(struct random *random);
void call_moves_free(struct call_moves *m);

/* The operator's choices. */
struct call_policy {
	bool follow_redirects; /* of devices, as their line's forwarding; else refused */
	bool show_forwarder;   /* to trunks, as the caller of what a line forwards */
};

struct call_config {
	struct loop *loop;
	struct net *net;
	struct txn_layer *txn;
	const struct clock *clock;
	struct random *random;
	struct id_maker *ids;
	struct account_book *book;
	struct registrar *registrar;
	struct trunk_set *trunks;
	struct tariff_book *tariffs;
	struct journal *journal;
	struct event_log *events;
	struct media_relay *media; /* NULL: none, direct is the way */
	struct rtpengine
		*rtpengine; /* NULL: none; else also for who speaks more than RTP */
	enum media_mode media_mode;
	bool onnet_by_trunk; /* calls between two of our lines go out, too */
	struct call_policy policy;
	bool media_signal; /* rtpengine fails: the call goes on without it; else 503 */
	const struct sdp_codecs *codecs; /* NULL: all */
	const char *domain;
	const char *country;
	struct push *push;          /* wakes apps; may be NULL */
	unsigned wake_s;            /* 0: CALL_WAKE_S */
	unsigned ring_s;            /* 0: CALL_RING_S */
	unsigned duration_max_s;    /* 0: CALL_DURATION_MAX_S */
	unsigned silence_max_s;     /* 0: CALL_SILENCE_MAX_S */
	unsigned session_expires_s; /* 0: CALL_SESSION_EXPIRES_S */
	unsigned session_min_s;     /* 0: 90 */
	bool single_early;          /* callers take one early dialog only */
	unsigned t1_ms;             /* as the transactions'; 0: 500 */
	/* host[:port] for Contact on that flow, as txn_config.via_host; NULL: the flow's
	 * own address. */
	void (*contact_host)(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE]);
	void *arg;                /* for contact_host */
	struct call_moves *moves; /* NULL: calls stay where they are */
	unsigned worker;          /* as the transactions' */
};

/* NULL when memory is out. */
struct call_engine *call_engine_new(const struct call_config *cfg);
/* Sends BYE and CANCEL for every call first (cause "shutdown"); does not wait for
 * answers. Before txn_layer_free. */
void call_engine_free(struct call_engine *e);

/* An initial INVITE of a device whose digest was right, to our domain. Answers it, now or
 * later: also refuses what a frozen credential or line may not do. */
void call_from_device(struct call_engine *e, const struct flow *from,
		      const struct sip_msg *invite, const struct account_credential *c);
/* An initial INVITE from a trunk's address. */
void call_from_trunk(struct call_engine *e, const struct flow *from,
		     const struct sip_msg *invite, unsigned trunk);
/* Who sends that request in a dialog. */
enum call_source {
	CALL_SOURCE_KNOWN, /* where the dialog's peer is; or there is no such dialog */
	CALL_SOURCE_MOVED, /* a device elsewhere: its digest must show that it is the one */
	CALL_SOURCE_MOVED_EMERGENCY, /* likewise, in an emergency call */
	CALL_SOURCE_FOREIGN,         /* not an address of the trunk */
};
/* *credential_id is the device's that has moved. An ACK without a body says nothing by itself: it
 * is not asked about. */
enum call_source call_source_of(struct call_engine *e, const struct flow *from,
				const struct sip_msg *m, int64_t *credential_id);
/* True: the leg of that tag has gone to another worker, and so do its requests. */
bool call_elsewhere(struct call_engine *e, struct text to_tag, unsigned *ret);
/* Any request with a To tag, ACK too: finds its dialog or answers 481 (not for ACK). */
void call_in_dialog(struct call_engine *e, const struct flow *from,
		    const struct sip_msg *m);

struct call_ended {
	unsigned calls;  /* live or ringing calls that were ended */
	unsigned spared; /* live emergency calls, left alone */
};
/* Ends every ringing and live call of the credential on both legs (revoke, freeze), and
 * those that it pays for; the id of a line: the calls that it has forwarded. cause, a
 * constant, goes into the CDR. Emergency calls are spared. */
struct call_ended call_engine_end_credential(struct call_engine *e, int64_t credential_id,
					     const char *cause);

/* What the portal and the CLI show of calls that ring or are live. A call between two of
 * our lines stands there twice, as CALL_OUT of one and CALL_IN of the other. */
struct call_info {
	int64_t id; /* of the CDR that it becomes */
	int64_t customer_id;
	int64_t line_id;
	int64_t credential_id;
	enum call_direction direction;
	char from[ROW_ADDRESS_SIZE];
	char to[ROW_ADDRESS_SIZE];
	int64_t started_at;
	int64_t answered_at;
};
size_t call_engine_list(struct call_engine *e, int64_t line_id, /* 0: all */
			struct call_info *ret, size_t max);
size_t call_engine_count(const struct call_engine *e);

#endif
