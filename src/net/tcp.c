/* SPDX-License-Identifier: Apache-2.0 */
/* net/tcp.c - Accepts and opens TCP connections. */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/worker.h"

enum {
	TCP_ACCEPTS = 64, /* in one turn */
	TCP_PAUSE_MS = 100,
	KEEPALIVE_AGAIN_S = 15,
};

static void set_int(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) < 0)
		return; /* a connection without it works, too */
}

static void tune(int fd)
{
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, NET_STREAM_STALL_S * 1000);
	set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, NET_STREAM_KEEPALIVE_S);
	set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_AGAIN_S);
}

static struct addr local_name(int fd, const struct addr *otherwise)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr a = *otherwise;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0)
		addr_from_sockaddr(&a, &ss);
	return a;
}

static void accept_again(struct timer *timer)
{
	struct tcp_listener *t = container_of(timer, struct tcp_listener, pause);

	watch_change(&t->watch, LOOP_READ);
}

/* Without descriptors or memory the listener would report the same peer for ever. */
static void pause_accepting(struct tcp_listener *t)
{
	t->worker->counters.stream_refused++;
	watch_change(&t->watch, 0);
	timer_start(t->worker->loop, &t->pause, TCP_PAUSE_MS, accept_again);
}

static void accepted(struct tcp_listener *t, int fd, const struct sockaddr_storage *from)
{
	struct conn_wish wish = { .transport = t->transport,
				  .fd = fd,
				  .local = local_name(fd, &t->addr) };
	struct flow flow;

	addr_from_sockaddr(&wish.remote, from);
	tune(fd);
	if (conn_new(t->worker, &wish, &flow) < 0)
		t->worker->counters.stream_refused++;
	else
		t->worker->counters.stream_accepted++;
}

static bool lacks_resources(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void tcp_ready(struct watch *watch, unsigned ready)
{
	struct tcp_listener *t = container_of(watch, struct tcp_listener, watch);

	for (int i = 0; i < TCP_ACCEPTS; i++) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		int fd = accept4(watch->fd, (struct sockaddr *)&from, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			accepted(t, fd, &from);
		} else if (errno == EAGAIN) {
			return;
		} else if (lacks_resources(errno)) {
			pause_accepting(t);
			return;
		}
	}
}

int tcp_open(struct net_worker *w, const struct net_listener *l, uint16_t index)
{
	struct tcp_listener *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->worker = w;
	t->transport = l->transport;
	t->addr = l->addr;
	t->watch.fd = l->fd;
	t->watch.fn = tcp_ready;
	r = watch_start(w->loop, &t->watch, LOOP_READ);
	if (r < 0)
		free(t);
	else
		w->tcps[index] = t;
	return r;
}

void tcp_close(struct tcp_listener *t)
{
	if (!t)
		return;
	timer_stop(&t->pause);
	watch_stop(&t->watch);
	free(t);
}

/* From the listener's address when that is one of ours, not the wildcard. */
static int begin(int fd, const struct addr *local, const struct addr *remote)
{
	struct addr from = *local;
	struct sockaddr_storage ss;
	socklen_t len;

	from.port = 0;
	if (!addr_is_any(local)) {
		set_int(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
		len = addr_to_sockaddr(&from, &ss);
		if (bind(fd, (struct sockaddr *)&ss, len) < 0)
			return -errno;
	}
	len = addr_to_sockaddr(remote, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) < 0 && errno != EINPROGRESS)
		return -errno;
	return 0;
}

int tcp_connect(struct net_worker *w, enum transport t, const struct addr *local,
		const struct addr *remote, const char *name, struct flow *ret)
{
	struct conn_wish wish = {
		.transport = t, .connecting = true, .name = name, .remote = *remote
	};
	int r, fd = socket(remote->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	tune(fd);
	r = begin(fd, local, remote);
	if (r < 0) {
		close(fd);
		return r;
	}
	wish.fd = fd;
	wish.local = local_name(fd, local);
	r = conn_new(w, &wish, ret);
	if (r == 0)
		w->counters.stream_opened++;
	return r;
}
