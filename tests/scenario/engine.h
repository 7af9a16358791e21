/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/engine.h - An rtpengine of the test's own, as far as it goes who is told which
 * port; a description of it says 198.18.0.1. */
#ifndef SCENARIO_ENGINE_H
#define SCENARIO_ENGINE_H

#include "base/buf.h"

enum { ENGINE_PORTS_MAX = 64, ENGINE_KEY_SIZE = 160 };

struct test_engine {
	char told[ENGINE_PORTS_MAX][ENGINE_KEY_SIZE];
	unsigned count;
};

/* Answers a datagram of the ng protocol. Who has not been told a port gets the next one: 40000,
 * 40002 ... As rtpengine does it, those who answer one offer have one to themselves for the
 * caller to hear them from, and the one that was offered in common. */
void test_engine_answer(struct test_engine *e, struct text datagram, struct buf *ret);

#endif
