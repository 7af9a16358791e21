/* SPDX-License-Identifier: Apache-2.0 */
/* http/pages.h - The portal's pages, read into memory at start: behind the sandbox there
 * is no file system. */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include "base/text.h"

enum {
	PAGES_MAX = 500,
	PAGES_BYTES_MAX = 32 << 20,
	PAGES_DEPTH_MAX = 4,
	PAGE_ETAG_SIZE = 36
};

struct page {
	char *path; /* "/assets/index-abc.js" */
	char *bytes;
	size_t len;
	char *gzip; /* NULL: none (path.gz beside it) */
	size_t gzip_len;
	const char *type;
	bool forever; /* its name changes with its contents */
	char etag[PAGE_ETAG_SIZE];
};

struct pages {
	struct page *all;
	size_t count;
	size_t bytes;
};

/* 0 or negative errno with a sentence; index.html must be there. */
int pages_load(const char *dir, struct pages *ret, char reason[200]);
void pages_free(struct pages *p);
const struct page *pages_find(const struct pages *p, struct text path);

#endif
