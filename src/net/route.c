/* SPDX-License-Identifier: Apache-2.0 */
/* net/route.c - Asks the kernel for the source address of a destination. */

#include <errno.h>
#include <unistd.h>

#include "net/worker.h"

#define KEPT_US INT64_C(1000000)

/* Connecting a UDP socket looks up the route and sends nothing. */
static int ask(const struct addr *remote, struct addr *ret)
{
	int fd = socket(remote->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(remote, &ss);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&ss, len) < 0)
		r = -errno;
	len = sizeof(ss);
	if (r == 0 && getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		r = -errno;
	close(fd);
	if (r == 0)
		addr_from_sockaddr(ret, &ss);
	return r;
}

/* Calls go to few trunks: a place for each is as good as a table. */
static struct route_kept *place_of(struct net_worker *w, const struct addr *remote)
{
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(remote->ip); i++)
		sum += remote->ip[i];
	return &w->routes[sum % NET_ROUTES_KEPT];
}

int route_source(struct net_worker *w, const struct addr *remote, struct addr *ret)
{
	struct route_kept *kept = place_of(w, remote);
	int64_t now_us = loop_now_us(w->loop);
	struct addr source;
	int r;

	if (now_us >= kept->until_us || !addr_eq_host(&kept->remote, remote)) {
		r = ask(remote, &source);
		if (r < 0)
			return r;
		*kept = (struct route_kept){ *remote, source, now_us + KEPT_US };
	}
	*ret = kept->source;
	return 0;
}
