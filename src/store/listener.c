/* SPDX-License-Identifier: Apache-2.0 */
/* store/listener.c - The thread that hears of other nodes' changes. */
#include <errno.h>
#include <signal.h>

#include "store/core.h"

enum { POLL_MS = 1000 };

static void heard(void *arg, const char *topic, int64_t key)
{
	store_feed_tell(arg, topic, key);
}

static int64_t now_us(void)
{
	return clock_mono_us(clock_real());
}

/* True while the store is open; notes that the feed is complete up to now. */
static bool still_open(struct store *s, bool complete)
{
	bool open;

	pthread_mutex_lock(&s->lock);
	open = !s->closing;
	if (complete)
		s->heard_us = now_us();
	pthread_mutex_unlock(&s->lock);
	return open;
}

static void *listener_main(void *arg)
{
	struct store *s = arg;
	bool complete = false;

	while (still_open(s, complete))
		complete = s->driver->feed->wait(s->listener, POLL_MS, heard, s) == 0;
	return NULL;
}

int store_feed_open(struct store *s, char reason[STORE_REASON_SIZE])
{
	sigset_t all, old;
	int error;

	if (!s->driver->feed || s->virtual_time)
		return 0;
	error = s->driver->feed->listen(&s->place, &s->listener, reason);
	if (error)
		return error;
	s->heard_us = now_us();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&s->listener_thread, NULL, listener_main, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	s->listener_started = error == 0;
	return -error;
}

void store_feed_close(struct store *s)
{
	if (s->listener_started) {
		pthread_mutex_lock(&s->lock);
		s->closing = true;
		pthread_mutex_unlock(&s->lock);
		s->driver->feed->wake(s->listener);
		pthread_join(s->listener_thread, NULL);
	}
	if (s->listener)
		s->driver->feed->close(s->listener);
}

int64_t store_feed_age_us(struct store *s)
{
	int64_t heard_us;

	if (!s->listener)
		return 0;
	pthread_mutex_lock(&s->lock);
	heard_us = s->heard_us;
	pthread_mutex_unlock(&s->lock);
	return now_us() - heard_us;
}
