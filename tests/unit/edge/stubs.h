/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/stubs.h - Rooms that only write down who came: auth, registrar, trunk, call
 * and what the edge asks of account, rating and event. */
#ifndef UNIT_EDGE_STUBS_H
#define UNIT_EDGE_STUBS_H

#include "edge/edge.h"
#include "event/attempt.h"

struct stubs {
	enum auth_verdict verdict; /* of every digest */
	const char *reason;
	unsigned register_status;
	int64_t bound_connection; /* whose every connection is; 0: nobody's */
	enum credential_status bound_status;
	const char *trunk_source;  /* "host:port" that is trunk 5; NULL: none */
	char visited[512];         /* "auth registrar" ... */
	char event[ROW_TEXT_SIZE]; /* the last one put */
	int64_t event_credential;
	char device_event[ROW_TEXT_SIZE]; /* kind and reason of the last one put */
	bool watched;
	unsigned weighed; /* in place of an event of nobody's */
	unsigned attempts;
	struct attempt attempt; /* the last one */
};

extern struct stubs stubs;

void stubs_reset(void);

#endif
