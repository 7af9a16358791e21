/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return order_group() + hop_group() + select_group() + ttl_group() +
	       resolve_group();
}
