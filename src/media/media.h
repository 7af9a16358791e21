/* SPDX-License-Identifier: Apache-2.0 */
/* media/media.h - The RTP relay: both sides of a call send to ports of ours and never see
 * each other's address (RFC 3550, RFC 7362 latching).
 *
 * The relay has threads of its own. Everything here may be called from any thread and does
 * not block: sockets are bound by the caller and handed to the relay's thread. */
#ifndef MEDIA_MEDIA_H
#define MEDIA_MEDIA_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/random.h"
#include "net/addr.h"
#include "sip/sdp.h"

enum {
	MEDIA_LATCH_MS = 500,    /* how long a better source may still take a stream */
	MEDIA_PACKET_MAX = 2048, /* longer datagrams are dropped */
};

struct media_config {
	uint16_t port_min; /* RTP takes even ports, RTCP the odd one above */
	uint16_t port_max;
	/* Per family: what sockets are bound to (family 0: any address) and what SDP tells
	 * (family 0: this family is not served). Ports are ignored. */
	struct addr bind4, bind6;
	struct addr advertise4, advertise6;
	unsigned threads; /* 0: one */
	const struct clock *clock;
	struct random *random;
};

struct media_relay;

/* 0, -EINVAL (no ports, no address), -ENOMEM, -EAGAIN (no thread). */
int media_relay_new(const struct media_config *config, struct media_relay **ret);
/* Ends the threads. Sessions must have been freed before. */
void media_relay_free(struct media_relay *relay);
/* Sessions that hold ports. */
unsigned media_relay_sessions(const struct media_relay *relay);

enum media_side { MEDIA_A, MEDIA_B };

struct media_session;

/* NULL when memory is out. Takes ports only as descriptions are written. */
struct media_session *media_session_new(struct media_relay *relay);
/* Closes the ports; NULL is fine. The handle is gone at once. */
void media_session_free(struct media_session *s);

/* The address the side's signalling comes from or goes to. Its family decides which of our
 * addresses that side is told, and it bounds where a description can make us send to:
 * loopback only when the signalling is on loopback, private networks only when it is in
 * one (a device behind a NAT is sent to once it has been heard). To be set before the
 * first offer or answer that is written for or taken from that side, and again when it
 * changes (another fork, another flow). */
void media_session_peer(struct media_session *s, enum media_side side,
			const struct addr *signalling);

/* "from" offers (answers with) that description: remembers where it wants to receive, and
 * writes to "out" what the other side shall see: our address and ports instead. Offers and
 * answers may be repeated; the ports of a stream stay the same for the session's life.
 * 0, -ENOMEM, -EADDRNOTAVAIL (no port left), -EMFILE and the like, -EAFNOSUPPORT (the
 * other side's family is not served). On error nothing changes and out is to be thrown away. */
int media_session_offer(struct media_session *s, enum media_side from,
			const struct sdp *sdp, struct buf *out);
int media_session_answer(struct media_session *s, enum media_side from,
			 const struct sdp *sdp, struct buf *out);
/* Answers that side's offer ourselves and sends back to it what it sends: plain RTP audio
 * is accepted, everything else refused (port 0). -ENOENT when no stream can be taken. */
int media_session_echo(struct media_session *s, enum media_side side,
		       const struct sdp *offer, struct buf *answer);

/* Milliseconds since a side sent RTP last, or since the session began. */
int64_t media_session_silence_ms(const struct media_session *s);

struct media_count {
	uint64_t packets; /* RTP that the side sent and that was relayed or echoed */
	uint64_t bytes;   /* its payload with the RTP header */
	uint64_t dropped; /* from another source, too long, no RTP, nowhere to go */
};
struct media_count media_session_count(struct media_session *s, enum media_side side);

#endif
