/* SPDX-License-Identifier: Apache-2.0 */
/* txn/hop.c - The two requests that a transaction makes from its own INVITE: ACK of a
 * 300-699 (RFC 3261 17.1.1.3) and CANCEL (9.1). Both take the INVITE's topmost Via. */

#include <stdlib.h>

#include "txn/layer.h"

static void put_head(struct buf *b, enum sip_method method, const struct sip_msg *invite)
{
	sip_request_begin(b, method, invite->uri_text);
	sip_header_put(b, SIP_HDR_VIA, sip_msg_header(invite, SIP_HDR_VIA)->value);
	sip_header_put(b, SIP_HDR_MAX_FORWARDS, TEXT("70"));
	sip_header_copy(b, invite, SIP_HDR_ROUTE);
	sip_header_copy(b, invite, SIP_HDR_FROM);
}

static void put_tail(struct buf *b, enum sip_method method, const struct sip_msg *invite)
{
	sip_header_copy(b, invite, SIP_HDR_CALL_ID);
	sip_header_printf(b, SIP_HDR_CSEQ, "%u %.*s", (unsigned)invite->cseq.number,
			  TEXT_ARG(sip_method_name(method)));
}

static int invite_of(const struct txn_client *t, struct sip_msg *ret)
{
	struct sip_fault fault;

	return sip_msg_decode(t->request, ret, &fault);
}

static struct text finish(struct buf *b)
{
	sip_body(b, TEXT_NONE, TEXT_NONE);
	if (!b->error)
		return buf_text(b);
	buf_free(b);
	return TEXT_NONE;
}

struct text txn_ack_make(const struct txn_client *t, const struct sip_msg *response)
{
	struct buf b = BUF_GROWING;
	struct sip_msg invite;

	if (invite_of(t, &invite) < 0)
		return TEXT_NONE;
	put_head(&b, SIP_ACK, &invite);
	sip_header_copy(&b, response, SIP_HDR_TO);
	put_tail(&b, SIP_ACK, &invite);
	return finish(&b);
}

struct text txn_cancel_make(const struct txn_client *t)
{
	struct buf b = BUF_GROWING;
	struct sip_msg invite;

	if (invite_of(t, &invite) < 0)
		return TEXT_NONE;
	put_head(&b, SIP_CANCEL, &invite);
	sip_header_copy(&b, &invite, SIP_HDR_TO);
	put_tail(&b, SIP_CANCEL, &invite);
	if (t->reason.len > 0)
		sip_header_put(&b, SIP_HDR_REASON, t->reason);
	return finish(&b);
}
