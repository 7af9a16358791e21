/* SPDX-License-Identifier: Apache-2.0 */
/* edge/check.c - What is looked at before a request outside a dialog is believed (RFC
 * 3261 8.2, 16.3), in that order. */

#include "edge/worker.h"
#include "txn/ours.h"

enum {
	SIP = 1 << SIP_SCHEME_SIP,
	SIPS = 1 << SIP_SCHEME_SIPS,
	TEL = 1 << SIP_SCHEME_TEL,
	URN = 1 << SIP_SCHEME_URN,
};

static const unsigned schemes[SIP_METHOD_OTHER + 1] = {
	[SIP_INVITE] = SIP | TEL | URN,
	[SIP_REGISTER] = SIP,
	[SIP_OPTIONS] = SIP,
};

static bool refuse_scheme(struct edge_worker *w, const struct flow *from,
			  const struct sip_msg *m)
{
	unsigned good = schemes[m->method];

	/* sips means TLS on every hop: it counts for nothing that came without (RFC 5630
	 * 3.1.1). */
	if ((good & SIP) && transport_secure(from->transport))
		good |= SIPS;
	if (good & 1u << m->uri.scheme)
		return false;
	edge_answer(w, from, m, 416, TEXT_NONE, TEXT_NONE);
	return true;
}

/* Only what we send on; OPTIONS and REGISTER end here anyway. */
static bool refuse_hops(struct edge_worker *w, const struct flow *from,
			const struct sip_msg *m)
{
	if (m->method != SIP_INVITE || m->max_forwards > 0)
		return false;
	edge_answer(w, from, m, 483, TEXT_NONE, TEXT_NONE);
	return true;
}

static bool refuse_merged(struct edge_worker *w, const struct flow *from,
			  const struct sip_msg *m)
{
	if (!txn_request_merged(w->txn, m))
		return false;
	edge_answer(w, from, m, 482, TEXT_NONE, TEXT_NONE);
	return true;
}

static bool supported(const struct sip_msg *m, struct text token)
{
	struct text list = m->method == SIP_REGISTER ? TEXT(REGISTRAR_SUPPORTED)
						     : TEXT("100rel, timer");
	struct text known;

	while (sip_list_next(&list, &known)) {
		if (text_eq_nocase(token, known))
			return true;
	}
	return false;
}

/* What a header asks for that we do not know. */
static void put_unknown(struct buf *b, const struct sip_msg *m, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(m, id);
	struct text list, token;

	for (; h; h = sip_msg_header_next(m, h)) {
		list = h->value;
		while (sip_list_next(&list, &token)) {
			if (supported(m, token))
				continue;
			if (b->len > 0)
				buf_puts(b, ", ");
			sip_text_clean(b, token);
		}
	}
}

bool edge_check_extensions(struct edge_worker *w, const struct flow *from,
			   const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	bool refused;

	put_unknown(&b, m, SIP_HDR_REQUIRE);
	put_unknown(&b, m, SIP_HDR_PROXY_REQUIRE);
	refused = b.len > 0 || b.error;
	if (refused)
		edge_answer(w, from, m, b.error ? 500 : 420,
			    b.error ? TEXT_NONE : TEXT("Unsupported"), buf_text(&b));
	buf_free(&b);
	return refused;
}

static struct text media_type(struct text value)
{
	struct text type;

	text_split(value, ';', &type, NULL);
	return text_trim_lws(type);
}

static bool readable(struct text type)
{
	return text_eq_nocase(type, TEXT("application/sdp")) ||
	       text_starts_nocase(type, TEXT("multipart/"));
}

static bool refuse_body(struct edge_worker *w, const struct flow *from,
			const struct sip_msg *m)
{
	const struct sip_header *type = sip_msg_header(m, SIP_HDR_CONTENT_TYPE);
	const struct sip_header *encoding = sip_msg_header(m, SIP_HDR_CONTENT_ENCODING);

	if (m->method != SIP_INVITE || m->body.len == 0)
		return false;
	if (encoding && !text_eq_nocase(encoding->value, TEXT("identity"))) {
		edge_answer(w, from, m, 415, TEXT("Accept-Encoding"), TEXT("identity"));
		return true;
	}
	if (type && readable(media_type(type->value)))
		return false;
	edge_answer(w, from, m, 415, TEXT("Accept"), TEXT("application/sdp"));
	return true;
}

static bool accepts_sdp(struct text range)
{
	struct text type = media_type(range);

	return text_eq_nocase(type, TEXT("application/sdp")) ||
	       text_eq_nocase(type, TEXT("application/*")) || text_eq(type, TEXT("*/*"));
}

/* RFC 4475 3.3.15: no answer of ours would please. */
static bool refuse_accept(struct edge_worker *w, const struct flow *from,
			  const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_ACCEPT);
	struct text list, range;

	if (m->method != SIP_INVITE || !h)
		return false;
	for (; h; h = sip_msg_header_next(m, h)) {
		list = h->value;
		while (sip_list_next(&list, &range)) {
			if (accepts_sdp(range))
				return false;
		}
	}
	edge_answer(w, from, m, 406, TEXT_NONE, TEXT_NONE);
	return true;
}

/* Who calls for help is not refused for how he asks. A merged request is one whose like is
 * being dealt with already. */
static const struct {
	const char *reason; /* for the log */
	bool (*refuse)(struct edge_worker *, const struct flow *, const struct sip_msg *);
	bool always; /* emergency calls, too */
} checks[] = {
	{ "unsupported_scheme", refuse_scheme },
	{ "too_many_hops", refuse_hops },
	{ "merged", refuse_merged, true },
	{ "unsupported_extension", edge_check_extensions },
	{ "unsupported_body", refuse_body },
	{ "no_acceptable_answer", refuse_accept },
};

bool edge_check(struct edge_worker *w, const struct flow *from, const struct sip_msg *m)
{
	bool emergency = edge_is_emergency(w, m);

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (emergency && !checks[i].always)
			continue;
		if (!checks[i].refuse(w, from, m))
			continue;
		edge_log_refused(w, from, m, checks[i].reason);
		return true;
	}
	return false;
}

bool edge_is_ours(const struct edge_worker *w, const struct flow *from,
		  const struct sip_uri *uri)
{
	const struct edge_config *cfg = &w->edge->cfg;

	return txn_host_is_ours(cfg->domain, cfg->advertise, from, uri);
}
