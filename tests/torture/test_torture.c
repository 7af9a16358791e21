/* SPDX-License-Identifier: Apache-2.0 */
/* torture/test_torture.c - The messages of RFC 4475 and RFC 5118, as datagrams and as
 * streams, against the table in verdicts.txt. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sip/encode.h"

enum { FILE_MAX = 16384, ROWS_MAX = 128 };

struct row {
	char file[128], verdict[16], stream[16];
	unsigned status;
};

static const char *folder;
static struct row rows[ROWS_MAX];
static size_t row_count;

static struct text read_file(const char *name, char *storage, size_t cap)
{
	char path[512];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	n = fread(storage, 1, cap, f);
	fclose(f);
	assert_true(n > 0 && n < cap);
	return (struct text){ storage, n };
}

static void read_row(char *line)
{
	struct row *r = &rows[row_count];
	char status[16];

	if (line[0] == '#' || line[0] == '\0')
		return;
	assert_true(row_count < ROWS_MAX);
	if (sscanf(line, "%127s %15s %15s %15s", r->file, r->verdict, status,
		   r->stream) != 4)
		fail_msg("verdicts.txt: %s", line);
	r->status = (unsigned)strtoul(status, NULL, 10);
	row_count++;
}

static int read_rows(void **state)
{
	static char storage[FILE_MAX];
	struct text t = read_file("verdicts.txt", storage, sizeof(storage));

	storage[t.len] = '\0';
	for (char *rest, *line = strtok_r(storage, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		read_row(line);
	return 0;
}

/* What print did to the files of RFC 5118 is undone (see verdicts.txt). */
static void repair(struct buf *b, struct text printed)
{
	struct text rest = printed, line, body = TEXT_NONE;
	struct buf text = BUF_GROWING;
	size_t at;

	while (rest.len > 0) {
		text_split(rest, '\n', &line, &rest);
		buf_put(&text, line);
		buf_puts(&text, "\r\n");
	}
	if (text_find_text(buf_text(&text), TEXT("\r\n\r\n"), &at))
		body = text_from(buf_text(&text), at + 4);
	rest = text_sub(buf_text(&text), 0, text.len - body.len);
	while (rest.len > 2) {
		text_split(rest, '\n', &line, &rest);
		if (text_starts(line, TEXT("Content-Length")))
			buf_printf(b, "Content-Length: %zu\r\n", body.len);
		else if (line.len > 1)
			buf_printf(b, "%.*s\n", TEXT_ARG(line));
	}
	buf_puts(b, "\r\n");
	buf_put(b, body);
	buf_free(&text);
}

static void load(const struct row *r, struct buf *b)
{
	static char storage[FILE_MAX];
	struct text t = read_file(r->file, storage, sizeof(storage));

	if (strncmp(r->file, "rfc5118/", 8) == 0)
		repair(b, t);
	else
		buf_put(b, t);
}

/* In memory of exactly its size, so that the sanitizer sees a read past the end. */
static void check_datagram(const struct row *r, struct text bytes)
{
	char *copy = malloc(bytes.len);
	struct sip_msg m;
	struct sip_fault fault;
	int rc;

	memcpy(copy, bytes.p, bytes.len);
	rc = sip_msg_decode((struct text){ copy, bytes.len }, &m, &fault);
	if (rc != (strcmp(r->verdict, "accept") == 0 ? 0 : -EBADMSG))
		fail_msg("%s: got %d (%s)", r->file, rc, fault.reason);
	if (fault.status != r->status)
		fail_msg("%s: status %u (%s)", r->file, fault.status, fault.reason);
	free(copy);
}

static void datagrams(void **state)
{
	for (size_t i = 0; i < row_count; i++) {
		struct buf b = BUF_GROWING;

		load(&rows[i], &b);
		check_datagram(&rows[i], buf_text(&b));
		buf_free(&b);
	}
}

/* Byte after byte, as it may come over TCP; returns what the framing said in the end. */
static ptrdiff_t feed(struct text bytes)
{
	ptrdiff_t length = 0;

	for (size_t n = 1; n <= bytes.len && length == 0; n++)
		length = sip_frame_length(text_sub(bytes, 0, n));
	return length;
}

static void check_stream(const struct row *r, struct text bytes)
{
	ptrdiff_t length = feed(bytes);
	const char *got = length > 0 ? "whole" : length < 0 ? "lost" : "waits";

	if (strcmp(got, r->stream) != 0)
		fail_msg("%s: %s", r->file, got);
	if (length > 0)
		check_datagram(r, text_sub(bytes, 0, (size_t)length));
	if (length < 0 && r->status > 0)
		check_datagram(r, bytes);
}

static void streams(void **state)
{
	for (size_t i = 0; i < row_count; i++) {
		struct buf b = BUF_GROWING;

		load(&rows[i], &b);
		check_stream(&rows[i], buf_text(&b));
		buf_free(&b);
	}
}

/* Whatever is answered has a Via that leads back, and is itself a message unless the
 * request lacked what a message must have. */
static void answers(void **state)
{
	for (size_t i = 0; i < row_count; i++) {
		struct buf b = BUF_GROWING, out = BUF_GROWING;
		struct sip_msg m;
		struct sip_fault fault;

		load(&rows[i], &b);
		sip_msg_decode(buf_text(&b), &m, &fault);
		if (m.request && (!fault.reason || fault.status > 0)) {
			sip_response_begin(&out, &m, fault.status ? fault.status : 200,
					   fault.reason, TEXT("tag"), TEXT("192.0.2.1"),
					   9);
			sip_body(&out, TEXT_NONE, TEXT_NONE);
			assert_int_equal(out.error, 0);
			assert_true(m.via.host.len > 0);
			if (!fault.reason &&
			    sip_msg_decode(buf_text(&out), &m, &fault) < 0)
				fail_msg("%s: answer is bad: %s", rows[i].file,
					 fault.reason);
		}
		buf_free(&b);
		buf_free(&out);
	}
}

/* One datagram may not hold two requests, one stream may (3.1.1.8). */
static void the_second_request_of_dblreq(void **state)
{
	static char storage[FILE_MAX];
	struct text t = read_file("rfc4475/dblreq.dat", storage, sizeof(storage));
	ptrdiff_t first = sip_frame_length(t);
	struct sip_msg m;
	struct sip_fault fault;

	assert_true(first > 0);
	t = text_from(t, (size_t)first);
	assert_in_range(sip_frame_length(t), 1, t.len);
	assert_int_equal(sip_msg_decode(t, &m, &fault), 0);
	assert_int_equal(m.method, SIP_INVITE);
	assert_int_equal(m.body.len, 150);
}

static bool has_row(const char *sub, const char *name)
{
	char file[300];

	snprintf(file, sizeof(file), "%s/%s", sub, name);
	for (size_t i = 0; i < row_count; i++) {
		if (strcmp(rows[i].file, file) == 0)
			return true;
	}
	return false;
}

static void every_file_has_a_row(void **state)
{
	static const char *const subs[] = { "rfc4475", "rfc5118" };
	size_t files = 0;

	for (size_t i = 0; i < 2; i++) {
		char path[512];
		DIR *dir;

		snprintf(path, sizeof(path), "%s/%s", folder, subs[i]);
		dir = opendir(path);
		assert_non_null(dir);
		for (struct dirent *e; (e = readdir(dir));) {
			if (e->d_name[0] == '.')
				continue;
			files++;
			if (!has_row(subs[i], e->d_name))
				fail_msg("no verdict for %s/%s", subs[i], e->d_name);
		}
		closedir(dir);
	}
	assert_int_equal(files, row_count);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_has_a_row),
		cmocka_unit_test(datagrams),
		cmocka_unit_test(streams),
		cmocka_unit_test(answers),
		cmocka_unit_test(the_second_request_of_dblreq),
	};

	folder = argc > 1 ? argv[1] : ".";
	return cmocka_run_group_tests_name("torture", tests, read_rows, NULL);
}
