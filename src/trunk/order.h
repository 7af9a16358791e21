/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/order.h - In which order to try things of a rank and a weight (RFC 2782). */
#ifndef TRUNK_ORDER_H
#define TRUNK_ORDER_H

#include <stdbool.h>

#include "base/random.h"

enum { ORDER_ITEMS_MAX = 32 };

struct order_item {
	uint64_t rank; /* the lower first */
	unsigned
		weight; /* the share of being first among those of one rank; at most 65535 */
};

/* Writes the indices in the order to try. Among those of one rank each comes first as
 * often as its weight says, with 0 hardly ever; when all are 0 they stay as they are. */
void order_choose(struct random *random, const struct order_item *items, size_t count,
		  unsigned char *ret);

#endif
