/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/path.c - The way to a device behind an edge proxy (RFC 3327 5.3). */

#include "registrar/path.h"

#include <errno.h>

enum { HOPS_MAX = 8, SIP_PORT = 5060, SIPS_PORT = 5061 };

/* Whose word decides where calls go must be one of ours. */
static bool believed(const struct registrar_config *cfg, const struct addr *from)
{
	for (unsigned i = 0; i < cfg->path_from_count; i++) {
		if (addr_in_network(from, &cfg->path_from[i]))
			return true;
	}
	return false;
}

static int put_hop(struct buf *b, struct text hop)
{
	struct sip_address a;

	if (sip_address_decode(hop, &a) < 0 || !a.uri.host.len ||
	    (a.uri.scheme != SIP_SCHEME_SIP && a.uri.scheme != SIP_SCHEME_SIPS))
		return -EBADMSG;
	if (b->len)
		buf_puts(b, ", ");
	sip_text_clean(b, hop);
	return 0;
}

int path_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		const struct flow *from, char ret[REGISTRAR_PATH_MAX + 1])
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_PATH);
	struct buf b = { .p = ret, .cap = REGISTRAR_PATH_MAX, .fixed = true };
	unsigned hops = 0;

	ret[0] = '\0';
	if (!h || !believed(cfg, &from->remote))
		return 0;
	for (; h; h = sip_msg_header_next(m, h)) {
		struct text list = h->value, hop;

		while (sip_list_next(&list, &hop)) {
			if (hops++ == HOPS_MAX || put_hop(&b, hop) < 0)
				return -EBADMSG;
		}
	}
	if (b.error)
		return -EBADMSG;
	ret[b.len] = '\0';
	return 0;
}

bool path_does_outbound(struct text path)
{
	struct text hop, last = TEXT_NONE;
	struct sip_address a;

	while (sip_list_next(&path, &hop))
		last = hop;
	return sip_address_decode(last, &a) == 0 &&
	       sip_uri_param(&a.uri, TEXT("ob"), &hop);
}

static void transport_of(const struct sip_uri *uri, struct flow *f)
{
	enum transport t;
	struct text name;

	if (sip_uri_param(uri, TEXT("transport"), &name) &&
	    transport_decode(name, &t) == 0)
		f->transport = (uint8_t)t;
}

void path_flow(struct text path, const struct flow *from, struct flow *ret)
{
	struct flow f = *from;
	struct sip_address a;
	struct text first;

	*ret = *from;
	if (!sip_list_next(&path, &first) || sip_address_decode(first, &a) < 0)
		return;
	transport_of(&a.uri, &f);
	f.conn = 0;
	f.listener = REGISTRAR_LISTENER_UNKNOWN;
	if (addr_decode(a.uri.host, 0, &f.remote) < 0)
		f.remote = from->remote;
	if (a.uri.port)
		f.remote.port = a.uri.port;
	else if (f.transport != TRANSPORT_UDP || !f.remote.port)
		f.remote.port = f.transport == TRANSPORT_TLS ? SIPS_PORT : SIP_PORT;
	*ret = f;
}
