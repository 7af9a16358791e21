/* SPDX-License-Identifier: Apache-2.0 */
/* ops/link.h - The core's end of a stream socket on which requests come as frames: the
 * web process's socket pair, or one CLI on admin.sock. On the control loop. */
#ifndef OPS_LINK_H
#define OPS_LINK_H

#include "ops/ops.h"

enum {
	LINK_WEB_ASKS_MAX = 4096, /* under way at a time */
	LINK_ADMIN_ASKS_MAX = 16,
	LINK_OUT_MAX = 64 << 20,
};

struct link;

/* Takes fd over. closed (may be NULL) is told, on a later turn, when the peer is gone or
 * has broken the rules; the link is freed behind it. */
struct link *link_new(struct ops *o, struct loop *l, int fd, enum ops_front front,
		      void (*closed)(void *arg), void *arg);
void link_free(struct link *l);

/* admin.sock: 0600, and only root and this process's own user are let in (SO_PEERCRED).
 */
struct admin;
/* Makes the socket; one that an ended process left is replaced (the caller holds the
 * state directory's lock). 0 or negative errno. */
int admin_new(struct ops *o, struct loop *l, const char *path, struct admin **ret);
void admin_free(struct admin *a); /* removes the socket */

#endif
