/* SPDX-License-Identifier: Apache-2.0 */
/* media/update.c - What descriptions change, and the end of a session, on the relay's
 * thread. */

#include "media/update.h"

#include <stdlib.h>
#include <unistd.h>

static void socket_start(struct stream_end *end, enum media_family family,
			 enum media_kind kind, int fd)
{
	struct stream_socket *s = &end->sockets[family][kind];

	s->end = end;
	s->kind = kind;
	s->watch.fd = fd;
	s->watch.fn = media_packet_ready;
	/* Without a watch the side is not heard, which media_session_silence_ms shows. */
	(void)watch_start(end->session->thread->loop, &s->watch, LOOP_READ);
}

static void announce(struct update *u, size_t i)
{
	struct stream_end *end = u->remotes[i].end;

	end->echo = u->echo;
	end->content = u->remotes[i].content;
	end->clock_hz = u->remotes[i].clock_hz;
	for (enum media_kind k = 0; k < MEDIA_KINDS; k++)
		latch_announce(&end->latches[k], &u->remotes[i].announced[k],
			       &u->signalling);
}

static void apply(struct update *u)
{
	for (size_t i = 0; i < u->opened_count; i++) {
		struct opened *o = &u->opened[i];

		for (enum media_kind k = 0; k < MEDIA_KINDS; k++)
			socket_start(o->end, o->family, k, o->fds[k]);
	}
	for (size_t i = 0; i < SDP_MEDIA_MAX; i++) {
		if (u->remotes[i].end)
			announce(u, i);
	}
}

static struct update *oldest_first(struct update *newest)
{
	struct update *list = NULL;

	while (newest) {
		struct update *older = newest->older;

		newest->older = list;
		list = newest;
		newest = older;
	}
	return list;
}

void relay_session_apply(struct relay_session *s)
{
	struct update *list;

	if (!atomic_load_explicit(&s->pending, memory_order_acquire))
		return;
	list = oldest_first(atomic_exchange(&s->pending, NULL));
	for (; list; list = list->older)
		apply(list);
}

static void update_arrived(struct task *task)
{
	struct update *u = container_of(task, struct update, task);

	relay_session_apply(u->session);
	free(u);
}

void media_update_post(struct update *u)
{
	struct relay_session *s = u->session;

	u->task.fn = update_arrived;
	/* The session's lock is held, so only the relay's thread meddles, and it takes all. */
	u->older = atomic_load(&s->pending);
	while (!atomic_compare_exchange_weak(&s->pending, &u->older, u))
		;
	loop_post(s->thread->loop, &u->task);
}

static void end_close(struct media_relay *relay, struct stream_end *end)
{
	for (enum media_family f = 0; f < MEDIA_FAMILIES; f++) {
		int fds[MEDIA_KINDS];

		for (enum media_kind k = 0; k < MEDIA_KINDS; k++) {
			watch_stop(&end->sockets[f][k].watch);
			fds[k] = end->sockets[f][k].watch.fd;
		}
		if (end->ports[f])
			media_sockets_close(relay, end->ports[f], fds);
	}
}

static void end_session(struct task *task)
{
	struct relay_session *s = container_of(task, struct relay_session, end);

	for (size_t i = 0; i < SDP_MEDIA_MAX; i++) {
		struct media_stream *stream = s->streams[i];

		for (size_t side = 0; stream && side < 2; side++)
			end_close(s->relay, &stream->ends[side]);
		free(stream);
	}
	pthread_mutex_destroy(&s->lock);
	atomic_fetch_sub(&s->relay->sessions, 1);
	free(s);
}

void relay_session_post_end(struct relay_session *s)
{
	s->end.fn = end_session;
	loop_post(s->thread->loop, &s->end);
}
