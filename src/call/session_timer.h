/* SPDX-License-Identifier: Apache-2.0 */
/* call/session_timer.h - Session timers (RFC 4028), each leg's own: a dialog that nobody
 * refreshes any more ends the call. We refresh where the choice is ours: by UPDATE where the
 * peer takes it, else by a re-INVITE that says again what was said. A peer that does not
 * know session timers has none (media silence ends its calls), an emergency call neither. */
#ifndef CALL_SESSION_TIMER_H
#define CALL_SESSION_TIMER_H

#include "call/room.h"

enum { SESSION_MIN_S = 90, SESSION_MAX_S = 86400, SESSION_TRIES_MAX = 3 };

/* True: an INVITE or UPDATE of a peer that knows timers wants less than we allow: 422 with
 * Min-SE (9). */
bool session_timer_too_small(const struct call_engine *e, const struct sip_msg *m);
void session_timer_min_put(const struct call_engine *e, struct buf *b);

/* Into our 2xx to that INVITE or UPDATE; the timer begins anew, or ends when the peer does
 * not want it any more (9). */
void session_timer_answer_put(struct leg *l, struct buf *b, const struct sip_msg *req);
/* Into an INVITE or UPDATE of ours (7.1), and what its 2xx says (7.2). */
void session_timer_request_put(const struct leg *l, struct buf *b);
void session_timer_take(struct leg *l, const struct sip_msg *response);
/* A 422: true when the request may be sent again with the longer interval (7.3). */
bool session_timer_longer(struct leg *l, const struct sip_msg *response);
void session_timer_stop(struct leg *l);

#endif
