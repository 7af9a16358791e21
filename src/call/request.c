/* SPDX-License-Identifier: Apache-2.0 */
/* call/request.c - Requests inside a dialog (RFC 3261 12.2.1.1) and where they go. */

#include "call/challenge.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/sdp.h"
#include "media/latch.h"

/* Bytes that most have: asked for at once, they are not copied while the message grows. */
enum { LEG_REQUEST_ROOM = 480, LEG_INVITE_ROOM = 1900 };

static void host_of(const struct leg *l, char dst[ADDR_TEXT_SIZE])
{
	const struct call_config *cfg = &l->call->engine->cfg;

	if (cfg->contact_host)
		cfg->contact_host(cfg->arg, &l->flow, dst);
	else
		addr_encode(dst, &l->flow.local);
}

/* RFC 3261 12.1.1, RFC 5630 3.1.4: who came by sips, or is reached by it, gets the like. */
static bool speaks_sips(const struct leg *l)
{
	return l->sips ||
	       (l->target && text_starts_nocase(text_of(l->target), TEXT("sips:")));
}

/* sips says TLS already, but not that a WebSocket is over it. */
void leg_contact_put(const struct leg *l, struct buf *b)
{
	bool sips = speaks_sips(l);
	const char *scheme = sips ? "<sips:" : "<sip:";
	char host[ADDR_TEXT_SIZE];

	host_of(l, host);
	if (l->flow.transport == TRANSPORT_UDP ||
	    (sips && l->flow.transport == TRANSPORT_TLS))
		headers_join(b, SIP_HDR_CONTACT, scheme, host, ">", NULL);
	else
		headers_join(b, SIP_HDR_CONTACT, scheme, host,
			     ";transport=", transport_param(l->flow.transport), ">",
			     NULL);
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

static void put_cseq(struct buf *b, enum sip_method m, uint32_t cseq)
{
	buf_put(b, sip_header_lead(SIP_HDR_CSEQ));
	buf_put_u64(b, cseq);
	buf_putc(b, ' ');
	buf_put(b, sip_method_name(m));
	buf_put(b, TEXT("\r\n"));
}

void leg_request_begin(struct leg *l, struct buf *b, enum sip_method m, uint32_t cseq)
{
	buf_reserve(b, m == SIP_INVITE ? LEG_INVITE_ROOM : LEG_REQUEST_ROOM);
	put_head(l, b, m);
	headers_number(b, SIP_HDR_MAX_FORWARDS, max_forwards(l), "");
	headers_join(b, SIP_HDR_FROM, l->local, ";tag=", l->local_tag, NULL);
	if (l->remote_tag && l->remote_tag[0])
		headers_join(b, SIP_HDR_TO, l->remote, ";tag=", l->remote_tag, NULL);
	else
		sip_header_put(b, SIP_HDR_TO, text_of(l->remote));
	sip_header_put(b, SIP_HDR_CALL_ID, text_of(l->call_id));
	put_cseq(b, m, cseq);
	if (l->challenge && m != SIP_ACK)
		challenge_answer_put(l, b, m);
	headers_agent_put(b);
}

uint32_t leg_next_cseq(struct leg *l)
{
	return ++l->local_cseq;
}

/* Whoever answers behind the trunk writes Contact and Record-Route: they lead to its own
 * addresses, or to public ones, not into networks that only we can see. */
static bool address_of(const struct sip_uri *uri, const struct leg *l, struct addr *ret)
{
	return addr_decode(uri->host, uri->port ? uri->port : 5060, ret) == 0 &&
	       (latch_may_announce(ret, &l->flow.remote) ||
		trunk_is_own(l->call->engine->cfg.trunks, (unsigned)l->trunk, ret));
}

/* Over TLS the next hop proves to be the trunk by the trunk's name, whatever address it has
 * given itself. */
static int connect_trunk(const struct leg *l, const struct addr *to, struct flow *ret)
{
	const struct call_config *cfg = &l->call->engine->cfg;
	const struct trunk_config *t = trunk_get(cfg->trunks, (unsigned)l->trunk);
	char host[TRUNK_URI_SIZE] = "";
	struct sip_uri uri;

	if (t && sip_uri_decode(text_of(t->uri), &uri) == 0)
		text_copy(host, sizeof(host), uri.host);
	return net_connect_name(cfg->net, l->flow.transport, to, host, ret);
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
	    connect_trunk(l, &to, &flow) < 0)
		return l->flow;
	return flow;
}

static size_t bindings_of(const struct leg *l, struct binding *ret)
{
	if (!l->credential_id)
		return 0;
	return registrar_credential_bindings(l->call->engine->cfg.registrar,
					     l->credential_id, ret,
					     REGISTRAR_BINDINGS_MAX);
}

static bool among(const struct binding *bindings, size_t n, const struct flow *flow)
{
	for (size_t i = 0; i < n; i++) {
		if (flow_eq(&bindings[i].flow, flow))
			return true;
	}
	return false;
}

bool leg_registered_at(const struct leg *l, const struct flow *flow)
{
	struct binding bindings[REGISTRAR_BINDINGS_MAX];

	return among(bindings, bindings_of(l, bindings), flow);
}

/* A device that has registered elsewhere since, because its connection is gone or its
 * network is another one, is there: the same contact of its credential, or its only one. */
static bool find_again(struct leg *l)
{
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	size_t n = bindings_of(l, bindings), at = 0;

	if (!n || among(bindings, n, &l->flow))
		return false;
	while (at < n && !text_eq(text_of(bindings[at].contact), text_of(l->target)))
		at++;
	if ((at == n && n != 1) ||
	    bindings[at < n ? at : 0].flow.listener == REGISTRAR_LISTENER_UNKNOWN)
		return false;
	l->flow = bindings[at < n ? at : 0].flow;
	call_sdp_moved(l);
	return true;
}

int leg_send(struct leg *l, enum sip_method m, struct text request,
	     const struct txn_client_events *ev, void *arg, struct txn_client **ret)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct flow to;

	int r;

	if (l->bound && l->state != LEG_CALLING)
		find_again(l);
	to = leg_next_hop(l);
	r = txn_client_new(txn, &to, m, request, ev, arg, ret);
	if (r < 0 && find_again(l))
		r = txn_client_new(txn, &l->flow, m, request, ev, arg, ret);
	return r;
}

/* Until then the dialog is known, so that a BYE that crosses ours gets a 200 (RFC 5407
 * 3.2.1). */
static void bye_over(struct leg *l)
{
	if (l->bye)
		txn_client_forget(l->bye);
	l->bye = NULL;
	call_sweep_soon(l->call);
}

static void on_bye_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	if (m->status >= 200)
		bye_over(arg);
}

static void on_bye_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	bye_over(arg);
}

static const struct txn_client_events bye_events = {
	.response = on_bye_response,
	.failed = on_bye_failed,
};

void leg_bye(struct leg *l, struct text reason)
{
	struct buf b = BUF_GROWING;

	leg_request_begin(l, &b, SIP_BYE, leg_next_cseq(l));
	if (reason.len)
		sip_header_put(&b, SIP_HDR_REASON, reason);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		leg_send(l, SIP_BYE, buf_text(&b), &bye_events, l, &l->bye);
	buf_free(&b);
	leg_gone(l);
}
