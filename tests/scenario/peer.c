/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/peer.c - Devices and trunks: where they are, what they sent and received. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/stage.h"
#include "scenario/words.h"

struct peer *peer_new(struct stage *st, const struct statement *s, const char *name,
		      const char *address)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (!p || addr_decode(text_of(address), 5060, &p->addr) < 0)
		play_fail(s, 0, "%s is no address", address);
	words_copy(s, name, p->name, sizeof(p->name));
	if (words_has(s, "over") &&
	    transport_decode(text_of(words_need(s, "over")), &p->transport) < 0)
		play_fail(s, 0, "over what? udp, tcp, tls or wss");
	list_init(&p->inbox);
	list_init(&p->received);
	list_init(&p->sent);
	list_append(&st->peers, &p->node);
	return p;
}

const char *peer_transport_param(const struct peer *p)
{
	static const char *const params[] = { [TRANSPORT_UDP] = "",
					      [TRANSPORT_TCP] = ";transport=tcp",
					      [TRANSPORT_TLS] = ";transport=tls",
					      [TRANSPORT_WS] = ";transport=ws",
					      [TRANSPORT_WSS] = ";transport=ws" };

	return params[p->transport];
}

struct peer *peer_get(struct stage *st, const struct statement *s, const char *name)
{
	LIST_EACH (it, &st->peers) {
		struct peer *p = container_of(it, struct peer, node);

		if (name && strcmp(p->name, name) == 0)
			return p;
	}
	play_fail(s, 0, "there is no peer \"%s\"", name ? name : "");
}

static void free_letters(struct list *letters)
{
	LIST_EACH_SAFE (it, letters)
		free(container_of(it, struct letter, node));
}

void peer_free(struct peer *p)
{
	free_letters(&p->inbox);
	free_letters(&p->received);
	free_letters(&p->sent);
	free(p);
}

static struct letter *letter_new(struct stage *st, const struct flow *f,
				 struct text bytes)
{
	struct letter *l = malloc(sizeof(*l) + bytes.len + 1);

	if (!l)
		abort();
	l->at_us = st->house.clock.mono_us;
	l->flow = *f;
	l->len = bytes.len;
	memcpy(l->bytes, bytes.p, bytes.len);
	l->bytes[bytes.len] = '\0';
	return l;
}

static void show(const struct stage *st, const struct peer *p, const struct letter *l,
		 const char *how)
{
	if (st->verbose)
		printf("--- %lld ms: %s %s\n%s\n",
		       (long long)(l->at_us / 1000 % 100000000), p->name, how, l->bytes);
}

/* By address; or by host alone, for what asks to be answered at another port. */
static struct peer *peer_at(struct stage *st, const struct flow *f)
{
	struct peer *host = NULL;

	LIST_EACH (it, &st->peers) {
		struct peer *p = container_of(it, struct peer, node);

		if (p->flow.conn && p->flow.conn == f->conn)
			return p;
		if (addr_eq(&p->addr, &f->remote))
			return p;
		if (!host && addr_eq_host(&p->addr, &f->remote))
			host = p;
	}
	return host;
}

/* Whoever writes somebody else's address as his own has us send there no more than twice what
 * he sends; in every play. */
static void count_heard(const struct statement *at, struct peer *p, size_t len)
{
	p->heard += len;
	if (p->transport == TRANSPORT_UDP && !p->known &&
	    p->heard > TXN_REPLY_TIMES * p->said)
		play_fail(at, 0, "%s, a stranger, gets %zu bytes for %zu", p->name,
			  p->heard, p->said);
}

void peers_collect(struct stage *st, const struct statement *at)
{
	struct flow to;
	struct text bytes;
	char addr[ADDR_TEXT_SIZE];

	while (fake_net_sent(st->house.net, &to, &bytes)) {
		struct peer *p = peer_at(st, &to);
		struct letter *l;

		if (!p)
			play_fail(at, 0, "sent to %s, where nobody is:\n%.*s",
				  addr_encode(addr, &to.remote), TEXT_ARG(bytes));
		if (to.conn)
			p->flow = to;
		l = letter_new(st, &to, bytes);
		list_append(&p->inbox, &l->node);
		show(st, p, l, "gets");
		count_heard(at, p, bytes.len);
	}
}

static struct flow flow_of(struct stage *st, struct peer *p)
{
	char addr[ADDR_TEXT_SIZE];

	addr_encode(addr, &p->addr);
	if (p->transport == TRANSPORT_UDP)
		return fake_net_udp(st->house.net, addr);
	if (!p->flow.conn || !fake_net_open(st->house.net, &p->flow))
		p->flow = fake_net_accept(st->house.net, p->transport, addr);
	return p->flow;
}

void peer_send(struct stage *st, const struct statement *at, struct peer *p,
	       struct text bytes)
{
	struct flow f = flow_of(st, p);
	struct letter *l = letter_new(st, &f, bytes);

	list_append(&p->sent, &l->node);
	show(st, p, l, "sends");
	p->said += bytes.len;
	fake_net_inject(st->house.net, &f, bytes);
	stage_pass(st, at, 0);
}

void peer_close(struct stage *st, struct peer *p)
{
	if (p->flow.conn && fake_net_open(st->house.net, &p->flow))
		fake_net_close_peer(st->house.net, &p->flow, 0);
	p->flow.conn = 0;
}

bool letter_decode(const struct letter *l, struct sip_msg *ret)
{
	struct sip_fault fault;

	return sip_msg_decode((struct text){ l->bytes, l->len }, ret, &fault) == 0;
}

static bool is_request(const struct sip_msg *m, enum sip_method method)
{
	if (!m->request)
		return false;
	if (method == SIP_METHOD_OTHER)
		return m->method != SIP_ACK && m->method != SIP_CANCEL;
	return m->method == method;
}

const struct letter *peer_find_request(const struct list *letters, enum sip_method method,
				       struct sip_msg *ret)
{
	for (struct list *it = letters->prev; it != letters; it = it->prev) {
		const struct letter *l = container_of(it, struct letter, node);

		if (letter_decode(l, ret) && is_request(ret, method))
			return l;
	}
	return NULL;
}

const struct letter *peer_find_response(const struct list *letters,
					enum sip_method method, struct sip_msg *ret)
{
	for (struct list *it = letters->prev; it != letters; it = it->prev) {
		const struct letter *l = container_of(it, struct letter, node);

		if (letter_decode(l, ret) && !ret->request && ret->cseq.method == method)
			return l;
	}
	return NULL;
}

void peer_uri_of(const struct sip_msg *m, enum sip_header_id id, char *dst, size_t cap)
{
	const struct sip_header *h = sip_msg_header(m, id);
	struct sip_address a;

	*dst = '\0';
	if (h && sip_address_decode(h->value, &a) == 0)
		text_copy(dst, cap, a.uri_text);
}
