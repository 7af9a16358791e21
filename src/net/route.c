/* SPDX-License-Identifier: Apache-2.0 */
/* net/route.c - Asks the kernel for the source address of a destination. */

#include <errno.h>
#include <unistd.h>

#include "net/worker.h"

/* Connecting a UDP socket looks up the route and sends nothing. */
int route_source(const struct addr *remote, struct addr *ret)
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
