/* SPDX-License-Identifier: Apache-2.0 */
/* http/web.h - What the files of the web process share. One thread. */
#ifndef HTTP_WEB_H
#define HTTP_WEB_H

#include "http/answer.h"
#include "http/conn.h"
#include "http/core.h"
#include "http/pages.h"

struct web {
	struct loop *loop;
	struct MHD_Daemon *daemon;
	struct core *core;
	struct pages *pages;
	struct answer_rules rules;
	struct source_rules sources;
	struct conns conns;
	struct list exchanges; /* struct exchange */
	unsigned stream_count;
	/* web.c's own: */
	void (*core_gone)(void *arg);
	void *arg;
	int core_fd, listen_fd; /* -1: taken over */
	struct watch ready;     /* the library's epoll descriptor */
	struct task again;
	bool again_waits;
	struct timer sweep, linger;
	bool ending;
	char note[128]; /* the library's last complaint */
};

/* Lets the library run in the next turn: it does not hear by itself of what was resumed. */
void web_run_soon(struct web *w);
/* The last request of a web process whose core is gone was answered. */
void web_is_idle(struct web *w);

#endif
