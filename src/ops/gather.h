/* SPDX-License-Identifier: Apache-2.0 */
/* ops/gather.h - Rows copied out of a job, up to a bound. */
#ifndef OPS_GATHER_H
#define OPS_GATHER_H

#include <stddef.h>

struct gather {
	size_t size; /* of one row */
	size_t max;  /* past it rows are left out and more is true */
	void *rows;
	size_t count, cap;
	int more;
};

#define GATHER(type, most) ((struct gather){ .size = sizeof(type), .max = (most) })

/* Empty again: at the start of a job's work, which may run twice. */
void gather_reset(struct gather *g);
void gather_free(struct gather *g); /* wipes */
/* A row function's callback body: 0, 1 when full (stop), -ENOMEM. */
int gather_put(struct gather *g, const void *row);

#endif
