/* SPDX-License-Identifier: Apache-2.0 */
/* media/ports.h - The pool of port pairs: an even one for RTP, the odd above for RTCP
 * (RFC 3550 11). Any thread. Internal to media/. */
#ifndef MEDIA_PORTS_H
#define MEDIA_PORTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct media_ports {
	pthread_mutex_t lock;
	uint16_t first; /* even */
	size_t pairs;
	size_t next; /* where the search goes on: what was given back rests longest */
	bool *used;
};

/* 0, -EINVAL (no pair between min and max), -ENOMEM. The search starts at pair "start"
 * (any number). */
int media_ports_init(struct media_ports *p, uint16_t min, uint16_t max, uint32_t start);
void media_ports_fini(struct media_ports *p);
/* The even port of a free pair, or 0. */
uint16_t media_ports_take(struct media_ports *p);
void media_ports_give(struct media_ports *p, uint16_t port);

#endif
