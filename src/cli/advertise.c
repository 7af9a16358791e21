/* SPDX-License-Identifier: Apache-2.0 */
/* cli/advertise.c - Which of our addresses others are told. */

#include "cli/advertise.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Documentation addresses: nothing is sent, the kernel only looks up its route. */
static const char *const far_away[] = { "192.0.2.1:9", "[2001:db8::1]:9" };

static const struct addr *listener_of(const struct bound *b, uint8_t family)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->listeners[i].addr.family == family)
			return &b->listeners[i].addr;
	}
	return NULL;
}

/* The address that this machine would send from; false: none of that family. */
static bool route_address(uint8_t family, struct addr *ret)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	struct addr to;
	socklen_t len;
	bool good;

	if (fd < 0 || addr_decode(text_of(far_away[family == AF_INET6]), 0, &to))
		return false;
	len = addr_to_sockaddr(&to, &ss);
	good = connect(fd, (struct sockaddr *)&ss, len) == 0;
	len = sizeof(ss);
	good = good && getsockname(fd, (struct sockaddr *)&ss, &len) == 0;
	if (good)
		addr_from_sockaddr(ret, &ss);
	close(fd);
	return good;
}

static void media_family(const struct config *c, const struct bound *b, uint8_t family,
			 struct addr *bind, struct addr *advertise)
{
	const struct addr *own = listener_of(b, family);
	struct addr configured;

	if (!own)
		return;
	if (!addr_is_any(own))
		*bind = *advertise = *own;
	else if (!route_address(family, advertise))
		addr_decode(family == AF_INET ? TEXT("127.0.0.1") : TEXT("::1"), 0,
			    advertise);
	if (c->advertise[0] && addr_decode(text_of(c->advertise), 0, &configured) == 0 &&
	    configured.family == family)
		*advertise = configured;
}

void advertise_media(const struct config *c, const struct bound *b,
		     struct media_config *ret)
{
	media_family(c, b, AF_INET, &ret->bind4, &ret->advertise4);
	media_family(c, b, AF_INET6, &ret->bind6, &ret->advertise6);
}

const char *advertise_portal_host(const struct config *c, char dst[CONFIG_HOST_SIZE])
{
	struct text host = text_of(strstr(c->portal.origin, "//") + 2);
	ptrdiff_t colon = host.p[0] == '[' ? -1 : text_find(host, ':');

	if (colon >= 0)
		host.len = (size_t)colon;
	text_copy(dst, CONFIG_HOST_SIZE, host);
	return dst;
}

const char *advertise_proxy_host(const struct config *c, const struct bound *b,
				 char dst[CONFIG_HOST_SIZE])
{
	char host[ADDR_TEXT_SIZE];

	if (c->advertise[0])
		snprintf(dst, CONFIG_HOST_SIZE, "%s", c->advertise);
	else if (b->count > 0 && !addr_is_any(&b->listeners[0].addr))
		snprintf(dst, CONFIG_HOST_SIZE, "%s",
			 addr_encode_host(host, &b->listeners[0].addr, true));
	else
		snprintf(dst, CONFIG_HOST_SIZE, "%s", c->domain);
	return dst;
}

uint16_t advertise_proxy_port(const struct bound *b)
{
	return b->count > 0 ? b->listeners[0].addr.port : 5060;
}
