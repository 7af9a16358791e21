/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/resolve.c - SRV, then A and AAAA of each target (RFC 3263 4.2, RFC 2782). */

#include "trunk/resolve.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trunk/dns.h"

enum { TTL_MAX_S = 86400, PORT_SIP = 5060, PORT_SIPS = 5061 };

static void next_target(struct resolve *q);

static void end(struct resolve *q)
{
	q->done(q, q->addrs, q->addr_count, q->ttl_s);
}

static void shorten(struct resolve *q, long ttl_s)
{
	if (ttl_s >= 0 && (unsigned long)ttl_s < q->ttl_s)
		q->ttl_s = (unsigned)ttl_s;
}

static void take_node(struct resolve *q, const struct ares_addrinfo_node *node)
{
	struct sockaddr_storage ss = { 0 };
	struct addr a;

	if (q->addr_count == RESOLVE_ADDRESSES_MAX || node->ai_addrlen > sizeof(ss))
		return;
	memcpy(&ss, node->ai_addr, node->ai_addrlen);
	addr_from_sockaddr(&a, &ss);
	a.port = q->targets[q->target_at].port;
	shorten(q, node->ai_ttl);
	q->addrs[q->addr_count++] = a;
}

static void on_addresses(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct resolve *q = arg;

	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	for (struct ares_addrinfo_node *node = info ? info->nodes : NULL; node;
	     node = node->ai_next)
		take_node(q, node);
	if (info)
		ares_freeaddrinfo(info);
	q->target_at++;
	next_target(q);
}

static void next_target(struct resolve *q)
{
	struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
					     .ai_socktype = SOCK_DGRAM };

	if (q->target_at == q->target_count) {
		end(q);
		return;
	}
	ares_getaddrinfo(dns_channel(q->dns), q->targets[q->target_at].name, NULL, &hints,
			 on_addresses, q);
	dns_kick(q->dns);
}

static int by_priority(const void *a, const void *b)
{
	const struct resolve_target *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return (int)y->weight - (int)x->weight;
}

/* The target "." says that there is no such service: then nothing is left to ask. */
static void take_srv(struct resolve *q, const struct ares_srv_reply *list)
{
	q->target_count = 0;
	for (; list && q->target_count < RESOLVE_TARGETS_MAX; list = list->next) {
		struct resolve_target *t = &q->targets[q->target_count];
		size_t len = strlen(list->host);

		if (!len || !strcmp(list->host, ".") || len >= sizeof(t->name))
			continue;
		strcpy(t->name, list->host);
		t->port = list->port;
		t->priority = list->priority;
		t->weight = list->weight;
		q->target_count++;
	}
	qsort(q->targets, q->target_count, sizeof(*q->targets), by_priority);
}

static void on_srv(void *arg, int status, int timeouts, unsigned char *message, int len)
{
	struct ares_srv_reply *list = NULL;
	struct resolve *q = arg;

	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	if (status == ARES_SUCCESS &&
	    ares_parse_srv_reply(message, len, &list) == ARES_SUCCESS && list) {
		take_srv(q, list);
		shorten(q, resolve_ttl(message, (size_t)len));
		ares_free_data(list);
	}
	next_target(q);
}

static const char *srv_prefix(enum transport t)
{
	switch (t) {
	case TRANSPORT_UDP:
		return "_sip._udp.";
	case TRANSPORT_TLS:
		return "_sips._tcp.";
	default:
		return "_sip._tcp.";
	}
}

void resolve_start(struct dns *dns, struct resolve *q, struct text host, uint16_t port,
		   enum transport transport)
{
	char name[RESOLVE_NAME_SIZE + 16];

	q->dns = dns;
	q->addr_count = q->target_at = q->target_count = 0;
	q->ttl_s = TTL_MAX_S;
	if (text_copy(q->targets[0].name, sizeof(q->targets[0].name), host) < 0) {
		end(q);
		return;
	}
	q->target_count = 1;
	q->targets[0].port = port                         ? port
			     : transport == TRANSPORT_TLS ? PORT_SIPS
							  : PORT_SIP;
	if (port) {
		next_target(q);
		return;
	}
	snprintf(name, sizeof(name), "%s%s", srv_prefix(transport), q->targets[0].name);
	ares_query(dns_channel(dns), name, ns_c_in, ns_t_srv, on_srv, q);
	dns_kick(dns);
}
