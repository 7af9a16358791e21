/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/resolve.c - NAPTR, SRV, then A and AAAA of each target (RFC 3263 4.1, 4.2). A
 * record that is not there leads on to the next question; a server that does not answer
 * does not: it could lead a trunk of TLS to UDP. */

#include "trunk/resolve.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "trunk/dns.h"

enum { TTL_MAX_S = 86400, PORT_SIP = 5060, PORT_SIPS = 5061 };

enum outcome { FOUND, ABSENT, FAILED, GONE /* the channel ends */ };

static void next_target(struct resolve *q);
static void next_service(struct resolve *q);

static void end(struct resolve *q)
{
	q->done(q, q->hops, q->hop_count, q->ttl_s, q->failed);
}

static void shorten(struct resolve *q, long ttl_s)
{
	if (ttl_s >= 0 && (unsigned long)ttl_s < q->ttl_s)
		q->ttl_s = (unsigned)ttl_s;
}

static enum outcome outcome_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return FOUND;
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return ABSENT;
	case ARES_EDESTRUCTION:
	case ARES_ECANCELLED:
		return GONE;
	default:
		return FAILED;
	}
}

/* How long what the message says, or that it says nothing, may be used. */
static void take_ttl(struct resolve *q, enum outcome outcome,
		     const unsigned char *message, int len)
{
	unsigned absent_s;

	if (outcome == FAILED) {
		q->failed = true;
	} else if (outcome == FOUND) {
		shorten(q, resolve_ttl(message, (size_t)len));
	} else if (message) {
		absent_s = resolve_absent_ttl(message, (size_t)len);
		if (absent_s)
			shorten(q, absent_s);
	}
}

static void take_node(struct resolve *q, const struct ares_addrinfo_node *node)
{
	const struct resolve_target *t = &q->targets[q->target_at];
	struct sockaddr_storage ss = { 0 };
	struct resolve_hop *hop = &q->hops[q->hop_count];

	if (q->hop_count == RESOLVE_HOPS_MAX || node->ai_addrlen > sizeof(ss))
		return;
	memcpy(&ss, node->ai_addr, node->ai_addrlen);
	*hop = (struct resolve_hop){ .transport = q->transport,
				     .group = q->groups,
				     .priority = t->priority,
				     .weight = t->weight };
	addr_from_sockaddr(&hop->addr, &ss);
	hop->addr.port = t->port;
	shorten(q, node->ai_ttl);
	q->hop_count++;
}

static void on_addresses(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	enum outcome outcome = outcome_of(status);
	struct resolve *q = arg;

	if (outcome == GONE)
		return;
	for (struct ares_addrinfo_node *node = info ? info->nodes : NULL; node;
	     node = node->ai_next)
		take_node(q, node);
	if (info)
		ares_freeaddrinfo(info);
	q->failed |= outcome == FAILED;
	q->groups++;
	q->target_at++;
	next_target(q);
}

static void next_target(struct resolve *q)
{
	struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
					     .ai_socktype = SOCK_DGRAM };

	if (q->target_at == q->target_count) {
		if (q->plain) {
			end(q);
			return;
		}
		q->service_at++;
		next_service(q);
		return;
	}
	ares_getaddrinfo(dns_channel(q->dns), q->targets[q->target_at].name, NULL, &hints,
			 on_addresses, q);
	dns_kick(q->dns);
}

static int by_priority(const void *a, const void *b)
{
	const struct resolve_target *x = a, *y = b;

	return (int)x->priority - (int)y->priority;
}

/* The target "." says that there is no such service: then nothing is left to ask. */
static void take_srv(struct resolve *q, const struct ares_srv_reply *list)
{
	q->srv_found = true;
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
	enum outcome outcome = outcome_of(status);
	struct ares_srv_reply *list = NULL;
	struct resolve *q = arg;

	if (outcome == GONE)
		return;
	if (outcome == FOUND)
		outcome = outcome_of(ares_parse_srv_reply(message, len, &list));
	take_ttl(q, outcome, message, len);
	q->target_count = q->target_at = 0;
	if (outcome == FOUND)
		take_srv(q, list);
	ares_free_data(list);
	next_target(q);
}

static uint16_t default_port(uint8_t transport)
{
	return transport == TRANSPORT_TLS ? PORT_SIPS : PORT_SIP;
}

static void ask_plain(struct resolve *q, uint16_t port)
{
	q->plain = true;
	q->target_at = 0;
	q->target_count = 1;
	q->targets[0] = (struct resolve_target){ .port = port };
	memcpy(q->targets[0].name, q->host, sizeof(q->targets[0].name));
	next_target(q);
}

/* What gives addresses first is it: NAPTR has put them in order (4.1). */
static void next_service(struct resolve *q)
{
	if (q->hop_count ||
	    (q->service_at == q->service_count && (q->srv_found || q->failed))) {
		end(q);
		return;
	}
	if (q->service_at == q->service_count) {
		q->transport = q->services[0].transport;
		ask_plain(q, default_port(q->transport));
		return;
	}
	q->transport = q->services[q->service_at].transport;
	ares_query(dns_channel(q->dns), q->services[q->service_at].name, ns_c_in,
		   ns_t_srv, on_srv, q);
	dns_kick(q->dns);
}

static void add_service(struct resolve *q, const char *prefix, uint8_t transport)
{
	struct resolve_service *s = &q->services[q->service_count++];

	*s = (struct resolve_service){ .transport = transport };
	snprintf(s->name, sizeof(s->name), "%s%s", prefix, q->host);
}

static void add_service_of(struct resolve *q, uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_UDP:
		add_service(q, "_sip._udp.", transport);
		break;
	case TRANSPORT_TLS:
		add_service(q, "_sips._tcp.", transport);
		break;
	default:
		add_service(q, "_sip._tcp.", transport);
	}
}

/* Without NAPTR: each that we speak, ours to choose; TLS only where it was asked for. */
static void add_usual_services(struct resolve *q)
{
	if (q->sips) {
		add_service_of(q, TRANSPORT_TLS);
		return;
	}
	add_service_of(q, TRANSPORT_UDP);
	add_service_of(q, TRANSPORT_TCP);
}

static const struct service_name {
	const char *name;
	uint8_t transport;
} service_names[] = {
	{ "SIP+D2U", TRANSPORT_UDP },
	{ "SIP+D2T", TRANSPORT_TCP },
	{ "SIPS+D2T", TRANSPORT_TLS },
};

static bool usable(const struct resolve *q, const struct ares_naptr_reply *r,
		   uint8_t *transport)
{
	if (strcasecmp((const char *)r->flags, "s") != 0 || !r->replacement[0] ||
	    strlen(r->replacement) >= RESOLVE_NAME_SIZE)
		return false;
	for (size_t i = 0; i < sizeof(service_names) / sizeof(*service_names); i++) {
		*transport = service_names[i].transport;
		if (strcasecmp((const char *)r->service, service_names[i].name) == 0)
			return q->transports & 1u << *transport &&
			       (!q->sips || *transport == TRANSPORT_TLS);
	}
	return false;
}

static int by_order(const void *a, const void *b)
{
	const struct resolve_service *x = a, *y = b;

	if (x->order != y->order)
		return (int)x->order - (int)y->order;
	return (int)x->preference - (int)y->preference;
}

static void take_naptr(struct resolve *q, const struct ares_naptr_reply *list)
{
	uint8_t transport;

	for (; list && q->service_count < RESOLVE_SERVICES_MAX; list = list->next) {
		if (!usable(q, list, &transport))
			continue;
		add_service(q, "", transport);
		strcpy(q->services[q->service_count - 1].name, list->replacement);
		q->services[q->service_count - 1].order = list->order;
		q->services[q->service_count - 1].preference = list->preference;
	}
	qsort(q->services, q->service_count, sizeof(*q->services), by_order);
}

static void on_naptr(void *arg, int status, int timeouts, unsigned char *message, int len)
{
	struct ares_naptr_reply *list = NULL;
	enum outcome outcome = outcome_of(status);
	struct resolve *q = arg;

	if (outcome == GONE)
		return;
	if (outcome == FOUND)
		outcome = outcome_of(ares_parse_naptr_reply(message, len, &list));
	take_ttl(q, outcome, message, len);
	if (outcome == FOUND)
		take_naptr(q, list);
	else if (outcome == ABSENT)
		add_usual_services(q);
	ares_free_data(list);
	if (q->service_count)
		next_service(q);
	else /* nobody could tell, or nothing that we speak */
		end(q);
}

static bool begin(struct resolve *q, const struct resolve_question *question)
{
	q->hop_count = q->service_count = q->service_at = 0;
	q->target_count = q->target_at = 0;
	q->groups = 0;
	q->srv_found = q->plain = q->failed = false;
	q->ttl_s = TTL_MAX_S;
	q->sips = question->sips;
	q->transports = question->transports;
	return text_copy(q->host, sizeof(q->host), question->host) == 0;
}

void resolve_start(struct dns *dns, struct resolve *q,
		   const struct resolve_question *question)
{
	q->dns = dns;
	if (!begin(q, question)) {
		end(q);
	} else if (question->port) {
		q->transport = question->named  ? question->transport
			       : question->sips ? TRANSPORT_TLS
						: TRANSPORT_UDP;
		ask_plain(q, question->port);
	} else if (question->named) {
		add_service_of(q, question->transport);
		next_service(q);
	} else {
		ares_query(dns_channel(dns), q->host, ns_c_in, ns_t_naptr, on_naptr, q);
		dns_kick(dns);
	}
}
