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

const char *addr_encode_host(char dst[ADDR_TEXT_SIZE], const struct addr *a,
			     bool brackets)
{
	char host[INET6_ADDRSTRLEN];

	if (!a->family || !inet_ntop(a->family, a->ip, host, sizeof(host)))
		strcpy(host, "none");
	brackets = brackets && a->family == AF_INET6;
	snprintf(dst, ADDR_TEXT_SIZE, "%s%s%s", brackets ? "[" : "", host,
		 brackets ? "]" : "");
	return dst;
}

const char *addr_encode(char dst[ADDR_TEXT_SIZE], const struct addr *a)
{
	size_t len = strlen(addr_encode_host(dst, a, true));

	snprintf(dst + len, ADDR_TEXT_SIZE - len, ":%u", a->port);
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
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		a->family = AF_INET;
		memcpy(a->ip, &in6->sin6_addr.s6_addr[12], 4);
		return;
	}
	a->family = AF_INET6;
	a->scope = in6->sin6_scope_id;
	memcpy(a->ip, &in6->sin6_addr, 16);
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
