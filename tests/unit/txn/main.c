/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/main.c - Runs the groups. */

#include "unit/txn/groups.h"

int main(void)
{
	int failed = 0;

	failed += group_invite_client();
	failed += group_client();
	failed += group_invite_server();
	failed += group_server();
	failed += group_cells();
	failed += group_match();
	failed += group_layer();
	failed += group_answered();
	return failed != 0;
}
