/* SPDX-License-Identifier: Apache-2.0 */
/* cli/near.h - "Did you mean ...?" */
#ifndef CLI_NEAR_H
#define CLI_NEAR_H

enum { NEAR_NAME_SIZE = 64, NEAR_MAX = 3 };

/* How many letters must be changed, added or left out (Levenshtein); both names shorter
 * than NEAR_NAME_SIZE. Above NEAR_MAX nobody meant it. */
unsigned near_distance(const char *a, const char *b);

#endif
