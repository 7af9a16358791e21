/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/scene.h - Whole requests, as a device sends them, before a room with one
 * credential: k7m2x9qd, of the line +41441234567. */
#ifndef UNIT_AUTH_SCENE_H
#define UNIT_AUTH_SCENE_H

#include "../account/room.h"
#include "auth/auth.h"
#include "base/buf.h"

#define REALM "voip.example.ch"

struct scene {
	struct room *room;
	struct auth *auth;
	struct credential_row credential; /* k7m2x9qd */
	struct addr source;               /* family 0: another one for each request */
	uint32_t requests;
	int64_t spent_ns; /* of the processor's time, by the last check */
};

int scene_setup(void **state);
int scene_teardown(void **state);

/* A request as a device would send it; what is NULL or 0 takes the usual. */
struct request {
	const char *method; /* REGISTER */
	const char *uri;    /* sip:voip.example.ch */
	const char *digest_uri;
	const char *username; /* k7m2x9qd */
	const char *password; /* password-of-k7m2x9qd */
	const char *realm;
	const char *nonce;     /* of the last challenge */
	const char *algorithm; /* of the last challenge; "" leaves it out */
	const char *qop;       /* auth; "" leaves it out */
	unsigned nc;           /* 1 */
	const char *agent;
	const char *contact;
	bool proxy;
	bool upper; /* response in A to F */
};

/* What the last challenge said. */
struct challenge {
	char nonce[128];
	char algorithm[16];
	bool stale;
	bool seen;
};

void scene_put_request(struct buf *b, const struct request *q, const char *extra);
void scene_put_authorization(struct buf *b, const struct request *q,
			     const struct challenge *last);
/* Ends the request, frees it. */
struct auth_result scene_check_text(struct scene *s, struct buf *b, bool proxy);
/* last NULL: without credentials. */
struct auth_result scene_check(struct scene *s, const struct request *q,
			       const struct challenge *last);
struct challenge scene_challenge(struct scene *s, const struct auth_result *result);
/* The challenge that everybody gets first. */
struct challenge scene_first(struct scene *s);
void assert_result(const struct auth_result *r, enum auth_verdict verdict,
		   const char *reason);

#endif
