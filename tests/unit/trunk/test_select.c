/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_select.c - Which trunk carries a call, which rests, whose source. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "fake/clock.h"
#include "fake/random.h"
#include "trunk/set.h"
#include "unit.h"

static const struct trunk_config trunks[] = {
	{ .name = "world",
	  .uri = "sip:192.0.2.1:5070",
	  .prefixes = { "+" },
	  .prefix_count = 1,
	  .national = true,
	  .emergency = true },
	{ .name = "germany",
	  .uri = "sip:192.0.2.2;transport=tcp",
	  .prefixes = { "+49" },
	  .prefix_count = 1 },
	{ .name = "mobile",
	  .uri = "sip:[2001:db8::3]",
	  .prefixes = { "+4179", "+4178" },
	  .prefix_count = 2,
	  .emergency = true },
	{ .name = "directory",
	  .uri = "sip:127.0.0.1:5090",
	  .prefixes = { "CH:18" },
	  .prefix_count = 1 },
};

struct place {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct trunk_set *set;
};

static void report(struct place *p, unsigned index, unsigned status,
		   unsigned retry_after_s)
{
	trunk_report(p->set, index, &p->set->trunks[index].hops[0].at.addr, status,
		     retry_after_s);
}

static void place_open(struct place *p, const struct trunk_config *list, unsigned count)
{
	fake_clock_init(&p->clock);
	p->loop = loop_new_virtual(&p->clock.clock);
	fake_random_init(&p->random, 1);
	assert_int_equal(
		trunk_set_new(&(struct trunk_set_config){ .trunks = list,
							  .count = count,
							  .loop = p->loop,
							  .clock = &p->clock.clock,
							  .random = &p->random.random },
			      &p->set),
		0);
}

static void place_close(struct place *p)
{
	trunk_set_free(p->set);
	loop_free(p->loop);
}

static const char *selected(struct place *p, enum destination_kind kind, const char *key)
{
	static char names[256];
	struct destination d = { .kind = kind };
	struct trunk_target targets[8];
	size_t n;

	text_copy(d.key, sizeof(d.key), text_of(key));
	n = trunk_select(p->set, &d, targets, COUNT(targets));
	names[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? " " : "", targets[i].name);
	return names;
}

static bool carried(struct place *p, enum destination_kind kind, const char *key)
{
	struct destination d = { .kind = kind };

	text_copy(d.key, sizeof(d.key), text_of(key));
	return trunk_carries(p->set, &d);
}

static void test_prefixes(void **state)
{
	static const struct {
		enum destination_kind kind;
		const char *key;
		const char *names;
	} rows[] = {
		{ DESTINATION_E164, "+41441234567", "world" },
		{ DESTINATION_E164, "+41791234567", "mobile world" },
		{ DESTINATION_E164, "+41781234567", "mobile world" },
		{ DESTINATION_E164, "+4930123456", "germany world" },
		{ DESTINATION_EMERGENCY, "CH:117", "world mobile" },
		{ DESTINATION_HELPLINE, "CH:143", "world" },
		{ DESTINATION_SHORT, "CH:1811", "directory world" },
		{ DESTINATION_SHORT, "CH:1600", "world" },
		{ DESTINATION_ECHO, "CH:*43", "" },
	};
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(selected(&p, rows[i].kind, rows[i].key),
				    rows[i].names);
	place_close(&p);
}

static void test_nobody(void **state)
{
	struct place p;

	place_open(&p, &trunks[1], 1);
	assert_string_equal(selected(&p, DESTINATION_E164, "+41441234567"), "");
	assert_string_equal(selected(&p, DESTINATION_SHORT, "CH:1600"), "");
	place_close(&p);
}

static void test_target(void **state)
{
	struct destination d = { .kind = DESTINATION_E164, .key = "+41791234567" };
	struct trunk_target t[2];
	char text[ADDR_TEXT_SIZE];
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(trunk_select(p.set, &d, t, 2), 2);
	assert_string_equal(t[0].host, "[2001:db8::3]");
	assert_string_equal(addr_encode(text, &t[0].addr), "[2001:db8::3]:5060");
	assert_string_equal(t[1].host, "192.0.2.1:5070");
	assert_int_equal(t[1].transport, TRANSPORT_UDP);
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	strcpy(d.key, "+4930123");
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	assert_int_equal(t[0].transport, TRANSPORT_TCP);
	assert_string_equal(trunk_get(p.set, 1)->name, "germany");
	assert_null(trunk_get(p.set, 4));
	place_close(&p);
}

static void test_rests(void **state)
{
	static const struct {
		unsigned status, retry_after_s;
		unsigned rests_s;
	} rows[] = {
		{ 503, 0, 30 }, { 503, 5, 5 }, { 503, 86400, 3600 }, { 0, 0, 30 },
		{ 408, 0, 30 }, { 486, 0, 0 }, { 200, 0, 0 },
	};
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	for (size_t i = 0; i < COUNT(rows); i++) {
		report(&p, 1, rows[i].status, rows[i].retry_after_s);
		if (rows[i].rests_s) {
			assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
					    "world");
			fake_clock_advance_us(&p.clock, rows[i].rests_s * 1000000LL - 1);
			assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
					    "world");
			fake_clock_advance_us(&p.clock, 1);
		}
		assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
				    "germany world");
	}
	place_close(&p);
}

static void test_an_answer_ends_the_rest(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	report(&p, 1, 503, 300);
	report(&p, 1, 404, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany world");
	trunk_report(p.set, 99, &p.set->trunks[0].hops[0].at.addr, 503, 300);
	place_close(&p);
}

/* When all rest, they are asked all the same; emergency calls ask the resting last. */
static void test_all_rest(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	report(&p, 0, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "mobile world");
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany");
	report(&p, 1, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany world");
	place_close(&p);
}

static int source(struct place *p, const char *remote, uint64_t conn)
{
	struct flow f = { .conn = conn,
			  .transport = conn ? TRANSPORT_TCP : TRANSPORT_UDP };
	unsigned index;

	assert_int_equal(addr_decode(text_of(remote), 0, &f.remote), 0);
	return trunk_of_source(p->set, &f, &index) < 0 ? -1 : (int)index;
}

static void test_source(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(source(&p, "192.0.2.1:5070", 0), 0);
	assert_int_equal(source(&p, "192.0.2.1:12345", 0), 0);
	assert_int_equal(source(&p, "192.0.2.2:40000", 3), 1);
	assert_int_equal(source(&p, "[2001:db8::3]:5060", 0), 2);
	assert_int_equal(source(&p, "[2001:db8::4]:5060", 0), -1);
	assert_int_equal(source(&p, "192.0.2.3:5060", 0), -1);
	/* On loopback the port tells trunk and devices apart. */
	assert_int_equal(source(&p, "127.0.0.1:5090", 0), 3);
	assert_int_equal(source(&p, "127.0.0.1:5091", 0), -1);
	place_close(&p);
}

/* Networks of a trunk besides its address; one with a certificate is known by nothing else,
 * and is the one that the certificate is for. */
static void test_source_of_networks_and_certificates(void **state)
{
	static const struct trunk_config known[] = {
		{ .name = "nets",
		  .uri = "sip:192.0.2.1",
		  .sources = { { { .family = AF_INET, .ip = { 10, 1, 2, 0 } }, 23 },
			       { { .family = AF_INET6, .ip = { 0x20, 1, 0xd, 0xb8 } },
				 32 },
			       { { .family = AF_INET, .ip = { 127 } }, 8 } },
		  .source_count = 3 },
		{ .name = "proved",
		  .uri = "sips:192.0.2.7",
		  .certificate = "sbc.example.net" },
	};
	static const struct {
		const char *remote;
		uint32_t peers;
		int trunk;
	} rows[] = {
		{ "192.0.2.1:5060", 0, 0 },          { "10.1.2.3:5060", 0, 0 },
		{ "10.1.3.255:5060", 0, 0 },         { "10.1.4.0:5060", 0, -1 },
		{ "[2001:db8:ffff::1]:5060", 0, 0 }, { "[2001:db9::1]:5060", 0, -1 },
		{ "127.0.0.1:40000", 0, 0 },         { "192.0.2.7:5061", 0, -1 },
		{ "192.0.2.7:5061", 1, -1 },         { "192.0.2.7:5061", 2, 1 },
		{ "203.0.113.9:40000", 2, 1 },
	};
	struct place p;

	place_open(&p, known, COUNT(known));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct flow f = { .transport =
					  rows[i].peers ? TRANSPORT_TLS : TRANSPORT_UDP,
				  .peers = rows[i].peers };
		unsigned index = 99;
		int r;

		assert_int_equal(addr_decode(text_of(rows[i].remote), 0, &f.remote), 0);
		r = trunk_of_source(p.set, &f, &index);
		assert_int_equal(r < 0 ? -1 : (int)index, rows[i].trunk);
		/* Digests go to the addresses of uri, and nowhere else. */
		assert_int_equal(trunk_is_hop(p.set, 0, &f),
				 !strcmp(rows[i].remote, "192.0.2.1:5060"));
	}
	place_close(&p);
}

/* Two trunks of one machine, told by its ports; and one by its certificate in a dialog, too. */
static void test_source_by_port(void **state)
{
	static const struct trunk_config twins[] = {
		{ .name = "one", .uri = "sip:192.0.2.1:5060" },
		{ .name = "two", .uri = "sip:192.0.2.1:5070" },
		{ .name = "proved",
		  .uri = "sips:192.0.2.7",
		  .certificate = "sbc.example.net" },
	};
	struct flow tls = { .transport = TRANSPORT_TLS, .peers = 4 }, udp = { 0 };
	struct place p;

	place_open(&p, twins, COUNT(twins));
	assert_int_equal(source(&p, "192.0.2.1:5060", 0), 0);
	assert_int_equal(source(&p, "192.0.2.1:5070", 0), 1);
	assert_int_equal(source(&p, "192.0.2.1:40000", 0), 0);
	assert_int_equal(source(&p, "[::ffff:192.0.2.1]:5070", 0), 1);
	assert_int_equal(addr_decode(TEXT("192.0.2.7:5061"), 0, &tls.remote), 0);
	udp.remote = tls.remote;
	assert_true(trunk_sends(p.set, 2, &tls));
	assert_false(trunk_sends(p.set, 2, &udp));
	assert_false(trunk_sends(p.set, 1, &tls));
	assert_false(trunk_sends(p.set, 99, &tls));
	place_close(&p);
}

static void test_retry_after(void **state)
{
	static const struct {
		const char *header;
		unsigned s;
	} rows[] = {
		{ "", 0 },
		{ "Retry-After: 120\r\n", 120 },
		{ "Retry-After: 18000;duration=3600\r\n", 3600 },
		{ "Retry-After: 5 (full; of calls)\r\n", 5 },
		{ "Retry-After: 0\r\n", 0 },
		{ "Retry-After: 4294967296\r\n", 3600 },
		{ "Retry-After: 99999999999999999999999999\r\n", 3600 },
		{ "Retry-After: -1\r\n", 0 },
		{ "Retry-After: 1e9\r\n", 0 },
		{ "Retry-After: Fri, 27 Nov 2026 12:00:00 GMT\r\n", 0 },
		{ "Retry-After:\r\n", 0 },
		{ "Retry-After: ;duration=5\r\n", 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[512];
		struct sip_fault fault;
		struct sip_msg m;
		int n = snprintf(text, sizeof(text),
				 "SIP/2.0 503 Service Unavailable\r\n"
				 "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
				 "From: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n"
				 "Call-ID: 1\r\nCSeq: 1 INVITE\r\n%s\r\n",
				 rows[i].header);

		assert_int_equal(
			sip_msg_decode((struct text){ text, (size_t)n }, &m, &fault), 0);
		if (trunk_retry_after_s(&m) != rows[i].s)
			fail_msg("%s: %u", rows[i].header, trunk_retry_after_s(&m));
	}
}

static void test_list(void **state)
{
	struct trunk_info rows[8];
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	p.set->trunks[0].cfg.registers = true;
	p.set->trunks[3].hop_count = 0;
	report(&p, 1, 503, 40);
	report(&p, 2, 200, 0);
	assert_true(trunk_call_begin(p.set, 2, false));
	fake_clock_advance_us(&p.clock, 10000000);
	assert_int_equal(trunk_list(p.set, rows, COUNT(rows)), 4);
	assert_string_equal(rows[0].name, "world");
	assert_string_equal(rows[0].state, "unregistered");
	assert_string_equal(rows[0].registered, "no");
	assert_true(rows[0].emergency);
	assert_string_equal(rows[1].address, "192.0.2.2:5060");
	assert_string_equal(rows[1].transport, "tcp");
	assert_string_equal(rows[1].state, "busy");
	assert_int_equal(rows[1].rests_s, 30);
	assert_string_equal(rows[2].state, "up");
	assert_int_equal(rows[2].rests_s, 0);
	assert_int_equal(rows[2].calls, 1);
	assert_true(rows[2].answered_at > 0);
	assert_string_equal(rows[3].state, "unknown");
	assert_string_equal(rows[3].address, "");
	assert_int_equal(trunk_list(p.set, rows, 2), 2);
	place_close(&p);
}

/* RFC 3263 4.3: a name of several addresses is asked at each before the next trunk. */
static void test_several_addresses(void **state)
{
	struct destination d = { .kind = DESTINATION_E164, .key = "+49301" };
	struct trunk_target t[4];
	char text[ADDR_TEXT_SIZE];
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(addr_decode(TEXT("192.0.2.22:5060"), 0,
				     &p.set->trunks[1].hops[1].at.addr),
			 0);
	p.set->trunks[1].hop_count = 2;
	assert_int_equal(trunk_select(p.set, &d, t, COUNT(t)), 3);
	assert_string_equal(addr_encode(text, &t[0].addr), "192.0.2.2:5060");
	assert_string_equal(addr_encode(text, &t[1].addr), "192.0.2.22:5060");
	assert_int_equal(t[1].index, 1);
	assert_int_equal(t[2].index, 0);
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	assert_int_equal(source(&p, "192.0.2.22:777", 0), 1);
	place_close(&p);
}

/* A name that is not known yet carries nothing. */
static void test_no_address(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	p.set->trunks[1].hop_count = 0;
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "world");
	p.set->trunks[0].hop_count = 0;
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "");
	assert_true(carried(&p, DESTINATION_E164, "+49301"));
	assert_true(carried(&p, DESTINATION_EMERGENCY, "CH:117"));
	assert_false(carried(&p, DESTINATION_ECHO, "CH:*43"));
	place_close(&p);
}

static void test_bad_uris(void **state)
{
	static const char *const uris[] = { "", "192.0.2.1", "tel:+41441234567",
					    "sip:192.0.2.1;transport=pigeon" };
	struct trunk_set *set = NULL;
	struct fake_clock clock;
	struct loop *loop;

	fake_clock_init(&clock);
	loop = loop_new_virtual(&clock.clock);
	for (size_t i = 0; i < COUNT(uris); i++) {
		struct trunk_config cfg = { .name = "bad" };

		strcpy(cfg.uri, uris[i]);
		assert_int_equal(
			trunk_set_new(&(struct trunk_set_config){ .trunks = &cfg,
								  .count = 1,
								  .loop = loop,
								  .clock = &clock.clock },
				      &set),
			-EINVAL);
		assert_null(set);
	}
	fail_alloc_nth(1);
	assert_int_equal(
		trunk_set_new(&(struct trunk_set_config){ .trunks = trunks,
							  .count = 1,
							  .loop = loop,
							  .clock = &clock.clock },
			      &set),
		-ENOMEM);
	assert_true(fail_alloc_off());
	trunk_set_free(NULL);
	loop_free(loop);
}

static const char *first_of(struct place *p, const char *key)
{
	static char name[TRUNK_NAME_SIZE];
	struct text first;

	text_split(text_of(selected(p, DESTINATION_E164, key)), ' ', &first, NULL);
	text_copy(name, sizeof(name), first);
	return name;
}

/* The longest prefix, then the lowest priority, then each as often as its weight says. */
static void test_weights(void **state)
{
	static const struct trunk_config shared[] = {
		{ .name = "small",
		  .uri = "sip:192.0.2.1",
		  .prefixes = { "+" },
		  .prefix_count = 1,
		  .weight = 25 },
		{ .name = "spare",
		  .uri = "sip:192.0.2.2",
		  .prefixes = { "+" },
		  .prefix_count = 1,
		  .priority = 1,
		  .weight = 1000 },
		{ .name = "big",
		  .uri = "sip:192.0.2.3",
		  .prefixes = { "+" },
		  .prefix_count = 1,
		  .weight = 75 },
		{ .name = "german",
		  .uri = "sip:192.0.2.4",
		  .prefixes = { "+49" },
		  .prefix_count = 1,
		  .priority = 50 },
	};
	unsigned big = 0;
	struct place p;

	place_open(&p, shared, COUNT(shared));
	for (unsigned i = 0; i < 1000; i++) {
		const char *first = first_of(&p, "+41441234567");

		big += !strcmp(first, "big");
		assert_string_not_equal(first, "spare");
		assert_string_equal(first_of(&p, "+4930123"), "german");
	}
	assert_in_range(big, 690, 810);
	report(&p, 0, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+41441234567"), "big spare");
	report(&p, 2, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+41441234567"), "spare");
	place_close(&p);
}

/* One address of a trunk rests, not the trunk; RFC 2782 among its targets. */
static void test_targets_of_a_trunk(void **state)
{
	static const struct resolve_hop hops[] = {
		{ .group = 0, .priority = 10, .weight = 1 },
		{ .group = 0, .priority = 10, .weight = 1 },
		{ .group = 1, .priority = 10, .weight = 3 },
		{ .group = 2, .priority = 20, .weight = 9 },
	};
	struct destination d = { .kind = DESTINATION_E164, .key = "+49301" };
	struct trunk_target t[8];
	unsigned first[4] = { 0 };
	struct trunk *german;
	struct place p;

	place_open(&p, &trunks[1], 1);
	german = &p.set->trunks[0];
	german->hop_count = COUNT(hops);
	for (unsigned i = 0; i < COUNT(hops); i++) {
		german->hops[i].at = hops[i];
		assert_int_equal(addr_decode(TEXT("192.0.2.9"), (uint16_t)(i + 1),
					     &german->hops[i].at.addr),
				 0);
	}
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(trunk_select(p.set, &d, t, COUNT(t)), 4);
		first[t[0].addr.port - 1]++;
		assert_int_equal(t[3].addr.port, 4);
		if (t[0].addr.port == 1)
			assert_int_equal(t[1].addr.port, 2);
	}
	assert_in_range(first[2], 600, 800);
	assert_int_equal(first[0] + first[2], 1000);
	report(&p, 0, 503, 0);
	assert_int_equal(trunk_select(p.set, &d, t, COUNT(t)), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_not_equal(t[i].addr.port, 1);
	place_close(&p);
}

/* Emergency trunks, also when they rest, before those that stand in for them. */
static void test_last_resort(void **state)
{
	static const struct trunk_config shared[] = {
		{ .name = "stand-in",
		  .uri = "sip:192.0.2.1",
		  .emergency = TRUNK_EMERGENCY_LAST },
		{ .name = "second",
		  .uri = "sip:192.0.2.2",
		  .priority = 1,
		  .emergency = TRUNK_EMERGENCY_YES },
		{ .name = "first",
		  .uri = "sip:192.0.2.3",
		  .emergency = TRUNK_EMERGENCY_YES },
		{ .name = "none", .uri = "sip:192.0.2.4" },
	};
	struct place p;

	place_open(&p, shared, COUNT(shared));
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "first second stand-in");
	report(&p, 2, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "second first stand-in");
	report(&p, 1, 503, 0);
	report(&p, 0, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "first second stand-in");
	place_close(&p);
}

/* Silent to OPTIONS, not registered, at rest: asked all the same, where there is no other. */
static void test_down(void **state)
{
	static const struct trunk_config list[] = {
		{ .name = "silent",
		  .uri = "sip:192.0.2.1",
		  .emergency = TRUNK_EMERGENCY_YES },
		{ .name = "unregistered",
		  .uri = "sip:192.0.2.2",
		  .registers = true,
		  .emergency = TRUNK_EMERGENCY_YES },
		{ .name = "resting",
		  .uri = "sip:192.0.2.3",
		  .priority = 1,
		  .emergency = TRUNK_EMERGENCY_YES },
	};
	struct place p;

	place_open(&p, list, COUNT(list));
	trunk_hop_event(&p.set->trunks[0], &p.set->trunks[0].hops[0].at.addr, HOP_NO_PONG,
			0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "resting silent unregistered");
	report(&p, 2, 503, 3600);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "silent unregistered resting");
	place_close(&p);
}

/* A trunk that nobody has marked for emergency calls takes one all the same, before it is
 * refused: one that takes short codes behind those that are marked, any where there is no
 * other. */
static void test_unmarked(void **state)
{
	static const struct trunk_config list[] = {
		{ .name = "any",
		  .uri = "sip:192.0.2.1",
		  .prefixes = { "+" },
		  .prefix_count = 1 },
		{ .name = "national", .uri = "sip:192.0.2.2", .national = true },
		{ .name = "marked",
		  .uri = "sip:192.0.2.3",
		  .emergency = TRUNK_EMERGENCY_YES },
	};
	struct place p;

	place_open(&p, list, 1);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"), "any");
	place_close(&p);
	place_open(&p, list, 2);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"), "national");
	place_close(&p);
	place_open(&p, list, COUNT(list));
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "marked national");
	report(&p, 2, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "marked national");
	p.set->trunks[1].hop_count = p.set->trunks[2].hop_count = 0; /* no DNS */
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"), "any");
	place_close(&p);
}

static void test_calls_max(void **state)
{
	struct trunk_config bounded = trunks[0];
	struct place p;

	bounded.calls_max = 2;
	place_open(&p, &bounded, 1);
	assert_true(trunk_call_begin(p.set, 0, false));
	assert_true(trunk_call_begin(p.set, 0, false));
	assert_false(trunk_call_begin(p.set, 0, false));
	assert_true(trunk_call_begin(p.set, 0, true));
	trunk_call_end(p.set, 0);
	assert_false(trunk_call_begin(p.set, 0, false));
	trunk_call_end(p.set, 0);
	assert_true(trunk_call_begin(p.set, 0, false));
	place_close(&p);
}

int select_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_rests),
		cmocka_unit_test(test_an_answer_ends_the_rest),
		cmocka_unit_test(test_all_rest),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_source_of_networks_and_certificates),
		cmocka_unit_test(test_source_by_port),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_several_addresses),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_targets_of_a_trunk),
		cmocka_unit_test(test_last_resort),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_unmarked),
		cmocka_unit_test(test_calls_max),
		cmocka_unit_test(test_no_address),
		cmocka_unit_test(test_bad_uris),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
