/* SPDX-License-Identifier: Apache-2.0 */
/* net/flow.h - The transport association a message arrived on or leaves by (RFC 5626
 * section 3): a pair of addresses for UDP, a connection otherwise. A value; copy it. */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include "net/addr.h"

enum transport {
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_TLS,
	TRANSPORT_WS,
	TRANSPORT_WSS
};

struct flow {
	uint8_t transport; /* enum transport */
	uint8_t worker;    /* the edge worker that owns the socket */
	uint16_t listener; /* which of its sockets (UDP), 0 otherwise */
	uint32_t peers;    /* TLS: bit i: the other end has shown a certificate that was
	                    * verified and is for the i-th name of those that are asked
	                    * for; 0 otherwise. Not looked at by flow_eq */
	uint64_t conn;     /* the connection's id, never used again; 0 for UDP */
	struct addr local;
	struct addr remote;
};

/* "UDP", "TCP" ... as in Via; "udp" ... in lower case; as in a URI parameter, where
 * WebSockets are "ws", with TLS or without (RFC 7118 5.2). */
const char *transport_via_name(enum transport t);
const char *transport_uri_name(enum transport t);
const char *transport_param(enum transport t);
/* Either case; -ENOENT when unknown. */
int transport_decode(struct text t, enum transport *ret);
static inline bool transport_reliable(uint8_t t)
{
	return t != TRANSPORT_UDP;
}
static inline bool transport_secure(uint8_t t)
{
	return t == TRANSPORT_TLS || t == TRANSPORT_WSS;
}
/* What comes over it is whole messages, not a stream of bytes (RFC 7118). */
static inline bool transport_websocket(uint8_t t)
{
	return t == TRANSPORT_WS || t == TRANSPORT_WSS;
}
/* The same connection; for UDP the same pair of addresses, whichever socket. */
bool flow_eq(const struct flow *a, const struct flow *b);

#endif
