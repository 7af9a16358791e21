/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_listen.c - Values that name addresses and ports. */

#include <errno.h>
#include <string.h>

#include "cli/config_key.h"
#include "sip/uri.h"

/* ADDRESS:PORT with a port, or *:PORT. */
static int take_address(struct text t, struct config_listener *ret)
{
	uint32_t port;

	if (text_starts(t, TEXT("*:"))) {
		if (text_to_u32(text_from(t, 2), 65535, &port))
			return -EBADMSG;
		ret->both = true;
		ret->addr = (struct addr){ .port = (uint16_t)port };
		return 0;
	}
	ret->both = false;
	/* Two default ports that differ show whether one was given. */
	if (addr_decode(t, 1, &ret->addr) || ret->addr.port != 1)
		return addr_decode(t, 1, &ret->addr);
	return addr_decode(t, 2, &ret->addr) || ret->addr.port == 2 ? -EBADMSG : 0;
}

const char *config_take_edge_listen(void *base, const struct config_key *key,
				    struct text value)
{
	struct config *c = base;
	struct config_listener l = { .transport = TRANSPORT_UDP };
	struct text scheme, rest;

	if (!text_split(value, ':', &scheme, &rest))
		return "udp:ADDRESS:PORT or tcp:ADDRESS:PORT";
	if (text_eq(scheme, TEXT("tls")) || text_eq(scheme, TEXT("wss")) ||
	    text_eq(scheme, TEXT("ws")))
		return "udp: or tcp: (this version has no TLS and no WebSocket edge yet)";
	if (text_eq(scheme, TEXT("tcp")))
		l.transport = TRANSPORT_TCP;
	else if (!text_eq(scheme, TEXT("udp")))
		return "udp:ADDRESS:PORT or tcp:ADDRESS:PORT";
	if (take_address(rest, &l))
		return "an address and port, such as udp:0.0.0.0:5060, udp:[::]:5060 or "
		       "udp:*:5060";
	/* "*" becomes two sockets. */
	if (c->listen_count + 2 > NET_LISTENERS_MAX)
		return "fewer listeners";
	c->listen[c->listen_count++] = l;
	return NULL;
}

const char *config_take_portal_listen(void *base, const struct config_key *key,
				      struct text value)
{
	struct config_portal *p = &((struct config *)base)->portal;
	struct text scheme, rest;

	if (!text_split(value, ':', &scheme, &rest) ||
	    (!text_eq(scheme, TEXT("https")) && !text_eq(scheme, TEXT("http"))) ||
	    take_address(rest, &p->listen) || p->listen.both)
		return "https:ADDRESS:PORT or http:ADDRESS:PORT, such as "
		       "https:0.0.0.0:8443";
	p->listen.tls = text_eq(scheme, TEXT("https"));
	return NULL;
}

const char *config_take_admin(void *base, const struct config_key *key, struct text value)
{
	struct config *c = base;

	if (!text_starts(value, TEXT("unix:")) || value.len == 5 ||
	    text_copy(c->admin, sizeof(c->admin), text_from(value, 5)))
		return "unix:FILE";
	return NULL;
}

const char *config_take_advertise(void *base, const struct config_key *key,
				  struct text value)
{
	struct addr a;

	if (value.len == 0)
		return NULL;
	if (addr_decode(value, 1, &a) == 0 && a.port != 1)
		return "an address or name without port";
	if (memchr(value.p, ' ', value.len) || memchr(value.p, '/', value.len))
		return "an address or name";
	return config_take_text(base, key, value);
}

const char *config_take_proxy(void *base, const struct config_key *key, struct text value)
{
	static const char expected[] =
		"at most 16 addresses or networks, such as 10.0.0.0/8";
	struct config_portal *p = &((struct config *)base)->portal;
	struct config_proxy proxy = { .bits = 0 };
	struct text host, bits;
	uint32_t n;

	if (p->proxy_count >= CONFIG_PROXIES_MAX)
		return expected;
	text_split(value, '/', &host, &bits);
	if (addr_decode(host, 0, &proxy.addr) || proxy.addr.port != 0)
		return expected;
	proxy.bits = proxy.addr.family == AF_INET ? 32 : 128;
	if (host.len != value.len) {
		if (text_to_u32(bits, proxy.bits, &n))
			return expected;
		proxy.bits = n;
	}
	p->proxies[p->proxy_count++] = proxy;
	return NULL;
}

const char *config_take_ports(void *base, const struct config_key *key, struct text value)
{
	struct config *c = base;
	struct text low, high;
	uint32_t min, max;

	if (!text_split(value, '-', &low, &high) || text_to_u32(low, 65535, &min) ||
	    text_to_u32(high, 65535, &max) || min < 1024 || max < min + 3)
		return "FIRST-LAST within 1024-65535, at least four ports";
	c->media_port_min = (uint16_t)min;
	c->media_port_max = (uint16_t)max;
	return NULL;
}

const char *config_take_trunk_uri(void *base, const struct config_key *key,
				  struct text value)
{
	struct sip_uri uri;

	if (sip_uri_decode(value, &uri) || uri.scheme != SIP_SCHEME_SIP ||
	    uri.host.len == 0)
		return "sip:HOST, sip:HOST:PORT or sip:HOST:PORT;transport=tcp";
	return config_take_text(base, key, value);
}
