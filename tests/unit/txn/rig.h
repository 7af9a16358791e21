/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/rig.h - One transaction between a scripted peer and a scripted user, on the
 * fake clock and network. A script is words; what happens is words, too, each with the
 * milliseconds since the start:
 *
 *	script "180 500ms cancel"    happens "0:>INVITE 0:[Proceeding] 0:180 500:>CANCEL"
 *
 * Script: 180 486 ... (the peer answers), INVITE ACK CANCEL BYE (the peer sends), send180
 * send200 ... (the user answers), cancel, forget, close (the peer's connection), fail and
 * mend (every net_send), refuse (the next connection), 500ms.
 * Happens: >X (sent), [State], 180 (shown to the user), timeout, broken, ended, failed
 * (ended without an answer), cancelled, request:X (shown by the layer), =-114 (an error
 * that the user got). */
#ifndef UNIT_TXN_RIG_H
#define UNIT_TXN_RIG_H

#include "fake/clock.h"
#include "fake/net.h"
#include "fake/random.h"
#include "txn/layer.h"
#include "txn/txn.h"

enum rig_side { RIG_CLIENT, RIG_SERVER };

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct fake_net *net;
	struct txn_layer *layer;
	struct flow peer;
	struct txn_client *client;
	struct txn_server *server;
	bool take;          /* RIG_SERVER: requests become transactions */
	const char *method; /* of the transaction */
	const char *branch; /* of the peer's requests; NULL: a good one */
	const char *cancel_reason;
	const void *traced; /* the first transaction: whose states are noted */
	int64_t start_us;
	char request[2048]; /* what our client sent */
	size_t request_len;
	char last[4096]; /* the last message sent */
	char happened[4096];
};

void rig_open(struct rig *r, enum transport t);
void rig_close(struct rig *r);
/* Opens, starts the transaction of that method, plays. */
void rig_play(struct rig *r, enum rig_side side, const char *method, enum transport t,
	      const char *script);
void rig_run(struct rig *r, const char *script);
/* Plays and compares what happened, then closes. */
struct rig_row {
	const char *name;
	enum rig_side side;
	const char *method;
	enum transport transport;
	const char *script;
	const char *happens;
};
void rig_check(const struct rig_row *row);

/* Decodes text that must be good; lives as long as the text. */
void rig_decode(const char *text, struct sip_msg *ret);
/* The peer's request of that method. */
const char *rig_request(const struct rig *r, const char *method, char *dst, size_t cap);

#endif
