/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_via.c - Via and CSeq. */

#include "help.h"

#include <errno.h>

#include "sip/msg.h"

static void good_vias(void **state)
{
	static const struct {
		const char *in, *transport, *host;
		uint16_t port;
		const char *branch, *received, *maddr;
		bool rport;
		uint16_t rport_port;
	} rows[] = {
		{ "SIP/2.0/UDP pc33.atlanta.com:5066;branch=z9hG4bK77asjd", "UDP",
		  "pc33.atlanta.com", 5066, "z9hG4bK77asjd", "", "", false, 0 },
		{ "SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff", "UDP",
		  "10.1.1.1", 4540, "z9hG4bKkjshdyff", "", "", true, 0 },
		{ "SIP/2.0/UDP "
		  "10.1.1.1:4540;received=192.0.2.1;rport=9988;branch=z9hG4bKx",
		  "UDP", "10.1.1.1", 4540, "z9hG4bKx", "192.0.2.1", "", true, 9988 },
		{ "SIP/2.0/UDP a;rport=;branch=b", "UDP", "a", 0, "b", "", "", true, 0 },
		{ "SIP / 2.0 / TCP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 "
		  ";branch=z9hG4bKa7c6a8dlze.1",
		  "TCP", "first.example.com", 4000, "z9hG4bKa7c6a8dlze.1", "",
		  "224.2.0.1", false, 0 },
		{ "SIP / 2.0\r\n / UDP \t first.example.com ; ttl = 16 ; maddr = "
		  "224.2.0.1",
		  "UDP", "first.example.com", 0, "", "", "224.2.0.1", false, 0 },
		{ "SIP/2.0/TLS [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=b",
		  "TLS", "[2001:db8::9:1]", 6050, "b", "[2001:db8::9:255]", "", false,
		  0 },
		{ "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=b", "UDP",
		  "[2001:db8::9:1]", 0, "b", "2001:db8::9:255", "", false, 0 },
		{ "SIP/7.0/UNKNOWN t4.example.com;x=\"a;branch=no\";branch=yes",
		  "UNKNOWN", "t4.example.com", 0, "yes", "", "", false, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_via v;

		expect_true(rows[i].in, sip_via_decode(exact_of(rows[i].in), &v) == 0);
		expect_text(rows[i].in, v.transport, rows[i].transport);
		expect_text(rows[i].in, v.host, rows[i].host);
		expect_true(rows[i].in, v.port == rows[i].port);
		expect_text(rows[i].in, v.branch, rows[i].branch);
		expect_text(rows[i].in, v.received, rows[i].received);
		expect_text(rows[i].in, v.maddr, rows[i].maddr);
		expect_true(rows[i].in, v.rport == rows[i].rport);
		expect_true(rows[i].in, v.rport_port == rows[i].rport_port);
	}
}

static void bad_vias(void **state)
{
	static const struct {
		const char *name, *in;
	} rows[] = {
		{ "empty", "" },
		{ "only a protocol", "SIP/2.0/UDP" },
		{ "empty sent-by", "SIP/2.0/UDP " },
		{ "no transport", "SIP/2.0 host" },
		{ "no version", "SIP//UDP host" },
		{ "no blank before sent-by", "SIP/2.0/UDP;host" },
		{ "port zero", "SIP/2.0/UDP a:0" },
		{ "port above 65535", "SIP/2.0/UDP a:70000" },
		{ "empty port", "SIP/2.0/UDP a:" },
		{ "empty parameter", "SIP/2.0/UDP a;;" },
		{ "separators of badinv01", "SIP/2.0/UDP 192.0.2.15;;" },
		{ "trailing semicolon", "SIP/2.0/UDP a;branch=b;" },
		{ "empty branch", "SIP/2.0/UDP a;branch=" },
		{ "branch as a flag", "SIP/2.0/UDP a;branch" },
		{ "branch twice", "SIP/2.0/UDP a;branch=b;branch=c" },
		{ "branch in quotes", "SIP/2.0/UDP a;branch=\"b\r\n c\"" },
		{ "received in quotes", "SIP/2.0/UDP a;received=\"1\"" },
		{ "rport twice", "SIP/2.0/UDP a;rport;rport" },
		{ "rport above 65535", "SIP/2.0/UDP a;rport=65536" },
		{ "rport that wraps", "SIP/2.0/UDP a;rport=4294967297" },
		{ "rport with letters", "SIP/2.0/UDP a;rport=x" },
		{ "words behind", "SIP/2.0/UDP a b" },
		{ "open quote", "SIP/2.0/UDP a;x=\"b" },
		{ "IPv6 open", "SIP/2.0/UDP [::1;branch=b" },
		{ "two values", "SIP/2.0/UDP a;branch=b,SIP/2.0/UDP c" },
	};
	struct sip_via v;

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_true(rows[i].name,
			    sip_via_decode(exact_of(rows[i].in), &v) == -EBADMSG);
}

static void too_many_via_parameters(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_via v;

	buf_puts(&b, "SIP/2.0/UDP a");
	for (unsigned i = 1; i < SIP_PARAMS_MAX; i++)
		buf_puts(&b, ";p");
	assert_int_equal(sip_via_decode(buf_text(&b), &v), 0);
	buf_puts(&b, ";received=192.0.2.1");
	assert_int_equal(sip_via_decode(buf_text(&b), &v), 0);
	buf_puts(&b, ";p");
	assert_int_equal(sip_via_decode(buf_text(&b), &v), -EBADMSG);
	buf_free(&b);
}

static void room_for_received(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_via v;

	buf_puts(&b, "SIP/2.0/UDP a");
	for (unsigned i = 0; i < SIP_PARAMS_MAX; i++)
		buf_puts(&b, ";p");
	assert_int_equal(sip_via_decode(buf_text(&b), &v), -EBADMSG);
	buf_free(&b);
}

static void cseqs(void **state)
{
	static const struct {
		const char *name, *in;
		int rc;
		uint32_t number;
		enum sip_method method;
	} rows[] = {
		{ "plain", "4711 INVITE", 0, 4711, SIP_INVITE },
		{ "zero", "0 ACK", 0, 0, SIP_ACK },
		{ "leading zeros and a fold", "0009\r\n  INVITE", 0, 9, SIP_INVITE },
		{ "largest", "2147483647 BYE", 0, 2147483647, SIP_BYE },
		{ "2^31", "2147483648 BYE", -EBADMSG },
		{ "2^32 + 1", "4294967297 BYE", -EBADMSG },
		{ "2^64 + 1", "18446744073709551617 BYE", -EBADMSG },
		{ "negative", "-1 BYE", -EBADMSG },
		{ "plus sign", "+1 BYE", -EBADMSG },
		{ "hexadecimal", "0x1 BYE", -EBADMSG },
		{ "unknown method", "1 RE%47IST%45R", 0, 1, SIP_METHOD_OTHER },
		{ "method in lower case", "1 invite", 0, 1, SIP_METHOD_OTHER },
		{ "no method", "1", -EBADMSG },
		{ "no method but a blank", "1 ", -EBADMSG },
		{ "no number", "INVITE", -EBADMSG },
		{ "no blank between", "1INVITE", -EBADMSG },
		{ "words behind", "1 INVITE x", -EBADMSG },
		{ "separator in the method", "1 INV@ITE", -EBADMSG },
		{ "empty", "", -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_cseq c;

		expect_true(rows[i].name,
			    sip_cseq_decode(exact_of(rows[i].in), &c) == rows[i].rc);
		if (rows[i].rc < 0)
			continue;
		expect_true(rows[i].name, c.number == rows[i].number);
		expect_true(rows[i].name, c.method == rows[i].method);
	}
}

int test_via(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_vias),
		cmocka_unit_test(bad_vias),
		cmocka_unit_test(too_many_via_parameters),
		cmocka_unit_test(room_for_received),
		cmocka_unit_test(cseqs),
	};

	return cmocka_run_group_tests_name("sip/via", tests, NULL, NULL);
}
