/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_group.c - src/net/group.c: two workers */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/check.h"
#include "net_tests.h"

static void open_two(struct side s[2], struct net_group **g, enum transport t)
{
	struct net_listener l[2];
	struct addr a;

	addr_decode(TEXT("127.0.0.1:0"), 0, &a);
	assert_int_equal(net_listen(t, &a, 2, l), 0);
	*g = net_group_new(2);
	assert_int_equal(net_group_workers(*g), 2);
	for (unsigned i = 0; i < 2; i++)
		side_open(&s[i], *g, i, clock_real(), &l[i], 1);
}

static void close_two(struct side s[2], struct net_group *g)
{
	side_close(&s[0]);
	side_close(&s[1]);
	net_group_free(g);
}

static void one_source_stays_with_one_worker(void **state)
{
	struct net_group *g;
	struct side s[2];

	open_two(s, &g, TRANSPORT_UDP);
	for (int peer = 0; peer < 10; peer++) {
		int fd = peer_connect(TRANSPORT_UDP, &s[0].listeners[0].addr);
		unsigned before[2] = { s[0].messages, s[1].messages }, owner;

		for (int i = 0; i < 5; i++)
			peer_send(fd, "x");
		WAIT_FOR(s, 2,
			 s[0].messages + s[1].messages == before[0] + before[1] + 5);
		owner = s[1].messages > before[1];
		assert_int_equal(s[owner].messages, before[owner] + 5);
		assert_int_equal(s[owner].from.worker, owner);
		/* Any worker may answer: its socket has the same address. */
		assert_int_equal(net_send(s[!owner].net, &s[owner].from, TEXT("answer")),
				 0);
		loop_turn(s[!owner].loop);
		peer_expect(fd, "answer");
		close(fd);
	}
	close_two(s, g);
}

/* Which worker accepted is the kernel's choice. */
static unsigned owner_of(struct side s[2])
{
	return s[1].messages > 0;
}

static void bytes_for_another_workers_connection_get_there(void **state)
{
	struct net_group *g;
	struct side s[2];
	unsigned owner;
	int fd;

	open_two(s, &g, TRANSPORT_TCP);
	fd = peer_connect(TRANSPORT_TCP, &s[0].listeners[0].addr);
	peer_send(fd, "x\n");
	WAIT_FOR(s, 2, s[0].messages + s[1].messages == 1);
	owner = owner_of(s);
	assert_int_equal(s[owner].from.conn >> 56, owner);
	for (int i = 0; i < 100; i++)
		assert_int_equal(net_send(s[!owner].net, &s[owner].from,
					  (struct text){ &"0123456789"[i % 10], 1 }),
				 0);
	net_close(s[!owner].net, &s[owner].from);
	assert_int_equal(net_socket_counters(s[!owner].net)->handed_over, 100);
	WAIT_FOR(s, 2, s[owner].closed == 1);
	for (int i = 0; i < 10; i++)
		peer_expect(fd, "0123456789");
	peer_expect_end(fd);
	/* Gone: the sender cannot know, the owner counts it. */
	assert_int_equal(net_send(s[!owner].net, &s[owner].from, TEXT("x")), 0);
	WAIT_FOR(s, 2, net_socket_counters(s[owner].net)->handover_failed == 1);
	close(fd);
	close_two(s, g);
}

static void mailboxes_have_a_limit(void **state)
{
	char *big = calloc(1, NET_STREAM_QUEUE_MAX);
	struct flow f = { .transport = TRANSPORT_TCP, .worker = 1, .conn = 1 };
	struct net_group *g;
	struct side s[2];
	int r, count = 0;

	open_two(s, &g, TRANSPORT_TCP);
	do {
		r = net_send(s[0].net, &f, (struct text){ big, NET_STREAM_QUEUE_MAX });
	} while (r == 0 && ++count < 100);
	assert_int_equal(r, -EAGAIN);
	assert_in_range(count, 1, NET_MAILBOX_MAX / NET_STREAM_QUEUE_MAX);
	WAIT_FOR(s, 2, net_socket_counters(s[1].net)->handover_failed == (uint64_t)count);
	assert_int_equal(net_send(s[0].net, &f, TEXT("x")), 0); /* there is room again */
	f.worker = 7;
	assert_int_equal(net_send(s[0].net, &f, TEXT("x")), -ENOTCONN);
	free(big);
	close_two(s, g); /* with a letter in the box */
}

static void a_worker_that_left_is_not_connected(void **state)
{
	struct flow f = { .transport = TRANSPORT_TCP, .worker = 1, .conn = 1 };
	struct net_group *g;
	struct side s[2];

	open_two(s, &g, TRANSPORT_TCP);
	assert_int_equal(net_send(s[0].net, &f, TEXT("on its way")), 0);
	net_free(s[1].net);
	s[1].net = NULL;
	assert_int_equal(net_send(s[0].net, &f, TEXT("x")), -ENOTCONN);
	loop_turn(s[1].loop); /* the letter finds nobody */
	close_two(s, g);
}

int group_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_source_stays_with_one_worker),
		cmocka_unit_test(bytes_for_another_workers_connection_get_there),
		cmocka_unit_test(mailboxes_have_a_limit),
		cmocka_unit_test(a_worker_that_left_is_not_connected),
	};

	return cmocka_run_group_tests_name("net/group", tests, NULL, NULL);
}
