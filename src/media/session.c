/* SPDX-License-Identifier: Apache-2.0 */
/* media/session.c - Sessions as the call sees them, whichever backend they have. */

#include <errno.h>

#include "media/backend.h"

void media_session_free(struct media_session *s)
{
	if (s)
		s->backend->free(s);
}

int media_session_leave(struct media_session *s)
{
	return s->backend->leave ? s->backend->leave(s) : 0;
}

void media_session_enter(struct media_session *s, struct rtpengine *e)
{
	if (s->backend->enter)
		s->backend->enter(s, e);
}

void media_session_peer(struct media_session *s, enum media_side side,
			const struct addr *signalling)
{
	s->backend->peer(s, side, signalling);
}

void media_session_urgent(struct media_session *s)
{
	if (s->backend->urgent)
		s->backend->urgent(s);
}

void media_session_web(struct media_session *s, enum media_side side)
{
	if (s->backend->web)
		s->backend->web(s, side);
}

void media_session_answerer(struct media_session *s, uint64_t who)
{
	if (s->backend->answerer)
		s->backend->answerer(s, who);
}

bool media_session_waits(const struct media_session *s)
{
	return s->backend->ask;
}

int media_session_ask(struct media_session *s, enum media_side from, enum media_role role,
		      const struct sdp *sdp, struct media_wait *w)
{
	return s->backend->ask ? s->backend->ask(s, from, role, sdp, w) : 0;
}

void media_question_wait(struct media_question *q, struct media_wait *w)
{
	q->wait = w;
	w->question = q;
}

void media_question_answered(struct media_question *q)
{
	struct media_wait *w = q->wait;

	if (!w)
		return;
	q->wait = NULL;
	w->question = NULL;
	w->fn(w);
}

void media_wait_cancel(struct media_wait *w)
{
	if (w->question)
		w->question->wait = NULL;
	w->question = NULL;
}

int media_session_offer(struct media_session *s, enum media_side from,
			const struct sdp *sdp, struct buf *out)
{
	return s->backend->describe(s, from, MEDIA_OFFER, sdp, out);
}

int media_session_answer(struct media_session *s, enum media_side from,
			 const struct sdp *sdp, struct buf *out)
{
	return s->backend->describe(s, from, MEDIA_ANSWER, sdp, out);
}

void media_session_agreed(struct media_session *s)
{
	if (s->backend->agreed)
		s->backend->agreed(s);
}

void media_session_go_back(struct media_session *s, enum media_side from,
			   const struct sdp *before)
{
	s->backend->go_back(s, from, before);
}

int media_session_echo(struct media_session *s, enum media_side side,
		       const struct sdp *offer, struct buf *answer)
{
	return s->backend->echo ? s->backend->echo(s, side, offer, answer) : -ENOENT;
}

int64_t media_session_silence_ms(struct media_session *s)
{
	return s->backend->silence_ms ? s->backend->silence_ms(s) : 0;
}

struct media_count media_session_count(struct media_session *s, enum media_side side)
{
	static const struct media_count none;

	return s->backend->count ? s->backend->count(s, side) : none;
}

struct media_quality media_session_quality(struct media_session *s, enum media_side side)
{
	static const struct media_quality none;

	return s->backend->quality ? s->backend->quality(s, side) : none;
}
