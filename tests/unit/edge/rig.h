/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/rig.h - An edge of one worker on the fake clock and network, before rooms
 * that only write down who came (stubs.h). */
#ifndef UNIT_EDGE_RIG_H
#define UNIT_EDGE_RIG_H

#include "edge/edge.h"
#include "fake/clock.h"
#include "fake/net.h"
#include "fake/random.h"
#include "unit/edge/stubs.h"

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct fake_net *net;
	struct edge *edge;
	struct flow peer;
	char sent[8192]; /* the last message sent */
};

void rig_open(struct rig *r, enum transport t);
void rig_close(struct rig *r);
void rig_turn(struct rig *r);
/* Takes the next message sent; false when there is none. */
bool rig_sent(struct rig *r);
/* Status of r->sent, 0 when it is no response. */
unsigned rig_status(const struct rig *r);

#endif
