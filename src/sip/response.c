/* SPDX-License-Identifier: Apache-2.0 */
/* sip/response.c - The start of a response (RFC 3261 8.2.6, 18.2.1; RFC 3581 4). */

#include "sip/encode.h"
#include "sip/scan.h"

static const char *const phrases[] = {
	[100] = "Trying",
	[180] = "Ringing",
	[181] = "Call Is Being Forwarded",
	[182] = "Queued",
	[183] = "Session Progress",
	[199] = "Early Dialog Terminated",
	[200] = "OK",
	[202] = "Accepted",
	[204] = "No Notification",
	[300] = "Multiple Choices",
	[301] = "Moved Permanently",
	[302] = "Moved Temporarily",
	[305] = "Use Proxy",
	[380] = "Alternative Service",
	[400] = "Bad Request",
	[401] = "Unauthorized",
	[402] = "Payment Required",
	[403] = "Forbidden",
	[404] = "Not Found",
	[405] = "Method Not Allowed",
	[406] = "Not Acceptable",
	[407] = "Proxy Authentication Required",
	[408] = "Request Timeout",
	[410] = "Gone",
	[412] = "Conditional Request Failed",
	[413] = "Request Entity Too Large",
	[414] = "Request-URI Too Long",
	[415] = "Unsupported Media Type",
	[416] = "Unsupported URI Scheme",
	[420] = "Bad Extension",
	[421] = "Extension Required",
	[422] = "Session Interval Too Small",
	[423] = "Interval Too Brief",
	[424] = "Bad Location Information",
	[428] = "Use Identity Header",
	[429] = "Provide Referrer Identity",
	[430] = "Flow Failed",
	[433] = "Anonymity Disallowed",
	[436] = "Bad Identity Info",
	[437] = "Unsupported Credential",
	[438] = "Invalid Identity Header",
	[439] = "First Hop Lacks Outbound Support",
	[440] = "Max-Breadth Exceeded",
	[469] = "Bad Info Package",
	[470] = "Consent Needed",
	[480] = "Temporarily Unavailable",
	[481] = "Call/Transaction Does Not Exist",
	[482] = "Loop Detected",
	[483] = "Too Many Hops",
	[484] = "Address Incomplete",
	[485] = "Ambiguous",
	[486] = "Busy Here",
	[487] = "Request Terminated",
	[488] = "Not Acceptable Here",
	[489] = "Bad Event",
	[491] = "Request Pending",
	[493] = "Undecipherable",
	[494] = "Security Agreement Required",
	[500] = "Server Internal Error",
	[501] = "Not Implemented",
	[502] = "Bad Gateway",
	[503] = "Service Unavailable",
	[504] = "Server Time-out",
	[505] = "Version Not Supported",
	[513] = "Message Too Large",
	[555] = "Push Notification Service Not Supported",
	[580] = "Precondition Failure",
	[600] = "Busy Everywhere",
	[603] = "Decline",
	[604] = "Does Not Exist Anywhere",
	[606] = "Not Acceptable",
	[607] = "Unwanted",
	[608] = "Rejected",
};

const char *sip_reason_phrase(unsigned status)
{
	static const char *const classes[] = {
		"Unknown",      "Progress",     "Success",        "Redirection",
		"Client Error", "Server Error", "Global Failure",
	};
	unsigned class = status / 100;

	if (status < sizeof(phrases) / sizeof(phrases[0]) && phrases[status])
		return phrases[status];
	return classes[class < sizeof(classes) / sizeof(classes[0]) ? class : 0];
}

static void put_status_line(struct buf *b, unsigned status, const char *reason)
{
	buf_put(b, TEXT("SIP/2.0 "));
	buf_put_u64(b, status);
	buf_putc(b, ' ');
	buf_puts(b, reason ? reason : sip_reason_phrase(status));
	buf_put(b, TEXT("\r\n"));
}

/* All parameters but received and rport, which are ours to say. */
static void put_via_params(struct buf *b, const struct sip_via *via)
{
	struct scan s = scan_of(via->params);
	struct text name, value;
	const char *from = s.p;

	for (; scan_param(&s, &name, &value) == 1; from = s.p) {
		if (!scan_name_is(name, TEXT("received")) &&
		    !scan_name_is(name, TEXT("rport")))
			sip_text_clean(b, (struct text){ from, (size_t)(s.p - from) });
	}
}

static void put_top_via(struct buf *b, struct text first, const struct sip_via *via,
			struct text host, uint16_t port)
{
	bool understood = via->params.p != NULL;

	if (!understood || host.len == 0) {
		sip_text_clean(b, first);
		return;
	}
	sip_text_clean(b, (struct text){ first.p, (size_t)(via->params.p - first.p) });
	put_via_params(b, via);
	buf_put(b, TEXT(";received="));
	buf_put(b, host);
	if (via->rport) {
		buf_put(b, TEXT(";rport="));
		buf_put_u64(b, port);
	}
}

static void put_vias(struct buf *b, const struct sip_msg *req, struct text host,
		     uint16_t port)
{
	const struct sip_header *h = sip_msg_header(req, SIP_HDR_VIA);
	struct text rest, first;

	for (const struct sip_header *top = h; h; h = sip_msg_header_next(req, h)) {
		rest = h->value;
		buf_put(b, TEXT("Via: "));
		if (h == top && sip_list_next(&rest, &first)) {
			put_top_via(b, first, &req->via, host, port);
			if (rest.len > 0)
				buf_put(b, TEXT(", "));
			rest = scan_trim(rest);
		}
		sip_text_clean(b, rest);
		buf_put(b, TEXT("\r\n"));
	}
}

/* Of fields that may stand once, a bad message may have more: one goes back. */
static void put_first(struct buf *b, const struct sip_msg *req, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(req, id);

	if (!h)
		return;
	buf_put(b, sip_header_lead(id));
	sip_text_clean(b, h->value);
	buf_put(b, TEXT("\r\n"));
}

static void put_to(struct buf *b, const struct sip_msg *req, struct text tag)
{
	const struct sip_header *h = sip_msg_header(req, SIP_HDR_TO);

	if (!h)
		return;
	buf_put(b, TEXT("To: "));
	sip_text_clean(b, h->value);
	if (req->to.uri_text.len > 0 && req->to.tag.len == 0 && tag.len > 0) {
		buf_put(b, TEXT(";tag="));
		buf_put(b, tag);
	}
	buf_put(b, TEXT("\r\n"));
}

void sip_response_begin(struct buf *b, const struct sip_msg *req, unsigned status,
			const char *reason, struct text to_tag, struct text source_host,
			uint16_t source_port)
{
	put_status_line(b, status, reason);
	put_vias(b, req, source_host, source_port);
	put_first(b, req, SIP_HDR_FROM);
	put_to(b, req, to_tag);
	put_first(b, req, SIP_HDR_CALL_ID);
	put_first(b, req, SIP_HDR_CSEQ);
	if (status == 100)
		put_first(b, req, SIP_HDR_TIMESTAMP);
}
