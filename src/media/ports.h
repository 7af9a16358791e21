/* SPDX-License-Identifier: Apache-2.0 */
/* media/ports.h - The pool of port pairs: an even one for RTP, the odd above for RTCP
 * (RFC 3550 11). Any thread. Internal to media/. */
#ifndef MEDIA_PORTS_H
#define MEDIA_PORTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

enum { MEDIA_PORTS_KEPT = 64 };

struct media_ports {
	pthread_mutex_t lock;
	size_t pairs, kept;
	size_t next, free; /* the free ones: from "next" on, round the end */
	uint16_t *queue;   /* what was given back rests longest */
};

/* 0, -EINVAL (no pair between min and max), -ENOMEM. In random order: who knows one call's
 * ports does not know the next one's. */
int media_ports_init(struct media_ports *p, uint16_t min, uint16_t max,
		     struct random *random);
void media_ports_fini(struct media_ports *p);
/* The even port of a free pair, or 0. The last ones (of 64 pairs one, MEDIA_PORTS_KEPT at
 * most) are kept for who is urgent. */
uint16_t media_ports_take(struct media_ports *p, bool urgent);
void media_ports_give(struct media_ports *p, uint16_t port);

#endif
