/* SPDX-License-Identifier: Apache-2.0 */
/* media/relay.h - How sessions, streams and the relay's threads hang together. Internal to
 * media/.
 *
 * A session's ports are taken and its sockets bound by whoever calls, under the session's
 * lock; then the sockets belong to the session's thread, which alone reads and writes the
 * latches and closes everything in the end. What goes from the one to the other is a
 * struct update. */
#ifndef MEDIA_RELAY_H
#define MEDIA_RELAY_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>

#include "loop/loop.h"
#include "media/backend.h"
#include "media/latch.h"
#include "media/media.h"
#include "media/ports.h"

enum { MEDIA_BATCH = 8, MEDIA_THREADS_MAX = 64 };
enum media_kind { MEDIA_RTP, MEDIA_RTCP, MEDIA_KINDS };
enum media_family { MEDIA_IPV4, MEDIA_IPV6, MEDIA_FAMILIES };

struct media_thread {
	pthread_t thread;
	struct loop *loop;
	struct task stop;
	/* Where packets are read to. */
	struct mmsghdr *messages;
	struct packet {
		struct iovec iov;
		struct sockaddr_storage from;
		char bytes[MEDIA_PACKET_MAX];
	} packets[MEDIA_BATCH];
};

struct media_relay {
	struct media_config config;
	struct media_ports ports;
	atomic_uint next_thread;
	atomic_uint sessions;
	unsigned thread_count;
	struct media_thread *threads[MEDIA_THREADS_MAX];
};

struct stream_end;

/* What flows: RTP, RTP whose contents nobody reads on the way (SRTP), or something else (the
 * UDPTL of a fax). */
enum stream_content { CONTENT_RTP, CONTENT_SECURE, CONTENT_RAW };

/* What this side says, in RTCP, of the stream that it receives. */
struct stream_quality {
	atomic_uint_fast32_t reports, lost, worst_fraction, jitter, rtt_us;
};

struct stream_socket {
	struct watch watch; /* fd -1: none */
	struct stream_end *end;
	enum media_kind kind;
};

/* What one side of one stream sends to and is sent from. */
struct stream_end {
	struct relay_session *session;
	struct stream_end *peer;        /* the other side's */
	uint16_t ports[MEDIA_FAMILIES]; /* of RTP, 0: none; under the session's lock */
	/* The relay's thread. */
	struct stream_socket sockets[MEDIA_FAMILIES][MEDIA_KINDS];
	struct latch latches[MEDIA_KINDS];
	bool echo;
	enum stream_content content;
	uint32_t clock_hz;  /* of its codec */
	uint32_t stamp;     /* of the last sender report that went to it */
	int64_t stamped_us; /* and when */
	struct stream_quality quality;
	/* Written by the relay's thread, read by all. */
	atomic_uint_fast64_t packets, bytes, dropped;
};

struct media_stream {
	struct stream_end ends[2];
};

struct relay_session {
	struct media_session base;
	struct media_relay *relay;
	struct media_thread *thread;
	bool urgent; /* an emergency call's */
	pthread_mutex_t lock;
	struct addr peers[2];                        /* under the lock */
	struct media_stream *streams[SDP_MEDIA_MAX]; /* under the lock; never shrinks */
	_Atomic(struct update *) pending;            /* not yet applied, newest first */
	atomic_int_fast64_t heard_us;                /* when RTP came last */
	struct task end;
};

/* What a description changes, on its way to the relay's thread. */
struct update {
	struct task task;
	struct update *older;
	struct relay_session *session;
	struct addr signalling;
	bool echo;
	struct {
		struct stream_end *end; /* NULL: the stream is refused */
		struct addr announced[MEDIA_KINDS];
		enum stream_content content;
		uint32_t clock_hz;
	} remotes[SDP_MEDIA_MAX];
	struct opened {
		struct stream_end *end;
		enum media_family family;
		int fds[MEDIA_KINDS];
	} opened[SDP_MEDIA_MAX];
	size_t opened_count;
};

/* relay.c */
struct media_thread *media_thread_next(struct media_relay *relay);
/* Our addresses of that family; NULL when it is not served. */
const struct addr *media_relay_advertised(const struct media_relay *relay,
					  uint8_t family);

/* socket.c: a pair of bound sockets; *port is the even one. 0 or negative errno. */
int media_sockets_open(struct media_relay *relay, uint8_t family, bool urgent,
		       uint16_t *port, int fds[MEDIA_KINDS]);
void media_sockets_close(struct media_relay *relay, uint16_t port, int fds[MEDIA_KINDS]);

/* update.c: applies what has been posted, on the relay's thread. A packet that comes after
 * an offer or answer was taken is treated by it, although the packet may be seen before
 * the task. */
void relay_session_apply(struct relay_session *s);

/* packet.c: a socket of the relay's thread has something to read. */
void media_packet_ready(struct watch *w, unsigned ready);

#endif
