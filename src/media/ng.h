/* SPDX-License-Identifier: Apache-2.0 */
/* media/ng.h - Asks rtpengine by its control protocol "ng": datagrams of a cookie, a blank
 * and a bencoded dictionary. One client per worker, on that worker's thread; nothing here
 * waits. Datagrams that are lost are sent again, an engine that is silent is left for the
 * next. */
#ifndef MEDIA_NG_H
#define MEDIA_NG_H

#include "base/buf.h"
#include "base/random.h"
#include "base/table.h"
#include "loop/loop.h"
#include "net/addr.h"

enum {
	NG_ENGINES_MAX = 8,
	NG_RESEND_MS = 150, /* then 300, then 600 */
	NG_TRIES = 3,       /* of one engine */
	NG_REST_MS = 10000, /* a silent engine is asked last */
	NG_DATAGRAM_MAX = 65507,
	NG_REQUESTS_MAX = 10000, /* under way */
	NG_COOKIE_SIZE = 33,
};

struct ng;

struct ng_config {
	struct loop *loop;
	struct random *random;
	unsigned count;
	struct addr engines[NG_ENGINES_MAX];
	/* For tests: instead of sockets. 0 or a negative errno. */
	int (*send)(void *arg, struct ng *ng, unsigned engine, struct text datagram);
	void *arg;
};

/* NULL when out of memory. A socket that cannot be opened is an engine that is silent. */
struct ng *ng_new(const struct ng_config *cfg);
/* Requests must have been cancelled. */
void ng_free(struct ng *ng);

/* Embed, fill done. */
struct ng_request {
	/* Once, never inline. 0 with the reply's dictionary, which lives as long as the call;
	 * -ETIMEDOUT: no engine answers. The request may be used or freed in it. */
	void (*done)(struct ng_request *, int error, struct text reply);
	/* Which engine answered. */
	unsigned engine;
	/* ng's own */
	struct table_node node;
	struct list in_ng;
	struct ng *ng; /* NULL: not under way */
	struct timer timer;
	struct buf datagram;
	char cookie[NG_COOKIE_SIZE];
	unsigned tries, engines_left;
};

enum { NG_ANY = -1 };

/* Asks that engine, or any until one answers. 0, -ENOMEM, -EAGAIN (too many under way),
 * -EMSGSIZE. */
int ng_ask(struct ng *ng, struct ng_request *r, int engine, struct text dictionary);
/* No more callback; safe when it is not under way. */
void ng_cancel(struct ng_request *r);
/* Sends once, for whom no answer matters any more. */
void ng_tell(struct ng *ng, unsigned engine, struct text dictionary);

/* A datagram of that engine. */
void ng_receive(struct ng *ng, unsigned engine, struct text datagram);
/* Its host says that nobody listens there. */
void ng_refused(struct ng *ng, unsigned engine);

struct ng_counters {
	uint64_t sent, resent, answered, timeouts,
		stray; /* stray: late, or none of ours */
};
struct ng_counters ng_count(const struct ng *ng);

#endif
