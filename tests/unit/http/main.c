/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/main.c - Runs the groups. */

#include <stddef.h>

#include "groups.h"

int main(void)
{
	int (*const groups[])(void) = { route_group, input_group,  source_group,
					head_group,  ask_group,    answer_group,
					pages_group, stream_group, conn_group,
					web_group,   tls_group,    sandbox_group };
	int failed = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		failed += groups[i]();
	return failed != 0;
}
