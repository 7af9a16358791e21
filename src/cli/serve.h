/* SPDX-License-Identifier: Apache-2.0 */
/* cli/serve.h - ownline serve: a small parent over two processes. The core is forked, the
 * web process executed anew, so that nothing of the parent's or the core's memory is in
 * it. Each has a control socket to the parent: it writes one byte when it is ready, and
 * stops when the other end is closed. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/bind.h"
#include "cli/config.h"
#include "cli/user.h"

enum {
	SERVE_READY = 'r',
	SERVE_RELOAD = 'h',
	/* Who loses the other process waits so long for the parent's word, then fails. */
	SERVE_PATIENCE_MS = 2000,
};

/* Returns the exit status: 0 after SIGTERM or SIGINT, 1 with a plain sentence when it
 * could not start, or when one of the two has died. */
int serve_run(const struct config *c);

struct serve_core {
	const struct config *config;
	struct bound *bound; /* the edge's listeners are taken over */
	int control;         /* to the parent */
	int link;            /* to the web process */
	struct user user;    /* known: give up root and become it */
};
/* In the child; returns its exit status. */
int serve_core_run(const struct serve_core *in);

/* The web process finds its descriptors at these numbers, and the rest as a first frame
 * on the control socket (serve_web_hello). */
enum { SERVE_WEB_CONTROL = 3, SERVE_WEB_LISTENER = 4, SERVE_WEB_LINK = 5 };
#define SERVE_WEB_WORD "web-process" /* argv[1] */
enum { SERVE_HELLO_MAX = 1 << 20 };

/* In the parent: sends what the web process needs. 0 or negative errno. */
int serve_web_hello(int control, const struct config *c, const struct user *user);
/* In the web process; returns its exit status. */
int serve_web_run(void);

#endif
