/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/groups.h - The groups of this program. */
#ifndef HTTP_GROUPS_H
#define HTTP_GROUPS_H

int route_group(void);
int input_group(void);
int source_group(void);
int head_group(void);
int ask_group(void);
int answer_group(void);
int pages_group(void);
int stream_group(void);
int conn_group(void);
int web_group(void);
int tls_group(void);
int sandbox_group(void);

#endif
