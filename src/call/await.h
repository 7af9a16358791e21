/* SPDX-License-Identifier: Apache-2.0 */
/* call/await.h - A message whose description must first be shown to rtpengine waits in its
 * leg, and all that come for the leg behind it, in order; then it is dealt with as if it had
 * come now. With the relay nothing waits. */
#ifndef CALL_AWAIT_H
#define CALL_AWAIT_H

#include "call/room.h"

enum {
	AWAIT_MAX = 8
}; /* messages of one leg; more are dropped, and resent by the peer */

typedef void await_fn(struct leg *l, const struct sip_msg *m);

/* What becomes of m's description: "from" describes itself to "to" by it. */
struct await_what {
	struct leg *from, *to;
	enum media_role role;
	uint64_t who; /* behind the branch that is one of them; 0: as before */
};

/* True: deal with m now. False: fn is called with a copy, once. Whoever waits with l may
 * have gone meanwhile: fn looks. */
bool await_media(struct leg *l, const struct await_what *what, const struct sip_msg *m,
		 await_fn *fn);
/* Nothing of the leg waits. */
bool await_idle(const struct leg *l);
/* Forgets what waits. */
void await_drop(struct leg *l);

#endif
