/* SPDX-License-Identifier: Apache-2.0 */
/* media/media.h - What the sound of a call passes through: the RTP relay here, or rtpengine
 * (media/rtpengine.h). Both are sessions with two sides that send to ports of ours and never
 * see each other's address (RFC 3550, RFC 7362 latching).
 *
 * The relay has threads of its own. Everything of it may be called from any thread and does
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
struct media_session;

/* 0, -EINVAL (no ports, no address), -ENOMEM, -EAGAIN (no thread). */
int media_relay_new(const struct media_config *config, struct media_relay **ret);
/* Ends the threads. Sessions must have been freed before. */
void media_relay_free(struct media_relay *relay);
/* Sessions that hold ports. */
unsigned media_relay_sessions(const struct media_relay *relay);

/* NULL when memory is out. Takes ports only as descriptions are written. */
struct media_session *media_relay_session(struct media_relay *relay);

enum media_mode { MEDIA_DIRECT, MEDIA_RELAY, MEDIA_RTPENGINE };
enum media_side { MEDIA_A, MEDIA_B };
enum media_role { MEDIA_OFFER, MEDIA_ANSWER };

/* Closes the ports; NULL is fine. The handle is gone at once; who still waits is called
 * in a later turn of its loop, and then finds what it asked for refused. */
void media_session_free(struct media_session *s);

/* The call goes on with another worker. leave: the session is nobody's; -EBUSY while it waits
 * for an answer of rtpengine, then nothing has happened. enter: on that worker's thread, with
 * its client, which has the same engines (NULL where there are none). */
struct rtpengine;
int media_session_leave(struct media_session *s);
void media_session_enter(struct media_session *s, struct rtpengine *e);

/* The address the side's signalling comes from or goes to. Its family decides which of our
 * addresses that side is told, and it bounds where a description can make us send to:
 * loopback only when the signalling is on loopback, private networks only when it is in
 * one (a device behind a NAT is sent to once it has been heard). To be set before the
 * first offer or answer that is written for or taken from that side, and again when it
 * changes (another fork, another flow). */
void media_session_peer(struct media_session *s, enum media_side side,
			const struct addr *signalling);

/* An emergency call's: it may take the ports that the relay keeps for those. Before the first
 * offer. */
void media_session_urgent(struct media_session *s);

/* That side's signalling comes over WebSocket: until its own description says what it
 * speaks, it is offered WebRTC. The relay cannot, and takes no notice. */
void media_session_web(struct media_session *s, enum media_side side);

/* Of several who answer one offer of A's with B's session (they are told the same ports), or
 * each with an offer of its own: the one whom all that follows is about; 0: not known yet.
 * With rtpengine each has ports of its own for A to hear it from, and A is sent to whoever has
 * been described last. The relay does not tell them apart. */
void media_session_answerer(struct media_session *s, uint64_t who);

/* Whoever waits for an answer of the backend; embed, fill fn. */
struct media_wait {
	void (*fn)(struct media_wait *);
	struct media_question *question; /* the backend's; NULL: nothing is asked */
};
/* True: what the session is to describe has to be asked for first. */
bool media_session_waits(const struct media_session *s);
/* To be called before media_session_offer and _answer with the same description. 0: these
 * will answer at once; the relay's always do. -EINPROGRESS: fn is called later, on the
 * worker's loop, never inline; then they will answer, with an error when there was one.
 * -ENOMEM. One wait asks one thing at a time. */
int media_session_ask(struct media_session *s, enum media_side from, enum media_role role,
		      const struct sdp *sdp, struct media_wait *w);
/* Forgets the question; safe when none is asked. */
void media_wait_cancel(struct media_wait *w);

/* "from" offers (answers with) that description: remembers where it wants to receive, and
 * writes to "out" what the other side shall see: our address and ports instead. Offers and
 * answers may be repeated; the ports of a stream stay the same for the session's life.
 * 0, -ENOMEM, -EADDRNOTAVAIL (no port left), -EMFILE and the like, -EAFNOSUPPORT (the
 * other side's family is not served), -ECONNREFUSED (rtpengine does not take it),
 * -ETIMEDOUT (it does not answer), -EAGAIN (it was not asked). On error nothing changes and
 * out is to be thrown away. */
int media_session_offer(struct media_session *s, enum media_side from,
			const struct sdp *sdp, struct buf *out);
int media_session_answer(struct media_session *s, enum media_side from,
			 const struct sdp *sdp, struct buf *out);
/* The exchange has ended. Agreed: what was described holds. Otherwise "from" receives again
 * as it said before, in "before" (RFC 3261 14.1). */
void media_session_agreed(struct media_session *s);
void media_session_go_back(struct media_session *s, enum media_side from,
			   const struct sdp *before);
/* Answers that side's offer ourselves and sends back to it what it sends: plain RTP audio
 * is accepted, everything else refused (port 0). -ENOENT when no stream can be taken, or the
 * backend has no echo. */
int media_session_echo(struct media_session *s, enum media_side side,
		       const struct sdp *offer, struct buf *answer);

/* Milliseconds since a side sent RTP last, or since the session began. */
int64_t media_session_silence_ms(struct media_session *s);

struct media_count {
	uint64_t packets; /* RTP that the side sent and that was relayed or echoed */
	uint64_t bytes;   /* its payload with the RTP header */
	uint64_t dropped; /* from another source, too long, no RTP, nowhere to go */
};
/* What a side said in RTCP of the sound that it was sent; of several streams the worst. */
struct media_quality {
	uint32_t reports;       /* 0: it says nothing, and the rest is 0 */
	uint32_t lost;          /* packets */
	uint32_t worst_percent; /* lost between two reports */
	uint32_t jitter_us;     /* the largest */
	uint32_t rtt_us;        /* from here to it and back, the largest; 0: not known */
};
struct media_quality media_session_quality(struct media_session *s, enum media_side side);

struct media_count media_session_count(struct media_session *s, enum media_side side);

#endif
