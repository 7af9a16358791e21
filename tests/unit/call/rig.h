/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/rig.h - A call engine between fake peers on virtual time.
 *
 * Lines: +41441234567 (Alice, one device), +41447654321 (Bob, two devices: bob and bob2),
 * both on a tariff with +41 at 0.06 a minute by the second, +4179 dear (set-up 0.10,
 * 0.30 a minute, 60/60), nothing for +1. Trunks: pstn (everything, emergency), then
 * spare (everything). Alice and Bob's devices are registered when the rig opens. */
#ifndef UNIT_CALL_RIG_H
#define UNIT_CALL_RIG_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call/call.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "fake/net.h"
#include "fake/random.h"
#include "scenario/engine.h"

#define RIG_LOCATION "https://lis.example.ch/c1" /* of the customer */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SDP_A                                                                            \
	"v=0\r\no=a 1 1 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\n"           \
	"t=0 0\r\nm=audio 4000 RTP/AVP 8 0\r\n"
#define SDP_B                                                                            \
	"v=0\r\no=b 1 1 IN IP4 203.0.113.2\r\ns=-\r\nc=IN IP4 203.0.113.2\r\n"           \
	"t=0 0\r\nm=audio 5000 RTP/AVP 8\r\n"
#define SDP_C                                                                            \
	"v=0\r\no=c 1 1 IN IP4 203.0.113.3\r\ns=-\r\nc=IN IP4 203.0.113.3\r\n"           \
	"t=0 0\r\nm=audio 6000 RTP/AVP 0\r\n"

enum { CUSTOMER = 3, LINE_A = 7, LINE_B = 8, CRED_A = 11, CRED_B = 12, CRED_B2 = 13 };

enum { RIG_ASKED_MAX = 16 };

enum peer_id { ALICE, BOB, BOB2, PSTN, SPARE, PEERS };

/* Somebody outside: what it has heard last, and one dialog. */
struct peer {
	struct rig *rig;
	const char *name;
	const char *address;
	struct flow flow;
	int64_t credential; /* 0: a trunk */
	char heard[8192];   /* the last message, with a NUL */
	struct sip_msg msg; /* it */
	char invite[8192];  /* the last INVITE it was sent */
	/* its dialog */
	char call_id[64], own_tag[64], their_tag[64], target[256];
	unsigned cseq, invite_cseq;
	char branch[64], to[128];
};

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct fake_net *net;
	struct txn_layer *txn;
	struct store *store;
	struct id_maker *ids;
	struct event_log *events;
	struct account_book *book;
	struct registrar *registrar;
	struct trunk_set *trunks;
	struct tariff_book *tariffs;
	struct journal *journal;
	struct media_relay *media; /* NULL: direct */
	/* A rtpengine of the rig's own: what it was asked and has not answered. */
	struct rtpengine *rtpengine; /* NULL: none */
	char asked[RIG_ASKED_MAX][4096];
	unsigned asked_count;
	struct test_engine engine;
	bool engine_signal, single;
	struct call_engine *calls;
	struct peer peers[PEERS];
	char dir[64];
	unsigned branches; /* minted by peers */
};

int rig_setup(void **state);                  /* cmocka; *state is the rig */
int rig_setup_relay(void **state);            /* with a media relay */
int rig_setup_small_relay(void **state);      /* which has ports for one call */
int rig_setup_rtpengine(void **state);        /* and no relay */
int rig_setup_rtpengine_single(void **state); /* callers take one early dialog */
int rig_setup_rtpengine_signal(void **state); /* whose failure does not end calls */
/* Takes the oldest question: fails unless it is that command ("offer"). */
void engine_asked(struct rig *r, const char *command);
/* What that question says there. */
void engine_value(struct rig *r, const char *key, char ret[64]);
/* Answers it, with its own description at 198.18.0.1. */
void engine_answers(struct rig *r);
int rig_teardown(void **state);
void rig_run(struct rig *r, int64_t ms);
/* Again, when its binding has expired. */
void rig_register(struct rig *r, unsigned peer);
void rig_freeze_line(struct rig *r, int64_t line_id, bool frozen);
void rig_forward_line(struct rig *r, int64_t line_id, enum forward_kind kind,
		      const char *to);
/* The n-th newest CDR of the line; fails when there is none. */
struct cdr_row rig_cdr(struct rig *r, int64_t line_id, unsigned n);
unsigned rig_cdr_count(struct rig *r, int64_t line_id);
/* No call, no leg, no transaction is left after a while. */
void rig_expect_nothing_left(struct rig *r);

/* --- peer.c --- */

/* An initial INVITE to that number; headers with CRLFs or NULL; sdp or NULL. */
void invite(struct peer *p, const char *number, const char *headers, const char *sdp);
/* Likewise with a body of any type. */
void invite_with(struct peer *p, const char *number, const char *type, const char *body);
/* The next message to that peer begins with that ("INVITE", "SIP/2.0 180"); it is then in
 * heard and msg. */
void expect(struct peer *p, const char *begins);
/* Nothing was sent to it. */
void expect_nothing(struct peer *p);
/* What it heard has that text (lacks it). */
void heard(const struct peer *p, const char *text);
void heard_not(const struct peer *p, const char *text);
/* Answers the last request it was sent, or with answer_invite the last INVITE. */
void answer(struct peer *p, unsigned status);
void answer_invite(struct peer *p, unsigned status, const char *headers, const char *sdp);
void ack(struct peer *p, const char *sdp);
void cancel(struct peer *p, const char *headers);
/* A request in its dialog. */
void request(struct peer *p, const char *method, const char *headers, const char *body);
void reinvite(struct peer *p, const char *sdp);
/* Alice calls Bob and Bob answers; the ACKs have passed. */
void connect_bob(struct rig *r);
/* Alice calls that number behind the trunk, which answers. */
void connect_pstn(struct rig *r, const char *number);

int answer_group(void);
int carry_group(void);
int charge_group(void);
int device_group(void);
int dialog_group(void);
int end_group(void);
int engine_group(void);
int fork_group(void);
int media_group(void);
int memory_group(void);
int offer_group(void);
int outcome_group(void);
int reinvite_group(void);
int trunk_group(void);

#endif
