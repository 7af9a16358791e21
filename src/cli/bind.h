/* SPDX-License-Identifier: Apache-2.0 */
/* cli/bind.h - The listeners of the configuration, bound by the parent before it gives up
 * its rights. */
#ifndef CLI_BIND_H
#define CLI_BIND_H

#include "cli/config.h"

enum { BIND_REASON_SIZE = 256 };

struct bound {
	unsigned workers;
	size_t count;                   /* listeners of one worker */
	struct net_listener *listeners; /* workers * count, worker 0's first */
	int portal;
	struct addr portal_addr; /* with the port really in use */
};

/* 0, or negative errno with a plain sentence and nothing left open. */
int bind_all(const struct config *c, struct bound *ret, char reason[BIND_REASON_SIZE]);
void bound_close_edge(struct bound *b);
void bound_close(struct bound *b);

#endif
