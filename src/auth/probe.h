/* SPDX-License-Identifier: Apache-2.0 */
/* auth/probe.h - Who is asked for SHA-256: devices whose User-Agent is known to take it,
 * once, at a refresh, while their binding still has minutes left. An agent that answers
 * with MD5 again is not asked a second time in that version. Bounded, in memory only:
 * what is forgotten is not asked. */
#ifndef AUTH_PROBE_H
#define AUTH_PROBE_H

#include "base/random.h"
#include "base/text.h"

enum {
	PROBE_SLOTS = 16384,     /* credentials watched */
	PROBE_REFUSED_MAX = 256, /* agent versions; past it nobody is asked */
	PROBE_LEFT_S = 120,      /* what the binding must have left */
	PROBE_REFRESH_S = 30,    /* sooner than this it is no refresh */
};

struct probe;

struct probe *probe_new(struct random *random);
void probe_free(struct probe *p);

/* The agent is in the table of those who take SHA-256. */
bool probe_agent_known(struct text user_agent);
/* A REGISTER with a right MD5 response, for expires_s: true when this device shall be
 * asked now. */
bool probe_ask(struct probe *p, int64_t credential_id, struct text user_agent,
	       uint32_t expires_s, uint32_t now_s);

#endif
