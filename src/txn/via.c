/* SPDX-License-Identifier: Apache-2.0 */
/* txn/via.c - Our Via on requests, and where responses go (RFC 3261 18.1.1, 18.2;
 * RFC 3581). */

#include <errno.h>

#include "txn/layer.h"

enum { PORT = 5060, PORT_TLS = 5061 };

static void put_via(struct txn_layer *l, const struct flow *to, const char *branch,
		    struct buf *b)
{
	char host[ADDR_TEXT_SIZE];

	if (l->cfg.via_host)
		l->cfg.via_host(l->cfg.arg, to, host);
	else
		addr_encode(host, &to->local);
	buf_puts(b, "Via: SIP/2.0/");
	buf_puts(b, transport_via_name((enum transport)to->transport));
	buf_putc(b, ' ');
	buf_puts(b, host);
	buf_puts(b, ";branch=");
	buf_puts(b, branch);
	if (to->transport == TRANSPORT_UDP)
		buf_puts(b, ";rport");
	buf_puts(b, "\r\n");
}

void txn_via_put(struct txn_layer *l, const struct flow *to, const char *branch,
		 struct text request, struct buf *b)
{
	size_t line;

	if (!text_find_text(request, TEXT("\r\n"), &line)) {
		b->error = b->error ? b->error : -EINVAL;
		return;
	}
	buf_put(b, text_sub(request, 0, line + 2));
	put_via(l, to, branch, b);
	buf_put(b, text_from(request, line + 2));
}

/* A name in sent-by tells nothing about its address. */
static bool sent_by_address(const struct sip_via *via, struct addr *ret)
{
	return addr_decode(via->host, PORT, ret) == 0;
}

void txn_reply_flow(const struct flow *from, const struct sip_via *via, struct flow *ret)
{
	struct addr sent_by;

	*ret = *from;
	if (from->transport != TRANSPORT_UDP || via->rport || via->host.len == 0)
		return;
	if (sent_by_address(via, &sent_by) && !addr_eq_host(&sent_by, &from->remote))
		return;
	ret->remote.port = via->port ? via->port : PORT;
}

static int send_anew(struct txn_layer *l, struct flow *to, uint16_t via_port,
		     struct text response)
{
	struct addr remote = to->remote;
	struct flow fresh;
	int r;

	remote.port = to->transport == TRANSPORT_TLS ? PORT_TLS : PORT;
	if (via_port)
		remote.port = via_port;
	r = net_connect(l->cfg.net, (enum transport)to->transport, &remote, &fresh);
	if (r == 0)
		r = net_send(l->cfg.net, &fresh, response);
	if (r == 0)
		*to = fresh;
	return r;
}

int txn_reply_send(struct txn_layer *l, struct flow *to, uint16_t via_port,
		   struct text response)
{
	int r = net_send(l->cfg.net, to, response);

	if (r == -ENOTCONN && transport_reliable(to->transport))
		return send_anew(l, to, via_port, response);
	return r;
}

int txn_reply(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
	      struct text response)
{
	if (response.len > TXN_REPLY_TIMES * req->bytes.len) {
		l->counters.replies_too_long++;
		return -EMSGSIZE;
	}
	return txn_reply_known(l, from, req, response);
}

int txn_reply_known(struct txn_layer *l, const struct flow *from,
		    const struct sip_msg *req, struct text response)
{
	struct flow to;

	txn_reply_flow(from, &req->via, &to);
	return txn_reply_send(l, &to, req->via.port, response);
}

bool txn_source_told(const struct flow *from, const struct sip_via *via)
{
	struct addr sent_by;

	return via->rport || !sent_by_address(via, &sent_by) ||
	       !addr_eq_host(&sent_by, &from->remote);
}

void txn_response_begin(struct buf *b, const struct flow *from, const struct sip_msg *req,
			unsigned status, const char *reason, struct text to_tag)
{
	char host[ADDR_TEXT_SIZE];
	struct text source = TEXT_NONE;

	if (txn_source_told(from, &req->via))
		source = text_of(addr_encode_host(host, &from->remote, false));
	sip_response_begin(b, req, status, reason, to_tag, source, from->remote.port);
}

void txn_refuse(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
		unsigned status, const char *reason)
{
	struct buf b = BUF_GROWING;
	char tag[TXN_TOKEN_SIZE];

	txn_stateless_tag(l, req, tag);
	txn_response_begin(&b, from, req, status, reason, text_of(tag));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_reply(l, from, req, buf_text(&b));
	buf_free(&b);
}

int txn_send_ack(struct txn_layer *l, const struct flow *to, struct text request)
{
	struct buf b = BUF_GROWING;
	char branch[TXN_BRANCH_SIZE];
	int r;

	txn_branch(l, branch);
	txn_via_put(l, to, branch, request, &b);
	r = b.error ? b.error : net_send(l->cfg.net, to, buf_text(&b));
	buf_free(&b);
	return r;
}
