/* SPDX-License-Identifier: Apache-2.0 */
/* cli/near.c - Levenshtein's distance. */

#include "cli/near.h"

#include <string.h>

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

unsigned near_distance(const char *a, const char *b)
{
	unsigned row[NEAR_NAME_SIZE + 1], diagonal, above;
	size_t la = strnlen(a, NEAR_NAME_SIZE), lb = strnlen(b, NEAR_NAME_SIZE);

	for (size_t j = 0; j <= lb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			above = row[j];
			row[j] = least(diagonal + (a[i - 1] != b[j - 1]), above + 1,
				       row[j - 1] + 1);
			diagonal = above;
		}
	}
	return row[lb];
}
