/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/nameserver.h - A name server on loopback that knows a handful of names. */
#ifndef UNIT_TRUNK_NAMESERVER_H
#define UNIT_TRUNK_NAMESERVER_H

#include "loop/loop.h"

struct record_row {
	const char *name;
	int type; /* 1 A, 28 AAAA, 33 SRV, 35 NAPTR; below: how the server goes wrong */
	unsigned ttl;
	const char *data; /* "192.0.2.1", "2001:db8::1", "10 5 5070 target.",
			  * "10 50 s SIP+D2U target." */
};

/* In place of a type: what becomes of every question for that name. */
enum {
	NAMESERVER_MUTE = -1,    /* no answer */
	NAMESERVER_FAILS = -2,   /* SERVFAIL */
	NAMESERVER_GARBAGE = -3, /* an answer that is cut in the middle of a record */
	NAMESERVER_MANY = -4,    /* counts that the message does not hold */
	NAMESERVER_NO_SRV = -5,  /* SERVFAIL for SRV and NAPTR only */
};

struct nameserver {
	struct watch watch;
	const struct record_row *rows;
	size_t count;
	unsigned asked;
	unsigned absent_ttl; /* of "there is no such record"; 0: does not say */
	char address[32];    /* "127.0.0.1:12345" */
};

void nameserver_start(struct nameserver *n, struct loop *l, const struct record_row *rows,
		      size_t count);
void nameserver_stop(struct nameserver *n);

#endif
