/* SPDX-License-Identifier: Apache-2.0 */
/* http/pages.c - Files become a table of ready responses. */

#include "http/pages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 8, PATH_SIZE = 512 };

struct page {
	char *path; /* "/assets/index-1a2b.js" */
	char *content;
	struct MHD_Response *response;
};

struct pages {
	struct page all[WEB_PAGES_MAX];
	size_t count;
	size_t bytes;
	const struct page *index;
};

struct loading {
	struct pages *pages;
	const struct answer_rules *rules;
	char path[PATH_SIZE]; /* of what is being read, below the directory */
	char *reason;
};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ ".json", "application/json" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".webp", "image/webp" },
	{ ".ico", "image/vnd.microsoft.icon" },
	{ ".woff2", "font/woff2" },
};

/* Names under /assets/ hold a hash of their content. */
static const struct {
	struct text start;
	const char *cache;
} caches[] = {
	{ TEXT_INIT("/assets/"), "public, max-age=31536000, immutable" },
	{ TEXT_INIT("/index.html"), "no-store" },
	{ TEXT_INIT("/"), "public, max-age=3600" },
};

static const char *type_of(struct text path)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (text_ends(path, text_of(types[i].ending)))
			return types[i].type;
	}
	return "application/octet-stream";
}

static const char *cache_of(struct text path)
{
	size_t i = 0;

	while (!text_starts(path, caches[i].start))
		i++;
	return caches[i].cache;
}

static int fail(struct loading *l, int error, const char *what)
{
	snprintf(l->reason, WEB_REASON_SIZE, "pages%.120s: %s", l->path, what);
	return error;
}

static char *read_whole(int fd, size_t size)
{
	char *content = malloc(size + 1);
	size_t have = 0;
	ssize_t n = 1;

	while (content && have < size && n > 0) {
		n = read(fd, content + have, size - have);
		have += n > 0 ? (size_t)n : 0;
	}
	if (have == size)
		return content;
	free(content);
	return NULL;
}

static int add_page(struct loading *l, char *content, size_t size)
{
	struct page *p = &l->pages->all[l->pages->count];
	struct text path = text_of(l->path);

	p->content = content;
	p->path = text_dup(path);
	p->response = answer_page(l->rules, (struct text){ content, size }, type_of(path),
				  cache_of(path));
	l->pages->count++;
	l->pages->bytes += size;
	if (!p->path || !p->response)
		return fail(l, -ENOMEM, "not enough memory");
	if (strcmp(p->path, "/index.html") == 0)
		l->pages->index = p;
	return 0;
}

static int load_file(struct loading *l, int fd, const struct stat *st)
{
	char *content;

	if (l->pages->count == WEB_PAGES_MAX ||
	    (uint64_t)st->st_size > WEB_PAGES_BYTES_MAX - l->pages->bytes)
		return fail(l, -EFBIG, "more pages than fit into memory");
	content = read_whole(fd, (size_t)st->st_size);
	return content ? add_page(l, content, (size_t)st->st_size)
		       : fail(l, -EIO, "cannot be read");
}

static int load_dir(struct loading *l, int fd, unsigned depth);

/* What is no plain file and no directory is none of ours. */
static int load_entry(struct loading *l, int dir, const char *name, unsigned depth)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;
	int error = 0;

	if (fd < 0)
		return errno == ELOOP ? 0 : fail(l, -errno, strerror(errno));
	if (fstat(fd, &st) < 0)
		error = fail(l, -errno, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		return load_dir(l, fd, depth + 1);
	else if (S_ISREG(st.st_mode))
		error = load_file(l, fd, &st);
	close(fd);
	return error;
}

static int load_named(struct loading *l, int dir, const char *name, unsigned depth)
{
	size_t len = strlen(l->path);
	int error;

	if (name[0] == '.')
		return 0;
	if (len + strlen(name) + 2 > sizeof(l->path) || depth > DEPTH_MAX)
		return fail(l, -ENAMETOOLONG, "too deep");
	snprintf(l->path + len, sizeof(l->path) - len, "/%s", name);
	error = load_entry(l, dir, name, depth);
	if (!error)
		l->path[len] = '\0';
	return error;
}

static int load_dir(struct loading *l, int fd, unsigned depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int error = 0;

	if (!d) {
		close(fd);
		return fail(l, -ENOMEM, "cannot be listed");
	}
	while (!error && (e = readdir(d)))
		error = load_named(l, fd, e->d_name, depth);
	closedir(d);
	return error;
}

int pages_load(const char *dir, const struct answer_rules *rules, struct pages **ret,
	       char reason[WEB_REASON_SIZE])
{
	struct loading l = { .rules = rules, .reason = reason };
	int fd = open(dir, O_RDONLY | O_CLOEXEC | O_DIRECTORY), error;

	if (fd < 0) {
		error = -errno;
		snprintf(reason, WEB_REASON_SIZE, "pages %.120s: %s", dir,
			 strerror(-error));
		return error;
	}
	l.pages = calloc(1, sizeof(*l.pages));
	if (!l.pages) {
		close(fd);
		return fail(&l, -ENOMEM, "not enough memory");
	}
	error = load_dir(&l, fd, 0);
	if (!error && !l.pages->index)
		error = fail(&l, -ENOENT, "there is no index.html");
	if (error)
		pages_free(l.pages);
	else
		*ret = l.pages;
	return error;
}

void pages_free(struct pages *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++) {
		if (p->all[i].response)
			MHD_destroy_response(p->all[i].response);
		free(p->all[i].path);
		free(p->all[i].content);
	}
	free(p);
}

struct MHD_Response *pages_find(const struct pages *p, struct text path)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->count; i++) {
		if (text_eq(path, text_of(p->all[i].path)))
			return p->all[i].response;
	}
	if (text_find(path, '.') >= 0 || text_starts(path, TEXT("/assets/")))
		return NULL;
	return p->index->response;
}
