/* SPDX-License-Identifier: Apache-2.0 */
/* fake/alloc.h - Memory that runs out when the test wants it. Linking `fake` interposes
 * malloc, calloc, realloc, reallocarray, strdup, strndup, asprintf and vasprintf of all
 * code of ours (not of shared libraries, and not in a build with LTO, which --wrap does
 * not see through); each thread counts for itself. Run a constructor again and again:
 *
 *	for (unsigned n = 1;; n++) {
 *		fail_alloc_nth(n);
 *		x = x_new();
 *		if (!fail_alloc_off())
 *			break;        // n was more than it needs: x is good
 *		assert_null(x);
 *	}
 */
#ifndef FAKE_ALLOC_H
#define FAKE_ALLOC_H

#include <stdbool.h>

/* The n-th allocation of this thread from now on fails (1: the next), once. */
void fail_alloc_nth(unsigned n);
/* Back to normal; true when one did fail. */
bool fail_alloc_off(void);
/* The fakes' own allocations in between do not count and do not fail. */
void fail_alloc_hold(bool hold);
/* Allocations of this thread since fail_alloc_nth. */
unsigned fail_alloc_count(void);

#endif
