/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/stubs.h - Rooms that only write down who came: auth, registrar, trunk, call
 * and what the edge asks of account, rating and event. */
#ifndef UNIT_EDGE_STUBS_H
#define UNIT_EDGE_STUBS_H

#include "edge/edge.h"

struct stubs {
	enum auth_verdict verdict; /* of every digest */
	const char *reason;
	unsigned register_status;
	const char *trunk_source;  /* "host:port" that is trunk 5; NULL: none */
	char visited[512];         /* "auth registrar" ... */
	char event[ROW_TEXT_SIZE]; /* the last one put */
	int64_t event_credential;
};

extern struct stubs stubs;

void stubs_reset(void);

#endif
