/* SPDX-License-Identifier: Apache-2.0 */
/* net/addr.h - An IP address and port. */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"

struct addr {
	uint8_t family; /* AF_INET, AF_INET6 or 0 */
	uint16_t port;  /* host order */
	uint32_t scope; /* of link-local IPv6 */
	uint8_t ip[16]; /* network order; IPv4 in the first four */
};

enum { ADDR_TEXT_SIZE = 64 };

/* "192.0.2.1", "192.0.2.1:5060", "[2001:db8::1]:5060", "2001:db8::1", "[2001:db8::1]".
 * Without a port, default_port. 0 or -EBADMSG; never asks DNS. */
int addr_decode(struct text t, uint16_t default_port, struct addr *ret);
const char *addr_encode(char dst[ADDR_TEXT_SIZE], const struct addr *a); /* with port */
/* Without port; IPv6 in brackets when asked, as in a URI. */
const char *addr_encode_host(char dst[ADDR_TEXT_SIZE], const struct addr *a,
			     bool brackets);
bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_eq_host(const struct addr *a, const struct addr *b);
/* Within the network of that many bits; the port does not matter. */
bool addr_in(const struct addr *a, const struct addr *network, unsigned bits);
bool addr_is_loopback(const struct addr *a);
bool addr_is_any(const struct addr *a);
/* 10.0.0.0/8 */
struct addr_network {
	struct addr addr;
	unsigned bits;
};
/* ADDRESS or ADDRESS/BITS; -EBADMSG. */
int addr_network_decode(struct text t, struct addr_network *ret);
bool addr_in_network(const struct addr *a, const struct addr_network *n);
/* IPv4-mapped IPv6 becomes IPv4. */
void addr_from_sockaddr(struct addr *a, const struct sockaddr_storage *ss);
socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss);

#endif
