/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_tls.c - src/net/tls.c and tls_conn.c: versions, names, reload, both ways */

#include "net/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/cert.h"
#include "fake/check.h"
#include "tls_peer.h"

static const struct listen_on loopback[] = { { TRANSPORT_TLS, "127.0.0.1:0" }, { 0 } };
static struct fake_ca *ca;

static struct net_tls_files files_of(const char *first, const char *second)
{
	struct net_tls_files f = { .pair_count = second ? 2 : 1,
				   .ca = fake_ca_path(ca, "ca.crt") };
	const char *const stems[] = { first, second };
	char name[64];

	for (unsigned i = 0; i < f.pair_count; i++) {
		snprintf(name, sizeof(name), "%s.crt", stems[i]);
		f.pairs[i].cert = fake_ca_path(ca, name);
		snprintf(name, sizeof(name), "%s.key", stems[i]);
		f.pairs[i].key = fake_ca_path(ca, name);
	}
	return f;
}

static void load(struct net_tls *t, const char *first, const char *second)
{
	struct net_tls_files files = files_of(first, second);
	char reason[NET_TLS_REASON_SIZE] = "";

	if (net_tls_load(t, &files, reason) < 0)
		fail_msg("%s", reason);
}

struct house {
	struct net_tls *tls;
	struct net_group *group;
	struct side side;
};

static void house_open(struct house *h, const char *first, const char *second,
		       const char *const *peers, unsigned count)
{
	h->tls = net_tls_new();
	assert_non_null(h->tls);
	assert_int_equal(net_tls_ask_peers(h->tls, peers, count), 0);
	load(h->tls, first, second);
	side_open_shared(&h->side, &h->group, clock_real(), loopback,
			 &(struct net_shared){ .tls = h->tls });
}

static void house_close(struct house *h)
{
	side_close_alone(&h->side, h->group);
	net_tls_free(h->tls);
}

static void shake(struct house *h, struct tls_peer *p)
{
	WAIT_FOR(&h->side, 1, tls_peer_shake(p));
}

static void new_versions_and_sound_ciphers_only(void **state)
{
	static const struct {
		const char *name;
		struct tls_wish wish;
		bool works;
	} rows[] = {
		{ "TLS 1.3", { TLS1_3_VERSION, TLS1_3_VERSION }, true },
		{ "TLS 1.2", { TLS1_2_VERSION, TLS1_2_VERSION }, true },
		{ "TLS 1.2, ChaCha",
		  { TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305" },
		  true },
		{ "TLS 1.1", { TLS1_1_VERSION, TLS1_1_VERSION }, false },
		{ "TLS 1.2, CBC",
		  { TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384" },
		  false },
		{ "TLS 1.2, no authentication",
		  { TLS1_2_VERSION, TLS1_2_VERSION, "AECDH-AES256-SHA@SECLEVEL=0" },
		  false },
	};

	EACH (row, rows) {
		struct house h;
		struct tls_peer p;

		house_open(&h, "one", NULL, NULL, 0);
		tls_peer_open(&p, &h.side.listeners[0].addr, &row->wish);
		WAIT_FOR(&h.side, 1, tls_peer_shake(&p) || p.failed);
		row_true(row, p.failed != row->works);
		if (row->works) {
			tls_peer_send(&p, "hello\n");
			WAIT_FOR(&h.side, 1, h.side.messages == 1);
			row_int(row, h.side.from.transport, TRANSPORT_TLS);
			row_int(row, net_send(h.side.net, &h.side.from, TEXT("back")), 0);
			WAIT_FOR(&h.side, 1, tls_peer_got(&p, "back"));
		} else {
			WAIT_FOR(&h.side, 1, h.side.closed == 1);
			row_int(row, h.side.reason, EPROTO);
		}
		tls_peer_close(&p);
		house_close(&h);
	}
}

static void the_name_asked_for_chooses_the_certificate(void **state)
{
	static const struct {
		const char *name, *sni, *sees;
	} rows[] = {
		{ "nobody's", NULL, "one.example" },
		{ "the first", "one.example", "one.example" },
		{ "the second", "two.example", "two.example" },
		{ "in capitals", "TWO.example", "two.example" },
		{ "a wildcard", "sip.wild.example", "sip.wild.example" },
		{ "unknown", "three.example", "one.example" },
	};

	EACH (row, rows) {
		struct tls_wish wish = { .sni = row->sni };
		struct house h;
		struct tls_peer p;

		house_open(&h, "one", "two", NULL, 0);
		tls_peer_open(&p, &h.side.listeners[0].addr, &wish);
		shake(&h, &p);
		row_true(row, tls_peer_sees(&p, row->sees));
		tls_peer_close(&p);
		house_close(&h);
	}
}

/* We call somebody who shows the certificate of that stem. */
static void whom_we_call_must_prove_the_name(void **state)
{
	static const struct {
		const char *name, *shows, *expected;
		int reason; /* 0: it stands */
	} rows[] = {
		{ "the right name", "one", "one.example", 0 },
		{ "with a port", "one", "one.example:5061", 0 },
		{ "a wildcard", "two", "sip.wild.example", 0 },
		{ "another name", "one", "two.example", EKEYREJECTED },
		{ "part of a name", "one", "example", EKEYREJECTED },
		{ "its address", "one", NULL, 0 },
		{ "its address, in words", "one", "127.0.0.1:5061", 0 },
		{ "not its address", "two", NULL, EKEYREJECTED },
		{ "out of date", "old", "old.example", EKEYREJECTED },
		{ "by itself", "self", "self.example", EKEYREJECTED },
	};

	EACH (row, rows) {
		struct side s[2];
		struct house here, there;
		struct flow f;

		house_open(&here, "one", NULL, NULL, 0);
		house_open(&there, row->shows, NULL, NULL, 0);
		s[0] = here.side;
		s[1] = there.side;
		s[0].net->arg = &s[0];
		s[1].net->arg = &s[1];
		row_int(row,
			net_connect_name(s[0].net, TRANSPORT_TLS, &s[1].listeners[0].addr,
					 row->expected, &f),
			0);
		row_int(row, net_send(s[0].net, &f, TEXT("secret\n")), 0);
		WAIT_FOR(s, 2, s[1].messages == 1 || s[0].closed);
		row_int(row, s[0].closed ? s[0].reason : 0, row->reason);
		row_int(row, s[1].messages, row->reason == 0);
		here.side = s[0];
		there.side = s[1];
		house_close(&here);
		house_close(&there);
	}
}

static void a_connection_serves_its_name_only(void **state)
{
	struct side s[2];
	struct house here, there;
	struct flow f, again;

	house_open(&here, "one", NULL, NULL, 0);
	house_open(&there, "two", NULL, NULL, 0);
	s[0] = here.side;
	s[1] = there.side;
	s[0].net->arg = &s[0];
	s[1].net->arg = &s[1];
	net_connect_name(s[0].net, TRANSPORT_TLS, &s[1].listeners[0].addr, "two.example",
			 &f);
	net_send(s[0].net, &f, TEXT("hello\n"));
	WAIT_FOR(s, 2, s[1].messages == 1);
	assert_int_equal(net_connect_name(s[0].net, TRANSPORT_TLS,
					  &s[1].listeners[0].addr, "Two.Example", &again),
			 0);
	assert_true(flow_eq(&f, &again));
	assert_int_equal(
		net_connect(s[0].net, TRANSPORT_TLS, &s[1].listeners[0].addr, &again), 0);
	assert_true(flow_eq(&f, &again));
	assert_int_equal(net_connect_name(s[0].net, TRANSPORT_TLS,
					  &s[1].listeners[0].addr, "sip.wild.example",
					  &again),
			 0);
	assert_false(flow_eq(&f, &again));
	assert_int_equal(net_send(s[1].net, &s[1].from, TEXT("answer\n")), 0);
	WAIT_FOR(s, 2, s[0].messages == 1);
	assert_true(flow_eq(&s[0].from, &f));
	here.side = s[0];
	there.side = s[1];
	house_close(&here);
	house_close(&there);
}

static void a_peer_may_prove_a_name(void **state)
{
	static const char *const asked[] = { "two.example:5061", NULL, "one.example",
					     "sip.wild.example" };
	static const struct {
		const char *name, *shows;
		uint32_t peers;
	} rows[] = {
		{ "nothing", NULL, 0 },
		{ "one of them", "one", 1 << 2 },
		{ "one for two of them", "two", 1 << 0 | 1 << 3 },
		{ "out of date", "old", 0 },
		{ "its maker's, which says nothing to us", "self", 0 },
	};

	EACH (row, rows) {
		char cert[64], key[64];
		struct tls_wish wish = { 0 };
		struct house h;
		struct tls_peer p;

		if (row->shows) {
			snprintf(cert, sizeof(cert), "%s.crt", row->shows);
			snprintf(key, sizeof(key), "%s.key", row->shows);
			wish.cert = fake_ca_path(ca, cert);
			wish.key = fake_ca_path(ca, key);
		}
		house_open(&h, "one", NULL, asked, COUNT(asked));
		tls_peer_open(&p, &h.side.listeners[0].addr, &wish);
		shake(&h, &p);
		tls_peer_send(&p, "hello\n");
		WAIT_FOR(&h.side, 1, h.side.messages == 1);
		row_int(row, h.side.from.peers, row->peers);
		tls_peer_close(&p);
		house_close(&h);
	}
}

static void certificates_change_under_live_connections(void **state)
{
	struct tls_peer before, after;
	struct house h;

	house_open(&h, "one", NULL, NULL, 0);
	tls_peer_open(&before, &h.side.listeners[0].addr, &(struct tls_wish){ 0 });
	shake(&h, &before);
	load(h.tls, "two", NULL);
	tls_peer_open(&after, &h.side.listeners[0].addr, &(struct tls_wish){ 0 });
	shake(&h, &after);
	assert_true(tls_peer_sees(&before, "one.example"));
	assert_true(tls_peer_sees(&after, "two.example"));
	tls_peer_send(&before, "still here\n");
	WAIT_FOR(&h.side, 1, h.side.messages == 1);
	assert_int_equal(h.side.closed, 0);
	tls_peer_close(&before);
	tls_peer_close(&after);
	house_close(&h);
}

static void what_cannot_be_loaded_changes_nothing(void **state)
{
	static const struct {
		const char *name, *cert, *key, *says;
	} rows[] = {
		{ "no certificate", "none.crt", "one.key", "none.crt: No such file" },
		{ "no key", "one.crt", "none.key", "none.key: No such file" },
		{ "no pair", "one.crt", "two.key", "two.key: key values mismatch" },
		{ "not PEM", "one.key", "one.key", "one.key: no start line" },
	};

	EACH (row, rows) {
		struct net_tls_files files = files_of("one", NULL);
		char reason[NET_TLS_REASON_SIZE] = "";
		struct tls_peer p;
		struct house h;

		house_open(&h, "one", NULL, NULL, 0);
		files.pairs[0].cert = fake_ca_path(ca, row->cert);
		files.pairs[0].key = fake_ca_path(ca, row->key);
		row_true(row, net_tls_load(h.tls, &files, reason) < 0);
		if (!strstr(reason, row->says))
			fail_msg("%s: \"%s\"", row->name, reason);
		tls_peer_open(&p, &h.side.listeners[0].addr, &(struct tls_wish){ 0 });
		shake(&h, &p);
		row_true(row, tls_peer_sees(&p, "one.example"));
		tls_peer_close(&p);
		house_close(&h);
	}
}

static int make_certificates(void **state)
{
	struct fake_ca *other = fake_ca_new();
	char command[512];

	ca = fake_ca_new();
	fake_ca_sign(ca, "one", "DNS:one.example,IP:127.0.0.1", 30);
	fake_ca_sign(ca, "two", "DNS:two.example,DNS:*.wild.example", 60);
	fake_ca_sign(ca, "old", "DNS:old.example", -1);
	fake_ca_sign(other, "self", "DNS:self.example,DNS:one.example", 30);
	snprintf(command, sizeof(command), "cp %s %s %s", fake_ca_path(other, "self.crt"),
		 fake_ca_path(other, "self.key"), fake_ca_path(ca, ""));
	assert_int_equal(system(command), 0);
	fake_ca_free(other);
	return 0;
}

static int remove_certificates(void **state)
{
	unlink(fake_ca_path(ca, "self.crt"));
	unlink(fake_ca_path(ca, "self.key"));
	fake_ca_free(ca);
	return 0;
}

int tls_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_versions_and_sound_ciphers_only),
		cmocka_unit_test(the_name_asked_for_chooses_the_certificate),
		cmocka_unit_test(whom_we_call_must_prove_the_name),
		cmocka_unit_test(a_connection_serves_its_name_only),
		cmocka_unit_test(a_peer_may_prove_a_name),
		cmocka_unit_test(certificates_change_under_live_connections),
		cmocka_unit_test(what_cannot_be_loaded_changes_nothing),
	};

	return cmocka_run_group_tests_name("net/tls", tests, make_certificates,
					   remove_certificates);
}
