/* SPDX-License-Identifier: Apache-2.0 */
/* sip/via.c - Via (RFC 3261 20.42, RFC 3581). */

#include "sip/via.h"

#include <errno.h>

#include "sip/scan.h"

static int scan_sent_by(struct scan *s, struct sip_via *via)
{
	struct text name, version;

	scan_lws(s);
	name = scan_span(s, SIP_C_TOKEN);
	if (name.len == 0 || !scan_mark(s, '/'))
		return -EBADMSG;
	version = scan_span(s, SIP_C_TOKEN);
	if (version.len == 0 || !scan_mark(s, '/'))
		return -EBADMSG;
	via->transport = scan_span(s, SIP_C_TOKEN);
	if (via->transport.len == 0 || scan_end(s) || !sip_is(*s->p, SIP_C_LWS))
		return -EBADMSG;
	scan_lws(s);
	if (scan_host(s, &via->host) < 0)
		return -EBADMSG;
	return scan_mark(s, ':') ? scan_port(s, &via->port) : 0;
}

static int set_once(struct text *field, struct text value)
{
	if (value.len == 0 || field->p || scan_was_quoted(value))
		return -EBADMSG;
	*field = value;
	return 0;
}

static int set_rport(struct sip_via *via, struct text value)
{
	uint32_t port = 0;

	if (via->rport || (value.len > 0 && text_to_u32(value, UINT16_MAX, &port) < 0))
		return -EBADMSG;
	via->rport = true;
	via->rport_port = (uint16_t)port;
	return 0;
}

static int set_param(struct sip_via *via, struct text name, struct text value)
{
	if (scan_name_is(name, TEXT("branch")))
		return set_once(&via->branch, value);
	if (scan_name_is(name, TEXT("rport")))
		return set_rport(via, value);
	if (scan_name_is(name, TEXT("received")))
		return set_once(&via->received, value);
	if (scan_name_is(name, TEXT("maddr")))
		return set_once(&via->maddr, value);
	return 0;
}

static int scan_via_params(struct scan *s, struct sip_via *via)
{
	struct text name, value;
	unsigned n = 0;
	int more;

	scan_lws(s);
	via->params = scan_rest(s);
	for (; (more = scan_param(s, &name, &value)) == 1; n++) {
		if (n == SIP_PARAMS_MAX || set_param(via, name, value) < 0)
			return -EBADMSG;
	}
	/* The response has one more, where it is not there yet. */
	return n == SIP_PARAMS_MAX && !via->received.p ? -EBADMSG : more;
}

int sip_via_decode(struct text in, struct sip_via *ret)
{
	struct sip_via via = { 0 };
	struct scan s = scan_of(in);

	if (scan_sent_by(&s, &via) < 0 || scan_via_params(&s, &via) < 0)
		return -EBADMSG;
	*ret = via;
	return 0;
}

int sip_via_decode_sent_by(struct text in, struct sip_via *ret)
{
	struct sip_via via = { 0 };
	struct scan s = scan_of(in);

	if (scan_sent_by(&s, &via) < 0)
		return -EBADMSG;
	*ret = via;
	return 0;
}
