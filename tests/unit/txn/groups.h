/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/groups.h - The groups of this program, one per file; each answers how many
 * tests failed. */
#ifndef UNIT_TXN_GROUPS_H
#define UNIT_TXN_GROUPS_H

int group_invite_client(void);
int group_client(void);
int group_invite_server(void);
int group_server(void);
int group_cells(void);
int group_match(void);
int group_layer(void);
int group_answered(void);

#endif
