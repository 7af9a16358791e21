/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/main.c - Runs the groups of src/base. */

#include "base_tests.h"

#include <stddef.h>

int main(void)
{
	int (*const groups[])(void) = {
		arena_tests, buf_tests,  csv_tests,  date_tests,  e164_tests,
		id_tests,    list_tests, log_tests,  money_tests, random_tests,
		table_tests, text_tests, zone_tests,
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		failed += groups[i]();
	return failed != 0;
}
