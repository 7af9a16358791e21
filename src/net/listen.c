/* SPDX-License-Identifier: Apache-2.0 */
/* net/listen.c - Binds the listeners, before the workers begin. */

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "net/socket.h"

enum { LISTEN_BACKLOG = 1024, LISTEN_UDP_BUFFER = 4 << 20, LISTEN_TRIES = 8 };

static int set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ? -errno : 0;
}

/* For datagrams bigger than the path takes, the kernel makes fragments: no SIP message
 * depends on a router's ICMP. Both settings are wishes. */
static void tune_udp(int fd, uint8_t family)
{
	if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, LISTEN_UDP_BUFFER) < 0)
		set_int(fd, SOL_SOCKET, SO_RCVBUF, LISTEN_UDP_BUFFER);
	if (family == AF_INET)
		set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
	else
		set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
}

/* On a wildcard address only the packet knows which of our addresses it was sent to. */
static int set_options(int fd, enum transport t, const struct addr *a)
{
	int r = 0;

	if (a->family == AF_INET6)
		r = set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (r == 0 && transport_reliable(t))
		r = set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (r == 0 && t == TRANSPORT_UDP && addr_is_any(a))
		r = a->family == AF_INET6 ? set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
					  : set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (t == TRANSPORT_UDP)
		tune_udp(fd, a->family);
	return r;
}

static int bind_and_listen(int fd, enum transport t, struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, &ss);

	if (bind(fd, (struct sockaddr *)&ss, len) < 0)
		return -errno;
	if (transport_reliable(t) && listen(fd, LISTEN_BACKLOG) < 0)
		return -errno;
	len = sizeof(ss);
	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		return -errno;
	addr_from_sockaddr(a, &ss);
	return 0;
}

static int open_one(enum transport t, const struct addr *a, bool shared,
		    struct net_listener *ret)
{
	int type = t == TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM;
	struct net_listener l = { .transport = t, .addr = *a };
	int r;

	l.fd = socket(a->family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l.fd < 0)
		return -errno;
	r = set_options(l.fd, t, a);
	if (r == 0 && shared)
		r = set_int(l.fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (r == 0)
		r = bind_and_listen(l.fd, t, &l.addr);
	if (r < 0)
		close(l.fd);
	else
		*ret = l;
	return r;
}

/* Sockets with SO_REUSEPORT would join those of another server of the same user without
 * a word. One without it finds out who is there, and picks the port when it is 0. */
static int probe(enum transport t, struct addr *a)
{
	struct net_listener l;
	int r = open_one(t, a, false, &l);

	if (r < 0)
		return r;
	close(l.fd);
	*a = l.addr;
	return 0;
}

static int open_all(enum transport t, struct addr a, unsigned workers,
		    struct net_listener *ret)
{
	int r = workers > 1 ? probe(t, &a) : 0;
	unsigned opened = 0;

	while (r == 0 && opened < workers) {
		r = open_one(t, &a, workers > 1, &ret[opened]);
		opened += r == 0;
	}
	while (r < 0 && opened > 0)
		close(ret[--opened].fd);
	return r;
}

int net_listen(enum transport t, const struct addr *a, unsigned workers,
	       struct net_listener *ret)
{
	int r, tries = a->port ? 1 : LISTEN_TRIES;

	if (!a->family || workers == 0 || workers > NET_WORKERS_MAX)
		return -EINVAL;
	do { /* another process may be as quick on a free port as we are */
		r = open_all(t, *a, workers, ret);
	} while (r == -EADDRINUSE && --tries > 0);
	return r;
}
