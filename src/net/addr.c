/* SPDX-License-Identifier: Apache-2.0 */
/* net/addr.c - IP addresses and ports, as text and for the kernel. */

#include "net/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static int decode_v4(struct text t, struct addr *a)
{
	char host[INET_ADDRSTRLEN];

	if (text_copy(host, sizeof(host), t) < 0 || strlen(host) != t.len ||
	    inet_pton(AF_INET, host, a->ip) != 1)
		return -EBADMSG;
	a->family = AF_INET;
	return 0;
}

/* "%2" or "%eth0" behind a link-local address. */
static int decode_scope(struct text t, uint32_t *ret)
{
	char name[IF_NAMESIZE];

	if (text_to_u32(t, UINT32_MAX, ret) == 0)
		return 0;
	if (text_copy(name, sizeof(name), t) < 0)
		return -EBADMSG;
	*ret = if_nametoindex(name);
	return *ret ? 0 : -EBADMSG;
}

/* ::ffff:192.0.2.1 is 192.0.2.1, wherever it is written or comes from (RFC 4291 2.5.5.2). */
static void unmap(struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(a->ip, mapped, sizeof(mapped)) != 0)
		return;
	a->family = AF_INET;
	a->scope = 0;
	memmove(a->ip, a->ip + sizeof(mapped), 4);
	memset(a->ip + 4, 0, sizeof(a->ip) - 4);
}

static int decode_v6(struct text t, struct addr *a)
{
	char host[INET6_ADDRSTRLEN];
	struct text scope;

	if (text_split(t, '%', &t, &scope) && decode_scope(scope, &a->scope) < 0)
		return -EBADMSG;
	if (text_copy(host, sizeof(host), t) < 0 || strlen(host) != t.len ||
	    inet_pton(AF_INET6, host, a->ip) != 1)
		return -EBADMSG;
	a->family = AF_INET6;
	unmap(a);
	return 0;
}

static int decode_port(struct text t, uint16_t *ret)
{
	uint32_t port;

	if (text_to_u32(t, UINT16_MAX, &port) < 0)
		return -EBADMSG;
	*ret = (uint16_t)port;
	return 0;
}

/* "[host]" or "[host]:port" */
static int decode_bracketed(struct text t, struct addr *a)
{
	struct text host, rest;

	if (!text_split(text_from(t, 1), ']', &host, &rest) || decode_v6(host, a) < 0)
		return -EBADMSG;
	if (rest.len == 0)
		return 0;
	return rest.p[0] == ':' ? decode_port(text_from(rest, 1), &a->port) : -EBADMSG;
}

int addr_decode(struct text t, uint16_t default_port, struct addr *ret)
{
	struct addr a = { .port = default_port };
	struct text host, port;
	int r;

	if (text_starts(t, TEXT("["))) {
		r = decode_bracketed(t, &a);
	} else if (!text_split(t, ':', &host, &port)) {
		r = decode_v4(t, &a);
	} else if (text_find(port, ':') >= 0) {
		r = decode_v6(t, &a);
	} else {
		r = decode_v4(host, &a);
		if (r == 0)
			r = decode_port(port, &a.port);
	}
	if (r == 0)
		*ret = a;
	return r;
}

static char *put_number(char *to, unsigned n)
{
	char digits[5];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n && at);
	memcpy(to, digits + at, sizeof(digits) - at);
	return to + sizeof(digits) - at;
}

static char *put_octet(char *to, unsigned n)
{
	if (n >= 100)
		*to++ = (char)('0' + n / 100);
	if (n >= 10)
		*to++ = (char)('0' + n / 10 % 10);
	*to++ = (char)('0' + n % 10);
	return to;
}

/* Every message has some; the library takes a formatted print for each. */
static char *put_v4(char *to, const uint8_t ip[4])
{
	for (unsigned i = 0; i < 4; i++) {
		if (i)
			*to++ = '.';
		to = put_octet(to, ip[i]);
	}
	return to;
}

const char *addr_encode_host(char dst[ADDR_TEXT_SIZE], const struct addr *a,
			     bool brackets)
{
	char host[INET6_ADDRSTRLEN];

	if (a->family == AF_INET) {
		*put_v4(dst, a->ip) = '\0';
		return dst;
	}
	if (!a->family || !inet_ntop(a->family, a->ip, host, sizeof(host)))
		strcpy(host, "none");
	brackets = brackets && a->family == AF_INET6;
	snprintf(dst, ADDR_TEXT_SIZE, "%s%s%s", brackets ? "[" : "", host,
		 brackets ? "]" : "");
	return dst;
}

const char *addr_encode(char dst[ADDR_TEXT_SIZE], const struct addr *a)
{
	char *end = dst + strlen(addr_encode_host(dst, a, true));

	*end++ = ':';
	*put_number(end, a->port) = '\0';
	return dst;
}

static size_t ip_len(const struct addr *a)
{
	return a->family == AF_INET6 ? 16 : a->family == AF_INET ? 4 : 0;
}

bool addr_eq_host(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->scope == b->scope &&
	       memcmp(a->ip, b->ip, ip_len(a)) == 0;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && addr_eq_host(a, b);
}

bool addr_in(const struct addr *a, const struct addr *network, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (network->family != a->family || memcmp(network->ip, a->ip, whole) != 0)
		return false;
	return rest == 0 || ((network->ip[whole] ^ a->ip[whole]) & mask) == 0;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (a->family == AF_INET)
		return a->ip[0] == 127;
	return a->family == AF_INET6 && memcmp(a->ip, one, sizeof(one)) == 0;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return a->family && memcmp(a->ip, zero, ip_len(a)) == 0;
}

static void from_v6(struct addr *a, const struct sockaddr_in6 *in6)
{
	a->port = ntohs(in6->sin6_port);
	a->family = AF_INET6;
	a->scope = in6->sin6_scope_id;
	memcpy(a->ip, &in6->sin6_addr, 16);
	unmap(a);
}

void addr_from_sockaddr(struct addr *a, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *in = (const void *)ss;

	*a = (struct addr){ 0 };
	if (ss->ss_family == AF_INET6) {
		from_v6(a, (const void *)ss);
	} else if (ss->ss_family == AF_INET) {
		a->family = AF_INET;
		a->port = ntohs(in->sin_port);
		memcpy(a->ip, &in->sin_addr, 4);
	}
}

socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *in6 = (void *)ss;
	struct sockaddr_in *in = (void *)ss;

	*ss = (struct sockaddr_storage){ .ss_family = a->family };
	if (a->family == AF_INET6) {
		in6->sin6_port = htons(a->port);
		in6->sin6_scope_id = a->scope;
		memcpy(&in6->sin6_addr, a->ip, 16);
		return sizeof(*in6);
	}
	in->sin_port = htons(a->port);
	memcpy(&in->sin_addr, a->ip, 4);
	return sizeof(*in);
}

int addr_network_decode(struct text t, struct addr_network *ret)
{
	struct addr_network n;
	struct text host, bits;
	uint32_t given, mapped;

	text_split(t, '/', &host, &bits);
	if (addr_decode(host, 0, &n.addr) < 0 || n.addr.port)
		return -EBADMSG;
	n.bits = n.addr.family == AF_INET6 ? 128 : 32;
	if (host.len != t.len) {
		mapped = n.addr.family == AF_INET && text_find(host, ':') >= 0 ? 96 : 0;
		if (text_to_u32(bits, n.bits + mapped, &given) < 0 || given < mapped)
			return -EBADMSG;
		n.bits = given - mapped;
	}
	*ret = n;
	return 0;
}

bool addr_in_network(const struct addr *a, const struct addr_network *n)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (n->addr.family != a->family || memcmp(n->addr.ip, a->ip, whole) != 0)
		return false;
	return rest == 0 || ((n->addr.ip[whole] ^ a->ip[whole]) & mask) == 0;
}
