/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_csv.c - An import file: reading it ends. */

#include <assert.h>
#include <errno.h>

#include "base/csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(4096);
	struct text fields[CSV_COLUMNS_MAX];
	const char *reason = NULL;
	struct csv csv;
	size_t rows = 0;
	int rc = csv_open(&csv, (struct text){ (const char *)data, size }, arena);

	while (rc == 0 && (rc = csv_next(&csv, fields, &reason)) != 0 && rc != -ENOMEM) {
		assert(rc == 1 || reason);
		assert(++rows <= size);
		rc = 0;
	}
	arena_free(arena);
	return 0;
}
