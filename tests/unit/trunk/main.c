/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return select_group() + ttl_group() + resolve_group();
}
