/* SPDX-License-Identifier: Apache-2.0 */
/* unit/rating/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return plan_group() + tariff_group() + demo_group();
}
