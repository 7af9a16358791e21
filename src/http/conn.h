/* SPDX-License-Identifier: Apache-2.0 */
/* http/conn.h - The connections of browsers: how many from where, and until when each has
 * to have done what it is at. */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <microhttpd.h>

#include "base/table.h"
#include "http/source.h"
#include "loop/loop.h"

struct conns {
	struct loop *loop;
	const struct source_rules *rules;
	struct list all;      /* struct conn */
	struct table sources; /* struct source of conn.c */
};

struct conn {
	struct list node;
	struct addr peer;
	int fd;
	int64_t deadline_us;
};

int web_conns_init(struct conns *all, struct loop *l, const struct source_rules *rules);
void web_conns_fini(struct conns *all);
/* For MHD_start_daemon; arg is the struct conns. */
enum MHD_Result conns_admit(void *arg, const struct sockaddr *sa, socklen_t len);
void conns_note(void *arg, struct MHD_Connection *c, void **context,
		enum MHD_ConnectionNotificationCode what);
/* Hangs up on what is overdue; every second. */
void conns_sweep(struct conns *all);

/* NULL: memory was out when it came. */
struct conn *conn_of(struct MHD_Connection *c);
/* What it is at now may take so long; 0: as long as it likes. */
void conn_within(struct conns *all, struct conn *c, unsigned seconds);
/* The same, but never more than it has already. */
void conn_hurry(struct conns *all, struct conn *c, unsigned seconds);
/* The browser has closed its end. */
bool conn_is_closed(const struct conn *c);

#endif
