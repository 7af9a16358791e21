/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/main.c - Runs the groups. */

#include "base/log.h"
#include "unit/edge/groups.h"

int main(void)
{
	int failed = 0;

	log_set_level(LOG_ERROR);
	failed += group_dispatch();
	failed += group_stream();
	failed += group_owner();
	failed += group_threads();
	return failed != 0;
}
