/* SPDX-License-Identifier: Apache-2.0 */
/* net/flow.c - Flows and the names of transports (RFC 3261 7.1, RFC 7118). */

#include "net/flow.h"

#include <errno.h>

static const struct {
	const char *via;
	const char *uri;
} names[] = {
	[TRANSPORT_UDP] = { "UDP", "udp" }, [TRANSPORT_TCP] = { "TCP", "tcp" },
	[TRANSPORT_TLS] = { "TLS", "tls" }, [TRANSPORT_WS] = { "WS", "ws" },
	[TRANSPORT_WSS] = { "WSS", "wss" },
};

enum { TRANSPORT_COUNT = sizeof(names) / sizeof(names[0]) };

const char *transport_via_name(enum transport t)
{
	return names[t].via;
}

const char *transport_uri_name(enum transport t)
{
	return names[t].uri;
}

const char *transport_param(enum transport t)
{
	return names[t == TRANSPORT_WSS ? TRANSPORT_WS : t].uri;
}

int transport_decode(struct text t, enum transport *ret)
{
	for (unsigned i = 0; i < TRANSPORT_COUNT; i++) {
		if (text_eq_nocase(t, text_of(names[i].uri))) {
			*ret = (enum transport)i;
			return 0;
		}
	}
	return -ENOENT;
}

bool flow_eq(const struct flow *a, const struct flow *b)
{
	if (a->transport != b->transport || a->conn != b->conn)
		return false;
	return a->conn ||
	       (addr_eq(&a->local, &b->local) && addr_eq(&a->remote, &b->remote));
}
