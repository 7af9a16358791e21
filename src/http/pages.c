/* SPDX-License-Identifier: Apache-2.0 */
/* http/pages.c - Reads a directory of pages. */

#include "http/pages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json" },
};

static const char *type_of(struct text path)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (text_ends(path, text_of(types[i].ending)))
			return types[i].type;
	}
	return "application/octet-stream";
}

void pages_free(struct pages *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->all[i].path);
		free(p->all[i].bytes);
		free(p->all[i].gzip);
	}
	free(p->all);
	*p = (struct pages){ 0 };
}

static int read_whole(int fd, size_t len, char **ret)
{
	char *bytes = malloc(len + 1);
	size_t at = 0;
	ssize_t n;

	if (!bytes)
		return -ENOMEM;
	while (at < len && (n = read(fd, bytes + at, len - at)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	if (at < len) {
		free(bytes);
		return -EIO;
	}
	*ret = bytes;
	return 0;
}

/* -ENOENT: no such file, or none of the ordinary kind. */
static int read_file(struct pages *p, const char *file, char **bytes, size_t *len)
{
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), error = -ENOENT;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		p->bytes += (size_t)st.st_size;
		*len = (size_t)st.st_size;
		error = p->bytes > PAGES_BYTES_MAX ? -EFBIG : read_whole(fd, *len, bytes);
	}
	close(fd);
	return error;
}

static void make_etag(struct page *page)
{
	uint8_t hash[16];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)page->bytes, page->len,
			   NULL, 0);
	page->etag[0] = '"';
	text_hex_encode(page->etag + 1, hash, sizeof(hash));
	strcpy(page->etag + 33, "\"");
}

static int add(struct pages *p, const char *file, const char *path)
{
	struct page page = { .forever = text_starts(text_of(path), TEXT("/assets/")) };
	char packed[PATH_SIZE + 4];
	struct page *all;
	int error = read_file(p, file, &page.bytes, &page.len);

	if (error)
		return error == -ENOENT || error == -ELOOP ? 0 : error;
	snprintf(packed, sizeof(packed), "%s.gz", file);
	error = read_file(p, packed, &page.gzip, &page.gzip_len);
	page.path = strdup(path);
	page.type = type_of(text_of(path));
	make_etag(&page);
	all = realloc(p->all, (p->count + 1) * sizeof(*all));
	if (all)
		p->all = all;
	if (!all || !page.path || (error && error != -ENOENT) || p->count >= PAGES_MAX) {
		free(page.path);
		free(page.bytes);
		free(page.gzip);
		return error && error != -ENOENT ? error : -ENOMEM;
	}
	p->all[p->count++] = page;
	return 0;
}

static int add_dir(struct pages *p, const char *dir, const char *prefix, unsigned depth);

static int add_entry(struct pages *p, const char *dir, const char *prefix,
		     const struct dirent *e, unsigned depth)
{
	char file[PATH_SIZE], path[PATH_SIZE];
	struct stat st;

	if (e->d_name[0] == '.' || text_ends(text_of(e->d_name), TEXT(".gz")))
		return 0;
	if (snprintf(file, sizeof(file), "%s/%s", dir, e->d_name) >= PATH_SIZE ||
	    snprintf(path, sizeof(path), "%s/%s", prefix, e->d_name) >= PATH_SIZE)
		return -ENAMETOOLONG;
	if (lstat(file, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return depth < PAGES_DEPTH_MAX ? add_dir(p, file, path, depth + 1)
					       : -ELOOP;
	return add(p, file, path);
}

static int add_dir(struct pages *p, const char *dir, const char *prefix, unsigned depth)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	int error = 0;

	if (!d)
		return -errno;
	while (!error && (e = readdir(d)))
		error = add_entry(p, dir, prefix, e, depth);
	closedir(d);
	return error;
}

int pages_load(const char *dir, struct pages *ret, char reason[200])
{
	struct pages p = { 0 };
	int error = add_dir(&p, dir, "", 0);

	if (!error && !pages_find(&p, TEXT("/index.html")))
		error = -ENOENT;
	if (error) {
		snprintf(reason, 200, "the portal's pages (portal.pages: %.100s): %s",
			 dir,
			 error == -ENOENT ? "there is no index.html" : strerror(-error));
		pages_free(&p);
		return error;
	}
	*ret = p;
	return 0;
}

const struct page *pages_find(const struct pages *p, struct text path)
{
	for (size_t i = 0; i < p->count; i++) {
		if (text_eq(text_of(p->all[i].path), path))
			return &p->all[i];
	}
	return NULL;
}
