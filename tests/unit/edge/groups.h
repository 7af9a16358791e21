/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/groups.h - The groups of this program, one per file; each answers how many
 * tests failed. */
#ifndef UNIT_EDGE_GROUPS_H
#define UNIT_EDGE_GROUPS_H

int group_dispatch(void);
int group_stream(void);
int group_owner(void);
int group_threads(void);

#endif
