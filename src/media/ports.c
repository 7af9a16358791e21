/* SPDX-License-Identifier: Apache-2.0 */
/* media/ports.c - The pool of port pairs. */

#include "media/ports.h"

#include <errno.h>
#include <stdlib.h>

int media_ports_init(struct media_ports *p, uint16_t min, uint16_t max, uint32_t start)
{
	unsigned first = min + (min & 1u);

	if (first == 0 || max < first + 1)
		return -EINVAL;
	p->first = (uint16_t)first;
	p->pairs = (max - first + 1) / 2;
	p->next = start % p->pairs;
	p->used = calloc(p->pairs, sizeof(*p->used));
	if (!p->used)
		return -ENOMEM;
	pthread_mutex_init(&p->lock, NULL);
	return 0;
}

void media_ports_fini(struct media_ports *p)
{
	pthread_mutex_destroy(&p->lock);
	free(p->used);
}

uint16_t media_ports_take(struct media_ports *p)
{
	uint16_t port = 0;

	pthread_mutex_lock(&p->lock);
	for (size_t tried = 0; tried < p->pairs && port == 0; tried++) {
		size_t at = p->next;

		p->next = (p->next + 1) % p->pairs;
		if (p->used[at])
			continue;
		p->used[at] = true;
		port = (uint16_t)(p->first + 2 * at);
	}
	pthread_mutex_unlock(&p->lock);
	return port;
}

void media_ports_give(struct media_ports *p, uint16_t port)
{
	pthread_mutex_lock(&p->lock);
	p->used[(size_t)(port - p->first) / 2] = false;
	pthread_mutex_unlock(&p->lock);
}
