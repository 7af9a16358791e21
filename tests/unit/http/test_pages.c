/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_pages.c - src/http/pages.c: files in memory, and how they leave */

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "groups.h"
#include "http/pages.h"
#include "rig.h"

#define HOST "Host: portal.example\r\n"

static char dir[64];

static void write_file(const char *path, const char *content)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

static void make_dir(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	assert_int_equal(mkdir(full, 0700), 0);
}

static int make_pages(void **state)
{
	char full[256];

	strcpy(dir, "/tmp/ownline-pages-XXXXXX");
	assert_non_null(mkdtemp(dir));
	make_dir("assets");
	write_file("index.html", "<!doctype html>");
	write_file("assets/index-1a2b.js", "let a;");
	write_file("assets/index-1a2b.css", "a{}");
	write_file("favicon.svg", "<svg/>");
	write_file("strange.bin", "?");
	write_file("empty.txt", "");
	write_file(".hidden", "secret");
	snprintf(full, sizeof(full), "%s/passwd.txt", dir);
	assert_int_equal(symlink("/etc/passwd", full), 0);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	return remove(path);
}

static int remove_pages(void **state)
{
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void with_pages(struct web_config *c)
{
	c->pages = dir;
}

#define FOREVER "public, max-age=31536000, immutable"
#define HOUR    "public, max-age=3600"

static void pages_leave_from_memory(void **state)
{
	static const struct {
		const char *name;
		const char *request;
		unsigned status;
		const char *type, *cache, *body;
	} rows[] = {
		{ "the start", "GET / ", 200, "text/html; charset=utf-8", "no-store",
		  "<!doctype html>" },
		{ "by its name", "GET /index.html ", 200, "text/html; charset=utf-8",
		  "no-store", "<!doctype html>" },
		{ "a page of the portal's own", "GET /lines/+41441234567 ", 200,
		  "text/html; charset=utf-8", "no-store", "<!doctype html>" },
		{ "with a query", "GET /lines?x=../../etc/passwd ", 200,
		  "text/html; charset=utf-8", "no-store", "<!doctype html>" },
		{ "a script", "GET /assets/index-1a2b.js ", 200,
		  "text/javascript; charset=utf-8", FOREVER, "let a;" },
		{ "a style", "GET /assets/index-1a2b.css ", 200,
		  "text/css; charset=utf-8", FOREVER, "a{}" },
		{ "a picture", "GET /favicon.svg ", 200, "image/svg+xml", HOUR,
		  "<svg/>" },
		{ "who knows what", "GET /strange.bin ", 200, "application/octet-stream",
		  HOUR, "?" },
		{ "an empty file", "GET /empty.txt ", 200, "text/plain; charset=utf-8",
		  HOUR, "" },
		{ "a file that is not there", "GET /nothing.js ", 404, "application/json",
		  "no-store", NULL },
		{ "an asset that is not there", "GET /assets/old ", 404,
		  "application/json", "no-store", NULL },
		{ "a hidden file", "GET /.hidden ", 404, "application/json", "no-store",
		  NULL },
		{ "a link out of the directory", "GET /passwd.txt ", 404,
		  "application/json", "no-store", NULL },
		{ "up and away", "GET /../../../etc/passwd ", 404, "application/json",
		  "no-store", NULL },
		{ "up and away from a directory", "GET /assets/../index.html ", 404,
		  "application/json", "no-store", NULL },
		{ "up and away, escaped", "GET /%2e%2e/etc/passwd ", 200,
		  "text/html; charset=utf-8", "no-store", "<!doctype html>" },
	};
	struct rig r;

	rig_open(&r, with_pages);
	EACH (row, rows) {
		char request[256];
		struct reply reply;

		snprintf(request, sizeof(request), "%sHTTP/1.1\r\n" HOST "\r\n",
			 row->request);
		rig_once(&r, request, &reply);
		row_int(row, reply.status, row->status);
		row_text(row, reply_header(&reply, "Content-Type"), text_of(row->type));
		row_text(row, reply_header(&reply, "Cache-Control"), text_of(row->cache));
		row_text(row, reply_header(&reply, "X-Content-Type-Options"),
			 TEXT("nosniff"));
		if (row->body)
			row_text(row, reply.body, text_of(row->body));
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

static void head_is_the_same_without_the_page(void **state)
{
	struct browser *b;
	struct rig r;

	rig_open(&r, with_pages);
	b = browser_open(&r);
	browser_say(&r, b,
		    "HEAD / HTTP/1.1\r\n" HOST "\r\nGET /x.js HTTP/1.1\r\n" HOST "\r\n");
	RIG_WAIT(&r, (browser_receive(b),
		      text_find_text(buf_text(&b->in), TEXT("404"), &(size_t){ 0 })));
	assert_true(text_find_text(buf_text(&b->in), TEXT("Content-Length: 15\r\n"),
				   &(size_t){ 0 }));
	assert_false(text_find_text(buf_text(&b->in), TEXT("doctype"), &(size_t){ 0 }));
	browser_close(b);
	rig_close(&r);
}

static void without_pages_there_is_only_the_api(void **state)
{
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	rig_once(&r, "GET / HTTP/1.1\r\n" HOST "\r\n", &reply);
	assert_true(reply_has_error(&reply, 404, "not_found"));
	rig_close(&r);
}

static void a_directory_that_is_no_portal_is_told(void **state)
{
	const struct answer_rules rules = ANSWER_RULES(false);
	char reason[WEB_REASON_SIZE], empty[256];
	struct pages *p;

	assert_int_equal(pages_load("/nonexistent", &rules, &p, reason), -ENOENT);
	assert_string_equal(reason, "pages /nonexistent: No such file or directory");
	snprintf(empty, sizeof(empty), "%s/assets", dir);
	assert_int_equal(pages_load(empty, &rules, &p, reason), -ENOENT);
	assert_string_equal(reason, "pages: there is no index.html");
}

static void pages_have_limits(void **state)
{
	const struct answer_rules rules = ANSWER_RULES(false);
	char reason[WEB_REASON_SIZE], full[256];
	struct pages *p;

	snprintf(full, sizeof(full), "%s/large.bin", dir);
	write_file("large.bin", "");
	assert_int_equal(truncate(full, WEB_PAGES_BYTES_MAX + 1), 0);
	assert_int_equal(pages_load(dir, &rules, &p, reason), -EFBIG);
	assert_string_equal(reason, "pages/large.bin: more pages than fit into memory");
	assert_int_equal(unlink(full), 0);
	make_dir("many");
	for (int i = 0; i < WEB_PAGES_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "many/%d.txt", i);
		write_file(name, "");
	}
	assert_int_equal(pages_load(dir, &rules, &p, reason), -EFBIG);
}

static void nothing_is_lost_when_memory_is_out(void **state)
{
	const struct answer_rules rules = ANSWER_RULES(true);
	char reason[WEB_REASON_SIZE];
	struct pages *p;

	for (unsigned n = 1;; n++) {
		int error;

		fail_alloc_nth(n);
		error = pages_load(dir, &rules, &p, reason);
		if (!fail_alloc_off()) {
			assert_int_equal(error, 0);
			break;
		}
		assert_true(error < 0);
	}
	assert_non_null(pages_find(p, TEXT("/")));
	pages_free(p);
}

int pages_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages_leave_from_memory, make_pages,
						remove_pages),
		cmocka_unit_test_setup_teardown(head_is_the_same_without_the_page,
						make_pages, remove_pages),
		cmocka_unit_test(without_pages_there_is_only_the_api),
		cmocka_unit_test_setup_teardown(a_directory_that_is_no_portal_is_told,
						make_pages, remove_pages),
		cmocka_unit_test_setup_teardown(pages_have_limits, make_pages,
						remove_pages),
		cmocka_unit_test_setup_teardown(nothing_is_lost_when_memory_is_out,
						make_pages, remove_pages),
	};

	return cmocka_run_group_tests_name("http/pages", tests, NULL, NULL);
}
