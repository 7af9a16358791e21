/* SPDX-License-Identifier: Apache-2.0 */
/* media/update.h - Hands over to the relay's thread. Internal to media/. */
#ifndef MEDIA_UPDATE_H
#define MEDIA_UPDATE_H

#include "media/relay.h"

/* Takes the update over, with its sockets. Updates of one session are applied in order;
 * the caller holds the session's lock. */
void media_update_post(struct update *u);
/* Takes the session over: closes its sockets and frees it. */
void relay_session_post_end(struct relay_session *s);

#endif
