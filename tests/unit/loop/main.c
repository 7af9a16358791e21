/* SPDX-License-Identifier: Apache-2.0 */
/* unit/loop/main.c - Runs the groups of src/loop. */

#include "loop_tests.h"

int main(void)
{
	int failed = wheel_tests();

	failed += loop_tests();
	failed += pool_tests();
	return failed != 0;
}
