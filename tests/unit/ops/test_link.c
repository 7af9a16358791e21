/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_link.c - ops/link.c, admin.c, client.c on real sockets. */

#include "ops/link.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ops/client.h"
#include "ops/frame.h"
#include "rig.h"

struct peer {
	struct rig *r;
	struct link *link;
	int fd;
	unsigned closed;
	struct buf in;
};

static void on_closed(void *arg)
{
	struct peer *p = arg;

	p->closed++;
	p->link = NULL;
}

static void open_peer(struct peer *p, struct rig *r, enum ops_front front)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	*p = (struct peer){ .r = r, .fd = fds[0] };
	p->link = link_new(r->ops, r->loop, fds[1], front, on_closed, p);
	assert_non_null(p->link);
}

static void close_peer(struct peer *p)
{
	link_free(p->link);
	close(p->fd);
	buf_free(&p->in);
}

static void put(struct peer *p, struct text bytes)
{
	assert_int_equal(write(p->fd, bytes.p, bytes.len), (ssize_t)bytes.len);
}

static void put_json(struct peer *p, json_t *j)
{
	struct buf b = BUF_GROWING;

	assert_int_equal(frame_put(&b, j, FRAME_REQUEST_MAX), 0);
	put(p, buf_text(&b));
	buf_free(&b);
	json_decref(j);
}

/* The next answer, or NULL when nothing comes although the loop has nothing more to do.
 */
static json_t *next(struct peer *p)
{
	json_t *j;
	ptrdiff_t n;

	for (int idle = 0; idle < 50;) {
		ssize_t got;
		char *at;

		n = frame_next(buf_text(&p->in), FRAME_ANSWER_MAX, &j);
		if (n > 0) {
			buf_consume(&p->in, (size_t)n);
			return j;
		}
		idle = loop_turn(p->r->loop) > 0 ? 0 : idle + 1;
		at = buf_reserve(&p->in, 65536);
		got = read(p->fd, at, 65536);
		p->in.len += got > 0 ? (size_t)got : 0;
	}
	return NULL;
}

static void test_answers_come_with_their_id(void **state)
{
	struct peer p;
	json_t *j;

	open_peer(&p, *state, OPS_ADMIN);
	put_json(&p, json_pack("{s:i, s:s}", "id", 5, "op", "customer.list"));
	put_json(&p, json_pack("{s:i, s:s}", "id", 6, "op", "no.such"));
	for (int i = 0; i < 2; i++) {
		json_int_t id;

		j = next(&p);
		id = json_integer_value(json_object_get(j, "id"));
		assert_string_equal(rig_error(j), id == 5 ? "" : "not_found");
		json_decref(j);
	}
	close_peer(&p);
}

static void test_byte_by_byte(void **state)
{
	json_t *request = json_pack("{s:i, s:s}", "id", 5, "op", "customer.list"), *j;
	struct buf b = BUF_GROWING;
	struct peer p;

	open_peer(&p, *state, OPS_ADMIN);
	frame_put(&b, request, FRAME_REQUEST_MAX);
	for (size_t i = 0; i < b.len; i++) {
		put(&p, text_sub(buf_text(&b), i, 1));
		loop_turn(p.r->loop);
	}
	j = next(&p);
	assert_string_equal(rig_error(j), "");
	json_decref(j);
	json_decref(request);
	buf_free(&b);
	close_peer(&p);
}

static void test_breaking_the_rules_closes(void **state)
{
	static const struct text rows[] = {
		{ "\xff\xff\xff\xff", 4 },
		{ "\0\0\0\2[]", 6 },
		{ "\0\0\0\2{}", 6 }, /* no id */
		{ "\0\0\0\12{\"id\":\"x\"}", 14 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct peer p;

		open_peer(&p, *state, OPS_WEB);
		put(&p, rows[i]);
		assert_null(next(&p));
		assert_int_equal(p.closed, 1);
		close_peer(&p);
	}
}

static void test_a_peer_that_leaves(void **state)
{
	struct peer p;

	open_peer(&p, *state, OPS_ADMIN);
	put_json(&p, json_pack("{s:i, s:s}", "id", 5, "op", "customer.list"));
	shutdown(p.fd, SHUT_RDWR);
	assert_null(next(&p));
	assert_int_equal(p.closed, 1);
	close_peer(&p);
}

static void test_the_web_process_is_no_operator(void **state)
{
	struct peer p;
	json_t *j;

	open_peer(&p, *state, OPS_WEB);
	put_json(&p, json_pack("{s:i, s:s}", "id", 5, "op", "customer.list"));
	j = next(&p);
	assert_string_equal(rig_error(j), "not_allowed");
	json_decref(j);
	close_peer(&p);
}

static void test_too_many_at_once_are_refused(void **state)
{
	unsigned busy = 0;
	struct peer p;
	json_t *j;

	open_peer(&p, *state, OPS_ADMIN);
	for (int i = 0; i < LINK_ADMIN_ASKS_MAX + 4; i++)
		put_json(&p, json_pack("{s:i, s:s}", "id", i, "op", "customer.list"));
	while ((j = next(&p))) {
		busy += strcmp(rig_error(j), "busy") == 0;
		json_decref(j);
	}
	assert_int_equal(busy, 4);
	close_peer(&p);
}

static void *run_client(void *arg)
{
	const char *path = arg;
	json_t *request = json_pack("{s:i, s:s, s:{s:s, s:b}}", "id", 1, "op", "import",
				    "in", "kind", "tariffs", "dry_run", 1);
	int fd = client_connect(path), file = memfd_create("csv", 0);
	static const char csv[] = "tariff,prefix,class,setup,per_minute,first_s,next_s,"
				  "valid_from\nhome,+41,fixed,0,0.08,60,60,2017-01-01\n";
	json_t *answer = NULL;

	if (fd >= 0 && write(file, csv, sizeof(csv) - 1) == sizeof(csv) - 1)
		client_ask(fd, request, file, &answer);
	json_decref(request);
	close(file);
	close(fd);
	return answer;
}

/* A client in a thread of its own, because it waits; a file goes along. */
static void test_admin_socket_takes_a_file(void **state)
{
	struct rig *r = *state;
	char dir[] = "/tmp/ownline-link-XXXXXX", path[64];
	struct admin *admin;
	struct stat st;
	pthread_t thread;
	void *answer = NULL;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/admin.sock", dir);
	assert_int_equal(client_connect(path), -ENOENT);
	assert_int_equal(admin_new(r->ops, r->loop, path, &admin), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	pthread_create(&thread, NULL, run_client, path);
	while (pthread_tryjoin_np(thread, &answer) == EBUSY)
		loop_turn(r->loop);
	assert_non_null(answer);
	assert_string_equal(rig_error(answer), "");
	assert_int_equal(rig_number(answer, "added"), 1);
	json_decref(answer);
	admin_free(admin);
	assert_int_equal(client_connect(path), -ENOENT);
	rmdir(dir);
}

int link_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, rig_setup_real, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_answers_come_with_their_id),
		CASE(test_byte_by_byte),
		CASE(test_breaking_the_rules_closes),
		CASE(test_a_peer_that_leaves),
		CASE(test_the_web_process_is_no_operator),
		CASE(test_too_many_at_once_are_refused),
		CASE(test_admin_socket_takes_a_file),
	};
#undef CASE

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
