/* SPDX-License-Identifier: Apache-2.0 */
/* media/relay.c - The relay and its threads. */

#include "media/relay.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void thread_prepare(struct media_thread *t)
{
	for (size_t i = 0; i < MEDIA_BATCH; i++) {
		struct packet *p = &t->packets[i];
		struct msghdr *h = &t->messages[i].msg_hdr;

		p->iov = (struct iovec){ p->bytes, sizeof(p->bytes) };
		h->msg_iov = &p->iov;
		h->msg_iovlen = 1;
		h->msg_name = &p->from;
	}
}

static void *thread_run(void *arg)
{
	struct media_thread *t = arg;

	loop_run(t->loop);
	return NULL;
}

/* Signals are for the threads that wait for them. */
static int thread_start(struct media_thread *t)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->thread, NULL, thread_run, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -rc;
}

static void thread_discard(struct media_thread *t)
{
	loop_free(t->loop);
	free(t->messages);
	free(t);
}

static int thread_new(const struct clock *clock, struct media_thread **ret)
{
	struct media_thread *t = calloc(1, sizeof(*t));
	int rc = -ENOMEM;

	if (!t)
		return rc;
	t->loop = loop_new(clock);
	t->messages = calloc(MEDIA_BATCH, sizeof(*t->messages));
	if (t->loop && t->messages) {
		thread_prepare(t);
		rc = thread_start(t);
	}
	if (rc < 0) {
		thread_discard(t);
		return rc;
	}
	*ret = t;
	return 0;
}

static void stop(struct task *task)
{
	struct media_thread *t = container_of(task, struct media_thread, stop);

	loop_stop(t->loop);
}

/* The stop goes the way of all tasks, so that sessions freed before have ended. */
static void thread_free(struct media_thread *t)
{
	t->stop.fn = stop;
	loop_post(t->loop, &t->stop);
	pthread_join(t->thread, NULL);
	thread_discard(t);
}

int media_relay_new(const struct media_config *config, struct media_relay **ret)
{
	struct media_relay *r;
	unsigned threads = config->threads ? config->threads : 1;
	int rc;

	if (threads > MEDIA_THREADS_MAX ||
	    (!config->advertise4.family && !config->advertise6.family))
		return -EINVAL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->config = *config;
	rc = media_ports_init(&r->ports, config->port_min, config->port_max,
			      config->random);
	if (rc < 0) {
		free(r);
		return rc;
	}
	for (; rc == 0 && r->thread_count < threads; r->thread_count += rc == 0)
		rc = thread_new(config->clock, &r->threads[r->thread_count]);
	if (rc < 0) {
		media_relay_free(r);
		return rc;
	}
	*ret = r;
	return 0;
}

void media_relay_free(struct media_relay *relay)
{
	if (!relay)
		return;
	for (unsigned i = 0; i < relay->thread_count; i++)
		thread_free(relay->threads[i]);
	media_ports_fini(&relay->ports);
	free(relay);
}

unsigned media_relay_sessions(const struct media_relay *relay)
{
	return atomic_load(&relay->sessions);
}

struct media_thread *media_thread_next(struct media_relay *relay)
{
	return relay
		->threads[atomic_fetch_add(&relay->next_thread, 1) % relay->thread_count];
}

const struct addr *media_relay_advertised(const struct media_relay *relay, uint8_t family)
{
	const struct addr *a = family == AF_INET6 ? &relay->config.advertise6
						  : &relay->config.advertise4;

	return a->family ? a : NULL;
}
