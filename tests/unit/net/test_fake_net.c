/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_fake_net.c - tests/fake/net.c behaves as src/net does */

#include <errno.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "fake/net.h"
#include "net_tests.h"

struct owner {
	struct fake_clock clock;
	struct loop *loop;
	struct fake_net *fake;
	struct buf received;
	unsigned messages;
	unsigned closed;
	int reason;
};

static ptrdiff_t data(void *arg, const struct flow *from, char *bytes, size_t len)
{
	ptrdiff_t end = text_find((struct text){ bytes, len }, '\n');
	struct owner *o = arg;

	if (transport_reliable(from->transport) && end < 0)
		return 0;
	if (len && bytes[0] == '!')
		return -EBADMSG;
	len = transport_reliable(from->transport) ? (size_t)end + 1 : len;
	buf_put(&o->received, (struct text){ bytes, len });
	o->messages++;
	return (ptrdiff_t)len;
}

static void closed(void *arg, const struct flow *flow, int reason)
{
	struct owner *o = arg;

	o->closed++;
	o->reason = reason;
}

static void begin(struct owner *o)
{
	*o = (struct owner){ 0 };
	fake_clock_init(&o->clock);
	o->loop = loop_new_virtual(&o->clock.clock);
	o->fake = fake_net_new(o->loop);
	o->fake->net.events = (struct net_events){ data, closed };
	o->fake->net.arg = o;
	fake_net_listen(o->fake, TRANSPORT_UDP, "192.0.2.1:5060");
	fake_net_listen(o->fake, TRANSPORT_UDP, "[2001:db8::1]:5060");
	fake_net_listen(o->fake, TRANSPORT_TCP, "192.0.2.1:5060");
}

static void end(struct owner *o)
{
	net_free(&o->fake->net);
	loop_free(o->loop);
	buf_free(&o->received);
}

static void datagrams(void **state)
{
	struct addr remote;
	struct text bytes;
	struct flow f, to;
	struct owner o;

	begin(&o);
	f = fake_net_udp(o.fake, "[2001:db8::9]:5062");
	assert_int_equal(f.listener, 1);
	fake_net_inject(o.fake, &f, TEXT("hello"));
	assert_text(buf_text(&o.received), TEXT("hello"));
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("one")), 0);
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("two")), 0);
	assert_int_equal(o.fake->sent_count, 2);
	assert_true(fake_net_sent(o.fake, &to, &bytes));
	assert_true(flow_eq(&to, &f));
	assert_text(bytes, TEXT("one"));
	assert_true(fake_net_sent(o.fake, NULL, &bytes));
	assert_text(bytes, TEXT("two"));
	assert_false(fake_net_sent(o.fake, NULL, &bytes));
	addr_decode(TEXT("198.51.100.9:5060"), 0, &remote);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_UDP, &remote, &f), 0);
	assert_int_equal(f.listener, 0);
	o.fake->send_error = -ENETUNREACH;
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("x")), -ENETUNREACH);
	end(&o);
}

static void streams(void **state)
{
	struct text bytes;
	struct owner o;
	struct flow f;

	begin(&o);
	f = fake_net_accept(o.fake, TRANSPORT_TCP, "198.51.100.9:40000");
	assert_int_equal(fake_net_inject(o.fake, &f, TEXT("ab")), 0);
	fake_net_inject(o.fake, &f, TEXT("c\nde\nf"));
	assert_text(buf_text(&o.received), TEXT("abc\nde\n"));
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("x")), 0);
	assert_true(fake_net_sent(o.fake, NULL, &bytes));
	fake_net_block(o.fake, &f, true);
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("x")), -EAGAIN);
	fake_net_block(o.fake, &f, false);
	assert_true(fake_net_open(o.fake, &f));
	fake_net_inject(o.fake, &f, TEXT("\n!\n"));
	assert_int_equal(o.closed, 0);
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("x")), -ENOTCONN);
	fake_loop_run(o.loop, &o.clock, 0);
	assert_int_equal(o.closed, 1);
	assert_int_equal(o.reason, EBADMSG);
	assert_false(fake_net_open(o.fake, &f));
	end(&o);
}

static void ends(void **state)
{
	struct owner o;
	struct flow f;

	begin(&o);
	f = fake_net_accept(o.fake, TRANSPORT_TCP, "198.51.100.9:40000");
	fake_net_close_peer(o.fake, &f, ECONNRESET);
	assert_int_equal(o.reason, ECONNRESET);
	f = fake_net_accept(o.fake, TRANSPORT_TCP, "198.51.100.9:40000");
	net_close(&o.fake->net, &f);
	net_close(&o.fake->net, &f);
	assert_int_equal(o.closed, 1);
	fake_loop_run(o.loop, &o.clock, 0);
	assert_int_equal(o.closed, 2);
	f = fake_net_accept(o.fake, TRANSPORT_TCP, "198.51.100.9:40000");
	net_close(&o.fake->net, &f); /* freed before it is told */
	end(&o);
}

static void connects(void **state)
{
	struct addr remote, other;
	struct flow f, again;
	struct owner o;

	begin(&o);
	addr_decode(TEXT("198.51.100.9:5060"), 0, &remote);
	addr_decode(TEXT("[2001:db8::9]:5060"), 0, &other);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &f), 0);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &again), 0);
	assert_true(f.conn && flow_eq(&f, &again));
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &other, &f),
			 -EAFNOSUPPORT);
	fake_net_close_peer(o.fake, &again, 0);
	fake_net_refuse(o.fake, "198.51.100.9:5060", ENETUNREACH, false);
	fake_net_refuse(o.fake, "198.51.100.9:5060", ECONNREFUSED, true);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &f),
			 -ENETUNREACH);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &f), 0);
	fake_loop_run(o.loop, &o.clock, 0);
	assert_int_equal(o.reason, ECONNREFUSED);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &f), 0);
	assert_true(fake_net_open(o.fake, &f));
	fake_net_refuse(o.fake, "198.51.100.9:1", EPERM, false); /* never used */
	end(&o);
}

static void memory_runs_out_where_the_real_one_does(void **state)
{
	struct addr remote;
	struct owner o;
	struct flow f;

	begin(&o);
	addr_decode(TEXT("198.51.100.9:5060"), 0, &remote);
	fail_alloc_nth(1);
	assert_int_equal(net_connect(&o.fake->net, TRANSPORT_TCP, &remote, &f), -ENOMEM);
	fail_alloc_nth(1);
	f = fake_net_udp(o.fake, "198.51.100.9:5060");
	assert_int_equal(net_send(&o.fake->net, &f, TEXT("x")), -ENOMEM);
	assert_true(fail_alloc_off());
	assert_int_equal(o.fake->sent_count, 0);
	end(&o);
}

int fake_net_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams),
		cmocka_unit_test(streams),
		cmocka_unit_test(ends),
		cmocka_unit_test(connects),
		cmocka_unit_test(memory_runs_out_where_the_real_one_does),
	};

	return cmocka_run_group_tests_name("fake/net", tests, NULL, NULL);
}
