/* SPDX-License-Identifier: Apache-2.0 */
/* http/http.h - The web process: HTTP(S) in front, operations as frames to the core
 * behind (ops/frame.h). It holds no database, no key but the certificate's, no session.
 * One thread on one loop, so that a single sandbox holds all of it: web_start,
 * sandbox_web (http/sandbox.h), loop_run. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "loop/loop.h"
#include "net/addr.h"

enum {
	WEB_REASON_SIZE = 200,
	WEB_BODY_MAX = 64 * 1024,   /* 413 */
	WEB_HEAD_MAX = 24 * 1024,   /* request line and headers; 431 */
	WEB_CONNECTIONS_MAX = 4096, /* fewer where RLIMIT_NOFILE says so */
	/* Of one IPv4 address or IPv6 /64, proxies apart: an office behind one address
	 * must fit, six connections to a browser. */
	WEB_SOURCE_CONNECTIONS_MAX = 256,
	WEB_REQUEST_S = 20,     /* to send a request whole */
	WEB_IDLE_S = 60,        /* between two requests on a connection */
	WEB_ANSWER_S = 120,     /* to take an answer */
	WEB_CORE_S = 25,        /* for the core to answer; then 503 */
	WEB_STREAMS_MAX = 2000, /* server-sent events, of all sessions */
	WEB_HEARTBEAT_S = 15,
	WEB_PAGES_MAX = 512,            /* files of the pages' directory ... */
	WEB_PAGES_BYTES_MAX = 32 << 20, /* ... and their size together */
	WEB_PROXIES_MAX = 16,
};

struct web_network {
	struct addr addr; /* port 0 */
	unsigned bits;    /* 32 or 128 for one host */
};

struct web_config {
	struct loop *loop;
	int listen_fd; /* bound and listening TCP socket; taken over */
	int core_fd; /* stream socket whose other end has a link (ops/link.h); taken over
		      */
	const char *cert, *key; /* PEM texts; both NULL: plain HTTP */
	const char *pages;      /* directory of the portal's pages; NULL: none */
	/* Browsers reach the portal by https, here or at the proxy in front: the cookie
	 * is
	 * __Host-ownline and Secure, and HSTS is sent. Otherwise the cookie is ownline.
	 */
	bool secure;
	struct web_network
		proxies[WEB_PROXIES_MAX]; /* whose X-Forwarded-For is believed */
	unsigned proxy_count;
	/* The core closed its end or broke the rules; requests under way have got their
	 * 503. Free it now, or later. */
	void (*core_gone)(void *arg);
	void *arg;
};

struct web;

/* Reads the pages and begins to serve when the loop runs; what it opens is open then.
 * Nothing of cfg need outlive the call but the loop; cert and key may be wiped. 0, or
 * negative errno with a sentence in reason; both descriptors are closed then, too. */
int web_start(const struct web_config *cfg, struct web **ret,
	      char reason[WEB_REASON_SIZE]);
/* Closes every connection. */
void web_free(struct web *w);

#endif
