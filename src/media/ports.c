/* SPDX-License-Identifier: Apache-2.0 */
/* media/ports.c - The pool of port pairs: a queue in random order. */

#include "media/ports.h"

#include <errno.h>
#include <stdlib.h>

static void shuffle(uint16_t *queue, size_t count, struct random *random)
{
	for (size_t i = count - 1; i > 0; i--) {
		size_t other = random_below(random, (uint32_t)(i + 1));
		uint16_t port = queue[i];

		queue[i] = queue[other];
		queue[other] = port;
	}
}

int media_ports_init(struct media_ports *p, uint16_t min, uint16_t max,
		     struct random *random)
{
	unsigned first = min + (min & 1u);

	if (first == 0 || max < first + 1)
		return -EINVAL;
	p->pairs = p->free = (max - first + 1) / 2;
	p->kept = p->pairs / 64 < MEDIA_PORTS_KEPT ? p->pairs / 64 : MEDIA_PORTS_KEPT;
	p->next = 0;
	p->queue = calloc(p->pairs, sizeof(*p->queue));
	if (!p->queue)
		return -ENOMEM;
	for (size_t i = 0; i < p->pairs; i++)
		p->queue[i] = (uint16_t)(first + 2 * i);
	shuffle(p->queue, p->pairs, random);
	pthread_mutex_init(&p->lock, NULL);
	return 0;
}

void media_ports_fini(struct media_ports *p)
{
	pthread_mutex_destroy(&p->lock);
	free(p->queue);
}

uint16_t media_ports_take(struct media_ports *p, bool urgent)
{
	uint16_t port = 0;

	pthread_mutex_lock(&p->lock);
	if (p->free > (urgent ? 0 : p->kept)) {
		port = p->queue[p->next];
		p->next = (p->next + 1) % p->pairs;
		p->free--;
	}
	pthread_mutex_unlock(&p->lock);
	return port;
}

void media_ports_give(struct media_ports *p, uint16_t port)
{
	pthread_mutex_lock(&p->lock);
	p->queue[(p->next + p->free++) % p->pairs] = port;
	pthread_mutex_unlock(&p->lock);
}
