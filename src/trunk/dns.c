/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/dns.c - c-ares tells which sockets it waits for; our loop waits for them. */

#include "trunk/dns.h"

#include <stdbool.h>
#include <stdlib.h>

enum { SOCKETS_MAX = 16, TIMEOUT_MS = 2000, TRIES = 3 };

struct dns {
	struct loop *loop;
	ares_channel channel;
	struct timer timer;
	struct dns_socket {
		struct watch watch;
		struct dns *dns;
		bool used;
	} sockets[SOCKETS_MAX];
};

static void on_timer(struct timer *t)
{
	struct dns *d = container_of(t, struct dns, timer);

	ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	dns_kick(d);
}

static void on_ready(struct watch *w, unsigned ready)
{
	struct dns *d = container_of(w, struct dns_socket, watch)->dns;

	ares_process_fd(d->channel, ready & LOOP_READ ? w->fd : ARES_SOCKET_BAD,
			ready & LOOP_WRITE ? w->fd : ARES_SOCKET_BAD);
	dns_kick(d);
}

static struct dns_socket *socket_of(struct dns *d, int fd)
{
	struct dns_socket *unused = NULL;

	for (unsigned i = 0; i < SOCKETS_MAX; i++) {
		if (d->sockets[i].used && d->sockets[i].watch.fd == fd)
			return &d->sockets[i];
		if (!d->sockets[i].used)
			unused = &d->sockets[i];
	}
	return unused;
}

/* A socket that cannot be watched ends by the query's own time limit. */
static void on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	unsigned events = (readable ? LOOP_READ : 0) | (writable ? LOOP_WRITE : 0);
	struct dns *d = arg;
	struct dns_socket *s = socket_of(d, fd);

	if (!s)
		return;
	if (s->used && !events) {
		watch_stop(&s->watch);
		s->used = false;
	} else if (s->used) {
		watch_change(&s->watch, events);
	} else if (events) {
		*s = (struct dns_socket){ .watch = { .fd = fd, .fn = on_ready },
					  .dns = d };
		s->used = watch_start(d->loop, &s->watch, events) == 0;
	}
}

static int open_channel(struct dns *d, const char *servers, unsigned timeout_ms)
{
	struct ares_options options = {
		.timeout = (int)(timeout_ms ? timeout_ms : TIMEOUT_MS),
		.tries = TRIES,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = d,
	};
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;

	if (ares_init_options(&d->channel, &options, mask) != ARES_SUCCESS)
		return -1;
	if (servers && ares_set_servers_ports_csv(d->channel, servers) != ARES_SUCCESS) {
		ares_destroy(d->channel);
		return -1;
	}
	return 0;
}

struct dns *dns_new(struct loop *loop, const char *servers, unsigned timeout_ms)
{
	struct dns *d;

	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d) {
		d->loop = loop;
		if (open_channel(d, servers, timeout_ms) == 0)
			return d;
	}
	free(d);
	ares_library_cleanup();
	return NULL;
}

void dns_free(struct dns *d)
{
	if (!d)
		return;
	ares_destroy(d->channel);
	timer_stop(&d->timer);
	for (unsigned i = 0; i < SOCKETS_MAX; i++)
		watch_stop(&d->sockets[i].watch);
	free(d);
	ares_library_cleanup();
}

ares_channel dns_channel(struct dns *d)
{
	return d->channel;
}

void dns_kick(struct dns *d)
{
	struct timeval room, *next = ares_timeout(d->channel, NULL, &room);

	timer_stop(&d->timer);
	if (next)
		timer_start(d->loop, &d->timer,
			    next->tv_sec * 1000 + next->tv_usec / 1000 + 1, on_timer);
}
