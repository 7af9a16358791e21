/* SPDX-License-Identifier: Apache-2.0 */
/* http/web.h - The web process: HTTPS for the portal's API and pages. It holds nothing:
 * no database, no vault, no session; each request becomes a frame to the core and the
 * answer an HTTP response. One thread on one loop; requests that wait are suspended. */
#ifndef HTTP_WEB_H
#define HTTP_WEB_H

#include "http/pages.h"
#include "http/source.h"
#include "loop/loop.h"

enum {
	WEB_BODY_MAX = 64 * 1024,
	WEB_CONNECTIONS_MAX = 4000,
	WEB_IDLE_S = 30,
	WEB_HEARTBEAT_MS = 15000, /* of event streams */
	WEB_STREAMS_MAX = 1000,
	WEB_STREAM_BUFFER_MAX = 64 * 1024,
};

struct web_config {
	struct loop *loop;
	int listener; /* bound and listening; taken over */
	int core; /* socket pair to the core; taken over */
	const char *cert; /* PEM; NULL: plain HTTP */
	const char *key;
	const char *origin; /* "https://portal.example.ch" */
	const struct source_net *proxies;
	size_t proxy_count;
	const struct pages *pages;
	void (*core_gone)(void *arg);
	void *arg;
};

struct web;

/* cert and key may be wiped afterwards; the rest must live as long. 0 or negative errno
 * with a sentence. There is no stop: the process ends. */
int web_start(const struct web_config *cfg, struct web **ret, char reason[200]);

#endif
