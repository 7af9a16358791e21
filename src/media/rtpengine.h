/* SPDX-License-Identifier: Apache-2.0 */
/* media/rtpengine.h - Sessions whose sound passes through rtpengine: it speaks SRTP, DTLS and
 * ICE, and so joins a browser with a plain phone. Each side is offered what it speaks: what
 * its own description said last, else WebRTC over WebSocket, else plain RTP. One for each
 * worker, on that worker's thread. */
#ifndef MEDIA_RTPENGINE_H
#define MEDIA_RTPENGINE_H

#include "media/media.h"
#include "media/ng.h"

struct rtpengine;

/* NULL when out of memory. */
struct rtpengine *rtpengine_new(const struct ng_config *cfg);
/* Tells the engines to forget what is left. Sessions must have been freed before. */
void rtpengine_free(struct rtpengine *e);
/* NULL when memory is out. The two sides of one call; another branch is another session. */
struct media_session *rtpengine_session(struct rtpengine *e);
struct ng *rtpengine_ng(struct rtpengine *e);

#endif
