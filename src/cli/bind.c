/* SPDX-License-Identifier: Apache-2.0 */
/* cli/bind.c - Binds the edge's and the portal's sockets. */

#include "cli/bind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PORTAL_BACKLOG = 512 };

static int explain(int error, const char *scheme, const struct addr *a,
		   char reason[BIND_REASON_SIZE])
{
	char text[ADDR_TEXT_SIZE];
	const char *why = strerror(-error);

	if (error == -EADDRINUSE)
		why = "this port is in use by another program";
	else if (error == -EADDRNOTAVAIL)
		why = "this machine has no such address";
	else if (error == -EACCES)
		why = "ports below 1024 need root";
	snprintf(reason, BIND_REASON_SIZE, "cannot listen on %s:%s: %s", scheme,
		 addr_encode(text, a), why);
	return error;
}

static int bind_one(struct bound *b, enum transport t, const struct addr *a,
		    char reason[BIND_REASON_SIZE])
{
	struct net_listener made[NET_WORKERS_MAX];
	int error = net_listen(t, a, b->workers, made);

	if (error)
		return explain(error, transport_uri_name(t), a, reason);
	for (unsigned w = 0; w < b->workers; w++)
		b->listeners[w * NET_LISTENERS_MAX + b->count] = made[w];
	b->count++;
	return 0;
}

/* "*": one socket per family, both on the port that the first one got. */
static int bind_listener(struct bound *b, const struct config_listener *l,
			 char reason[BIND_REASON_SIZE])
{
	struct addr a = l->addr;
	int error;

	if (!l->both)
		return bind_one(b, l->transport, &a, reason);
	a.family = AF_INET;
	error = bind_one(b, l->transport, &a, reason);
	if (error)
		return error;
	a.family = AF_INET6;
	a.port = b->listeners[b->count - 1].addr.port;
	return bind_one(b, l->transport, &a, reason);
}

static int listen_at(int fd, const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);
	int one = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    (a->family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))) ||
	    bind(fd, (struct sockaddr *)&ss, len) || listen(fd, PORTAL_BACKLOG))
		return -errno;
	return 0;
}

static int bind_portal(struct bound *b, const struct config_listener *l,
		       char reason[BIND_REASON_SIZE])
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int error;

	b->portal = socket(l->addr.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	error = b->portal < 0 ? -errno : listen_at(b->portal, &l->addr);
	if (!error && getsockname(b->portal, (struct sockaddr *)&ss, &len))
		error = -errno;
	if (error)
		return explain(error, l->tls ? "https" : "http", &l->addr, reason);
	addr_from_sockaddr(&b->portal_addr, &ss);
	return 0;
}

/* The rows lie NET_LISTENERS_MAX apart while they grow; the edge wants them together. */
static void pack(struct bound *b)
{
	for (unsigned w = 1; w < b->workers; w++)
		memmove(&b->listeners[w * b->count], &b->listeners[w * NET_LISTENERS_MAX],
			b->count * sizeof(b->listeners[0]));
}

static unsigned worker_count(const struct config *c)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->workers)
		return c->workers;
	return cores < 1                 ? 1
	       : cores > NET_WORKERS_MAX ? NET_WORKERS_MAX
					 : (unsigned)cores;
}

int bind_all(const struct config *c, struct bound *ret, char reason[BIND_REASON_SIZE])
{
	struct bound b = { .workers = worker_count(c), .portal = -1 };
	int error = 0;

	b.listeners =
		calloc((size_t)b.workers * NET_LISTENERS_MAX, sizeof(b.listeners[0]));
	if (!b.listeners) {
		snprintf(reason, BIND_REASON_SIZE, "out of memory");
		return -ENOMEM;
	}
	for (unsigned i = 0; i < c->listen_count && !error; i++)
		error = bind_listener(&b, &c->listen[i], reason);
	pack(&b);
	if (!error)
		error = bind_portal(&b, &c->portal.listen, reason);
	if (error)
		bound_close(&b);
	else
		*ret = b;
	return error;
}

void bound_close_edge(struct bound *b)
{
	for (size_t i = 0; i < b->workers * b->count; i++)
		close(b->listeners[i].fd);
	free(b->listeners);
	b->listeners = NULL;
	b->count = 0;
}

void bound_close(struct bound *b)
{
	bound_close_edge(b);
	if (b->portal >= 0)
		close(b->portal);
	b->portal = -1;
}
