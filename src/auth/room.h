/* SPDX-License-Identifier: Apache-2.0 */
/* auth/room.h - Inside auth; for this folder's files only. */
#ifndef AUTH_ROOM_H
#define AUTH_ROOM_H

#include "auth/auth.h"
#include "auth/nonce.h"
#include "auth/penalty.h"
#include "auth/probe.h"
#include "auth/replay.h"

struct auth {
	struct account_book *book;
	const struct vault *vault;
	struct text realm;
	struct text domain;
	struct text calling_code;
	struct nonce_maker nonces;
	struct replay *replay;
	struct probe *probe;
	struct penalty *penalty;
	bool (*bound)(void *arg, int64_t credential_id, const struct addr *source);
	void *bound_arg;
	struct vault_sealed nobody; /* opened where there is no credential */
};

/* The digest's uri names the same resource as the request's (RFC 7616 3.4.6). */
bool auth_uri_matches(struct text uri, const struct sip_msg *m);
/* Of its eight hex digits; 0: there are none. */
uint32_t auth_nc_of(struct text nc);
/* What was sent as auth name is the number of one of our lines. */
bool auth_is_number(struct auth *a, struct text name);

#endif
