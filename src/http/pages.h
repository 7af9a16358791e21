/* SPDX-License-Identifier: Apache-2.0 */
/* http/pages.h - The portal's pages: read once into memory, so that no path of a request
 * ever reaches a file system. */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include "http/answer.h"
#include "http/http.h"

struct pages;

/* All plain files under dir but hidden ones. 0, or negative errno with a sentence; a
 * directory without index.html is -ENOENT. */
int pages_load(const char *dir, const struct answer_rules *rules, struct pages **ret,
	       char reason[WEB_REASON_SIZE]);
void pages_free(struct pages *p);
/* path as it came, without the query. What has no page but could be an address of the
 * portal's own (no dot in it, not under /assets/) gives index.html. NULL: 404. p may be
 * NULL: then there is none. */
struct MHD_Response *pages_find(const struct pages *p, struct text path);

#endif
