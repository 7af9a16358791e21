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

/* Without TLS the browser's own rules do not let a page in, and neither do we: ws is for a
 * reverse proxy on the same machine. */
const char *config_take_edge_listen(void *base, const struct config_key *key,
				    struct text value)
{
	static const char expected[] = "udp:ADDRESS:PORT, tcp:, tls: or wss:";
	struct config *c = base;
	struct config_listener l = { .transport = TRANSPORT_UDP };
	struct text scheme, rest;

	if (!text_split(value, ':', &scheme, &rest) ||
	    transport_decode(scheme, &l.transport) < 0)
		return expected;
	if (take_address(rest, &l))
		return "an address and port, such as udp:0.0.0.0:5060, udp:[::]:5060 or "
		       "udp:*:5060";
	if (l.transport == TRANSPORT_WS && (l.both || !addr_is_loopback(&l.addr)))
		return "wss:, or ws: on a loopback address behind a reverse proxy";
	/* "*" becomes two sockets. */
	if (c->listen_count + 2 > NET_LISTENERS_MAX)
		return "fewer listeners";
	c->listen[c->listen_count++] = l;
	return NULL;
}

const char *config_take_ws_origin(void *base, const struct config_key *key,
				  struct text value)
{
	static const char expected[] =
		"at most 16 origins such as https://phone.example.ch, or none";
	struct config *c = base;
	struct text rest;

	if (c->origin_count >= CONFIG_ORIGINS_MAX)
		return expected;
	if (!text_eq(value, TEXT("none"))) {
		if (!text_starts(value, TEXT("https://")) &&
		    !text_starts(value, TEXT("http://")))
			return expected;
		text_split(value, ':', NULL, &rest);
		if (rest.len < 3 || text_find(text_from(rest, 2), '/') >= 0)
			return expected;
	}
	if (text_copy(c->origins[c->origin_count], sizeof(c->origins[0]), value))
		return expected;
	c->origin_count++;
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

static const char *take_network(struct addr_network *list, unsigned *count,
				struct text value)
{
	if (*count >= CONFIG_PROXIES_MAX || addr_network_decode(value, &list[*count]) < 0)
		return "at most 16 addresses or networks, such as 10.0.0.0/8";
	(*count)++;
	return NULL;
}

const char *config_take_source(void *base, const struct config_key *key,
			       struct text value)
{
	struct trunk_config *t = base;

	return take_network(t->sources, &t->source_count, value);
}

const char *config_take_proxy(void *base, const struct config_key *key, struct text value)
{
	struct config_portal *p = &((struct config *)base)->portal;

	return take_network(p->proxies, &p->proxy_count, value);
}

const char *config_take_path_from(void *base, const struct config_key *key,
				  struct text value)
{
	struct config *c = base;

	return take_network(c->path_from, &c->path_from_count, value);
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
	static const char expected[] =
		"sip:HOST, sip:HOST:PORT, with ;transport=udp, tcp or tls; or sips:HOST";
	enum transport transport;
	struct sip_uri uri;
	struct text name;

	if (sip_uri_decode(value, &uri) || uri.host.len == 0 ||
	    (uri.scheme != SIP_SCHEME_SIP && uri.scheme != SIP_SCHEME_SIPS))
		return expected;
	if (sip_uri_param(&uri, TEXT("transport"), &name) &&
	    (transport_decode(name, &transport) < 0 || transport > TRANSPORT_TLS))
		return expected;
	return config_take_text(base, key, value);
}

const char *config_take_rtpengine(void *base, const struct config_key *key,
				  struct text value)
{
	static const char expected[] =
		"at most 8 of udp:ADDRESS:PORT, such as udp:127.0.0.1:2223";
	struct ng_config *ng = &((struct config *)base)->rtpengine;
	struct config_listener l = { 0 };

	if (!text_starts(value, TEXT("udp:")) || ng->count >= NG_ENGINES_MAX ||
	    take_address(text_from(value, 4), &l) || l.both || l.addr.port == 0 ||
	    addr_is_any(&l.addr))
		return expected;
	ng->engines[ng->count++] = l.addr;
	return NULL;
}
