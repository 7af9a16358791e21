/* SPDX-License-Identifier: Apache-2.0 */
/* call/request.c - Requests inside a dialog (RFC 3261 12.2.1.1) and where they go. */

#include "call/challenge.h"
#include "call/headers.h"
#include "call/leg.h"

static void host_of(const struct leg *l, char dst[ADDR_TEXT_SIZE])
{
	const struct call_config *cfg = &l->call->engine->cfg;

	if (cfg->contact_host)
		cfg->contact_host(cfg->arg, &l->flow, dst);
	else
		addr_encode(dst, &l->flow.local);
}

void leg_contact_put(const struct leg *l, struct buf *b)
{
	char host[ADDR_TEXT_SIZE];

	host_of(l, host);
	if (l->flow.transport == TRANSPORT_UDP)
		sip_header_printf(b, SIP_HDR_CONTACT, "<sip:%s>", host);
	else
		sip_header_printf(b, SIP_HDR_CONTACT, "<sip:%s;transport=%s>", host,
				  transport_uri_name(l->flow.transport));
}

static bool first_route(const struct leg *l, struct sip_address *ret)
{
	struct text list = text_of(l->routes), first;

	return sip_list_next(&list, &first) && sip_address_decode(first, ret) == 0;
}

static bool routes_strictly(const struct leg *l, struct sip_address *first)
{
	struct text flag;

	return first_route(l, first) && !sip_uri_param(&first->uri, TEXT("lr"), &flag);
}

/* A first hop of RFC 2543 wants itself as Request-URI and the target as last Route. */
static void put_strict_head(const struct leg *l, struct buf *b, enum sip_method m,
			    const struct sip_address *first)
{
	struct text rest = text_of(l->routes), element;

	sip_request_begin(b, m, first->uri_text);
	sip_list_next(&rest, &element);
	while (sip_list_next(&rest, &element))
		sip_header_put(b, SIP_HDR_ROUTE, element);
	sip_header_printf(b, SIP_HDR_ROUTE, "<%s>", l->target);
}

static void put_head(const struct leg *l, struct buf *b, enum sip_method m)
{
	struct sip_address first;

	if (routes_strictly(l, &first)) {
		put_strict_head(l, b, m, &first);
		return;
	}
	sip_request_begin(b, m, text_of(l->target));
	if (l->routes)
		sip_header_put(b, SIP_HDR_ROUTE, text_of(l->routes));
}

/* A call that goes round must come to its end; inside a dialog nothing goes round. */
static uint32_t max_forwards(const struct leg *l)
{
	return l->state == LEG_CALLING ? l->call->max_forwards - 1 : 70;
}

void leg_request_begin(struct leg *l, struct buf *b, enum sip_method m, uint32_t cseq)
{
	put_head(l, b, m);
	sip_header_printf(b, SIP_HDR_MAX_FORWARDS, "%u", max_forwards(l));
	sip_header_printf(b, SIP_HDR_FROM, "%s;tag=%s", l->local, l->local_tag);
	if (l->remote_tag && l->remote_tag[0])
		sip_header_printf(b, SIP_HDR_TO, "%s;tag=%s", l->remote, l->remote_tag);
	else
		sip_header_put(b, SIP_HDR_TO, text_of(l->remote));
	sip_header_put(b, SIP_HDR_CALL_ID, text_of(l->call_id));
	sip_header_printf(b, SIP_HDR_CSEQ, "%u %.*s", cseq, TEXT_ARG(sip_method_name(m)));
	if (l->challenge && m != SIP_ACK)
		challenge_answer_put(l, b, m);
	headers_agent_put(b);
}

uint32_t leg_next_cseq(struct leg *l)
{
	return ++l->local_cseq;
}

static bool address_of(const struct sip_uri *uri, const struct leg *l, struct addr *ret)
{
	return addr_decode(uri->host, uri->port ? uri->port : 5060, ret) == 0 &&
	       !addr_is_any(ret) &&
	       (!addr_is_loopback(ret) || addr_is_loopback(&l->flow.remote));
}

struct flow leg_next_hop(const struct leg *l)
{
	struct sip_address first;
	struct sip_uri target;
	struct addr to;
	struct flow flow;

	if (l->trunk < 0)
		return l->flow;
	if (l->routes && first_route(l, &first))
		target = first.uri;
	else if (sip_uri_decode(text_of(l->target), &target) < 0)
		return l->flow;
	if (!address_of(&target, l, &to) || addr_eq(&to, &l->flow.remote) ||
	    net_connect(l->call->engine->cfg.net, l->flow.transport, &to, &flow) < 0)
		return l->flow;
	return flow;
}

/* A device whose connection is gone may have come back by another: the same contact of
 * its credential, or its only one. */
static bool find_again(struct leg *l)
{
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	size_t n, at = 0;

	if (!l->flow.conn || !l->credential_id)
		return false;
	n = registrar_credential_bindings(l->call->engine->cfg.registrar,
					  l->credential_id, bindings,
					  REGISTRAR_BINDINGS_MAX);
	while (at < n && !text_eq(text_of(bindings[at].contact), text_of(l->target)))
		at++;
	if (at == n && n != 1)
		return false;
	l->flow = bindings[at < n ? at : 0].flow;
	return true;
}

int leg_send(struct leg *l, enum sip_method m, struct text request,
	     const struct txn_client_events *ev, void *arg, struct txn_client **ret)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct flow to = leg_next_hop(l);
	int r = txn_client_new(txn, &to, m, request, ev, arg, ret);

	if (r < 0 && find_again(l))
		r = txn_client_new(txn, &l->flow, m, request, ev, arg, ret);
	return r;
}

void leg_bye(struct leg *l, struct text reason)
{
	struct buf b = BUF_GROWING;
	struct txn_client *ignored;

	leg_request_begin(l, &b, SIP_BYE, leg_next_cseq(l));
	if (reason.len)
		sip_header_put(&b, SIP_HDR_REASON, reason);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		leg_send(l, SIP_BYE, buf_text(&b), NULL, NULL, &ignored);
	buf_free(&b);
	leg_gone(l);
}
