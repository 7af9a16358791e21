/* SPDX-License-Identifier: Apache-2.0 */
/* media/socket.c - Binds the sockets of a port pair. */

#include <errno.h>
#include <netinet/ip.h>
#include <unistd.h>

#include "media/relay.h"

enum {
	BIND_TRIES = 64,      /* ports that other programs hold are passed over */
	VOICE_DSCP = 46 << 2, /* expedited forwarding (RFC 3246) */
};

static struct addr bind_addr(const struct media_relay *relay, uint8_t family)
{
	struct addr a = family == AF_INET6 ? relay->config.bind6 : relay->config.bind4;

	if (!a.family)
		a = (struct addr){ .family = family };
	return a;
}

static void set_int(int fd, int level, int name, int value)
{
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

static int open_one(struct addr a, uint16_t port, int *ret)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int rc, fd = socket(a.family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (a.family == AF_INET6) {
		set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		set_int(fd, IPPROTO_IPV6, IPV6_TCLASS, VOICE_DSCP);
	} else {
		set_int(fd, IPPROTO_IP, IP_TOS, VOICE_DSCP);
	}
	a.port = port;
	len = addr_to_sockaddr(&a, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	*ret = fd;
	return 0;
}

static int open_pair(const struct addr *a, uint16_t port, int fds[MEDIA_KINDS])
{
	int rtp, rtcp, rc = open_one(*a, port, &rtp);

	if (rc < 0)
		return rc;
	rc = open_one(*a, (uint16_t)(port + 1), &rtcp);
	if (rc < 0) {
		close(rtp);
		return rc;
	}
	fds[MEDIA_RTP] = rtp;
	fds[MEDIA_RTCP] = rtcp;
	return 0;
}

int media_sockets_open(struct media_relay *relay, uint8_t family, bool urgent,
		       uint16_t *ret, int fds[MEDIA_KINDS])
{
	struct addr a = bind_addr(relay, family);
	int rc = -EADDRINUSE;

	for (unsigned tries = 0; rc == -EADDRINUSE && tries < BIND_TRIES; tries++) {
		uint16_t port = media_ports_take(&relay->ports, urgent);

		if (port == 0)
			return -EADDRNOTAVAIL;
		rc = open_pair(&a, port, fds);
		if (rc < 0)
			media_ports_give(&relay->ports, port);
		else
			*ret = port;
	}
	return rc;
}

void media_sockets_close(struct media_relay *relay, uint16_t port, int fds[MEDIA_KINDS])
{
	for (enum media_kind k = 0; k < MEDIA_KINDS; k++) {
		if (fds[k] >= 0)
			close(fds[k]);
	}
	media_ports_give(&relay->ports, port);
}
