/* SPDX-License-Identifier: Apache-2.0 */
/* media/engine_command.h - What rtpengine is told and what it answers. Internal to media/. */
#ifndef MEDIA_ENGINE_COMMAND_H
#define MEDIA_ENGINE_COMMAND_H

#include "media/media.h"

/* What a side speaks. */
enum engine_profile {
	ENGINE_UNKNOWN,
	ENGINE_PLAIN, /* RTP/AVP */
	ENGINE_SDES,  /* RTP/SAVP with keys in the description */
	ENGINE_WEB,   /* UDP/TLS/RTP/SAVPF with ICE */
};

struct engine_call {
	char id[25];
	bool begun; /* somebody has been described */
	bool late;  /* first an answerer, with an offer */
	struct {
		struct addr signalling;      /* family 0: not known */
		bool web;                    /* its signalling is WebSocket */
		enum engine_profile profile; /* as its own description said */
	} sides[2];
};

/* "from" describes itself, to or as that answerer; notes what it speaks. */
void engine_describe_put(struct buf *b, struct engine_call *c, uint64_t who,
			 enum media_side from, enum media_role role,
			 const struct sdp *sdp);
void engine_query_put(struct buf *b, const struct engine_call *c);
void engine_delete_put(struct buf *b, const struct engine_call *c);

/* The description in a reply, with nothing in it but what the side that is not "from" needs.
 * 0, -ECONNREFUSED (it says no), -EBADMSG, -ENOMEM. */
int engine_reply(struct text reply, const struct engine_call *c, enum media_side from,
		 struct buf *ret);
/* RTP packets of both sides. 0, -ENOENT (it does not know the call), -EBADMSG. */
int engine_packets(struct text reply, uint64_t *ret);

#endif
