/* SPDX-License-Identifier: Apache-2.0 */
/* edge/stream.c - Messages out of a stream (RFC 3261 18.3) and keep-alives (RFC 5626
 * 4.4.1). */

#include "edge/worker.h"

/* A ping is two CRLFs; one pong answers all that came together. What a peer that is gone
 * does not get is of no matter. */
static size_t take_blank(struct edge_worker *w, const struct flow *from,
			 struct text bytes)
{
	unsigned pings;
	size_t blank = sip_frame_blank(bytes, &pings);

	if (pings > 0)
		net_send(w->net, from, TEXT("\r\n"));
	return blank;
}

/* Where the next message begins is not known any more: the last one is answered, if it
 * can be, and the connection ends. */
static ptrdiff_t give_up(struct edge_worker *w, const struct flow *from,
			 struct text bytes)
{
	struct sip_msg m;
	struct sip_fault fault;

	edge_tally_add(&w->tally.messages);
	if (sip_msg_decode(bytes, &m, &fault) == 0) {
		fault.status = m.request && m.method != SIP_ACK ? 400 : 0;
		fault.reason = "Missing Content-Length";
	}
	edge_worker_fault(w, from, &m, &fault);
	net_close(w->net, from);
	return (ptrdiff_t)bytes.len;
}

ptrdiff_t edge_stream(struct edge_worker *w, const struct flow *from, struct text bytes)
{
	size_t blank = take_blank(w, from, bytes);
	ptrdiff_t len;

	if (blank > 0)
		return (ptrdiff_t)blank;
	len = sip_frame_length(bytes);
	if (len < 0)
		return give_up(w, from, bytes);
	if (len > 0)
		edge_worker_take(w, from, text_sub(bytes, 0, (size_t)len));
	return len;
}

/* The frame says where the message ends, Content-Length or not. */
ptrdiff_t edge_websocket(struct edge_worker *w, const struct flow *from,
			 struct text message)
{
	if (take_blank(w, from, message) < message.len)
		edge_worker_take(w, from, message);
	return (ptrdiff_t)message.len;
}
