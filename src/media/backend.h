/* SPDX-License-Identifier: Apache-2.0 */
/* media/backend.h - What a backend of media sessions does. A cell that is NULL: nothing is
 * to be done, or media.h says what is answered. */
#ifndef MEDIA_BACKEND_H
#define MEDIA_BACKEND_H

#include "media/media.h"

struct media_session {
	const struct media_backend *backend;
};

/* As the functions of media.h of these names. */
struct media_backend {
	const char *name;
	void (*free)(struct media_session *);
	int (*leave)(struct media_session *);
	void (*enter)(struct media_session *, struct rtpengine *);
	void (*peer)(struct media_session *, enum media_side, const struct addr *);
	void (*urgent)(struct media_session *);
	void (*web)(struct media_session *, enum media_side);
	void (*answerer)(struct media_session *, uint64_t who);
	int (*ask)(struct media_session *, enum media_side, enum media_role,
		   const struct sdp *, struct media_wait *);
	int (*describe)(struct media_session *, enum media_side, enum media_role,
			const struct sdp *, struct buf *);
	void (*agreed)(struct media_session *);
	void (*go_back)(struct media_session *, enum media_side, const struct sdp *);
	int (*echo)(struct media_session *, enum media_side, const struct sdp *,
		    struct buf *);
	int64_t (*silence_ms)(struct media_session *); /* NULL: 0 */
	struct media_count (*count)(struct media_session *, enum media_side);
	struct media_quality (*quality)(struct media_session *, enum media_side);
};

/* What has been asked; the backend embeds and owns it. */
struct media_question {
	struct media_wait *wait; /* NULL: nobody waits any more */
};
/* Ties both together; calls the one who still waits. */
void media_question_wait(struct media_question *q, struct media_wait *w);
void media_question_answered(struct media_question *q);

#endif
