/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/nameserver.h - A name server on loopback that knows a handful of names. */
#ifndef UNIT_TRUNK_NAMESERVER_H
#define UNIT_TRUNK_NAMESERVER_H

#include "loop/loop.h"

struct record_row {
	const char *name;
	int type; /* 1 A, 28 AAAA, 33 SRV */
	unsigned ttl;
	const char *data; /* "192.0.2.1", "2001:db8::1", "10 5 5070 target." */
};

struct nameserver {
	struct watch watch;
	const struct record_row *rows;
	size_t count;
	unsigned asked;
	char address[32]; /* "127.0.0.1:12345" */
};

void nameserver_start(struct nameserver *n, struct loop *l, const struct record_row *rows,
		      size_t count);
void nameserver_stop(struct nameserver *n);

#endif
