/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_uri.c - URIs (RFC 3261 19.1, RFC 3966, RFC 5031). */

#include "help.h"

#include <errno.h>
#include <string.h>

#include "sip/uri.h"

static void good_ones(void **state)
{
	static const struct {
		const char *in, *user, *password, *host;
		uint16_t port;
		const char *params, *headers;
		enum sip_scheme scheme;
	} rows[] = {
		{ "sip:alice@atlanta.com", "alice", "", "atlanta.com", 0, "", "",
		  SIP_SCHEME_SIP },
		{ "sip:alice:secretword@atlanta.com;transport=tcp", "alice", "secretword",
		  "atlanta.com", 0, ";transport=tcp", "", SIP_SCHEME_SIP },
		{ "sips:alice@atlanta.com?subject=project%20x&priority=urgent", "alice",
		  "", "atlanta.com", 0, "", "subject=project%20x&priority=urgent",
		  SIP_SCHEME_SIPS },
		{ "sip:+1-212-555-1212:1234@gateway.com;user=phone", "+1-212-555-1212",
		  "1234", "gateway.com", 0, ";user=phone", "", SIP_SCHEME_SIP },
		{ "SIPS:1212@gateway.com", "1212", "", "gateway.com", 0, "", "",
		  SIP_SCHEME_SIPS },
		{ "sip:alice@192.0.2.4", "alice", "", "192.0.2.4", 0, "", "",
		  SIP_SCHEME_SIP },
		{ "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", "", "",
		  "atlanta.com", 0, ";method=REGISTER", "to=alice%40atlanta.com",
		  SIP_SCHEME_SIP },
		{ "sip:alice;day=tuesday@atlanta.com", "alice;day=tuesday", "",
		  "atlanta.com", 0, "", "", SIP_SCHEME_SIP },
		{ "sip:a@[2001:db8::10]:5070;lr", "a", "", "[2001:db8::10]", 5070, ";lr",
		  "", SIP_SCHEME_SIP },
		{ "sip:[2001:db8::10:5070]", "", "", "[2001:db8::10:5070]", 0, "", "",
		  SIP_SCHEME_SIP },
		{ "sip:u@[2001:db8:::192.0.2.1]", "u", "", "[2001:db8:::192.0.2.1]", 0,
		  "", "", SIP_SCHEME_SIP },
		{ "sip:*31#0441234567@x_y.example:65535", "*31#0441234567", "",
		  "x_y.example", 65535, "", "", SIP_SCHEME_SIP },
		{ "sip:%00@h", "%00", "", "h", 0, "", "", SIP_SCHEME_SIP },
		{ "sip:a:@h", "a", "", "h", 0, "", "", SIP_SCHEME_SIP },
		{ "tel:+41-44-668-18-00", "+41-44-668-18-00", "", "", 0, "", "",
		  SIP_SCHEME_TEL },
		{ "tel:117;phone-context=+41", "117", "", "", 0, ";phone-context=+41", "",
		  SIP_SCHEME_TEL },
		{ "urn:service:sos.police", "service:sos.police", "", "", 0, "", "",
		  SIP_SCHEME_URN },
		{ "nobodyKnowsThisScheme:totallyopaquecontent", "totallyopaquecontent",
		  "", "", 0, "", "", SIP_SCHEME_OTHER },
		{ "soap.beep://192.0.2.103:3002", "//192.0.2.103:3002", "", "", 0, "", "",
		  SIP_SCHEME_OTHER },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri u;

		expect_true(rows[i].in, sip_uri_decode(exact_of(rows[i].in), &u) == 0);
		expect_true(rows[i].in, u.scheme == rows[i].scheme);
		expect_text(rows[i].in, u.user, rows[i].user);
		expect_text(rows[i].in, u.password, rows[i].password);
		expect_text(rows[i].in, u.host, rows[i].host);
		expect_true(rows[i].in, u.port == rows[i].port);
		expect_text(rows[i].in, u.params, rows[i].params);
		expect_text(rows[i].in, u.headers, rows[i].headers);
	}
}

static void bad_ones(void **state)
{
	static const struct {
		const char *name, *in;
	} rows[] = {
		{ "empty", "" },
		{ "no scheme", "alice@atlanta.com" },
		{ "only a scheme", "sip:" },
		{ "scheme without colon", "sip" },
		{ "angle brackets", "<sip:a@b>" },
		{ "empty user", "sip:@b" },
		{ "no host", "sip:a@" },
		{ "no host but a port", "sip:a@:5060" },
		{ "host begins with a dot", "sip:a@.b" },
		{ "blank in the user", "sip:a b@c" },
		{ "blank behind", "sip:a@b " },
		{ "blank in front", " sip:a@b" },
		{ "two at signs", "sip:a@b@c" },
		{ "second colon in the user part", "sip:a:b:c@d" },
		{ "empty port", "sip:a@b:" },
		{ "port with letters", "sip:a@b:50x" },
		{ "port zero", "sip:a@b:0" },
		{ "port above 65535", "sip:a@b:65536" },
		{ "port that wraps 32 bits", "sip:a@b:4294972356" },
		{ "port that wraps 64 bits", "sip:a@b:18446744073709556676" },
		{ "negative port", "sip:a@b:-1" },
		{ "percent at the end", "sip:a%" },
		{ "percent at the end of the user", "sip:a%@b" },
		{ "percent with one digit at the end", "sip:a@b;x=%4" },
		{ "percent without hex", "sip:a%4g@b" },
		{ "percent in the host", "sip:a@b%41" },
		{ "IPv6 without brackets", "sip:a@2001:db8::1" },
		{ "IPv6 open", "sip:a@[2001:db8::1" },
		{ "IPv6 empty", "sip:a@[]" },
		{ "IPv6 without a colon", "sip:a@[1234]" },
		{ "IPv6 with a zone", "sip:a@[fe80::1%25eth0]" },
		{ "IPv6 too long",
		  "sip:a@[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]" },
		{ "empty parameter", "sip:a@b;" },
		{ "empty parameter between", "sip:a@b;;lr" },
		{ "parameter without a name", "sip:a@b;=1" },
		{ "empty headers", "sip:a@b?" },
		{ "quote in a parameter", "sip:a@b;x=\"1\"" },
		{ "line end", "sip:a@b\r\n" },
		{ "tel without number", "tel:" },
		{ "tel with letters", "tel:+41xyz" },
		{ "tel with an empty parameter", "tel:117;" },
		{ "unknown scheme with a blank", "foo:a b" },
		{ "unknown scheme with nothing", "foo:" },
		{ "unknown scheme, percent at the end", "foo:a%" },
		{ "UTF-8 in the user", "sip:m\xc3\xbcller@b" },
	};
	static const struct text with_nul[] = {
		TEXT_INIT("sip:a\0b@c"),  TEXT_INIT("sip:a@b\0"),
		TEXT_INIT("sip:a@b;x\0"), TEXT_INIT("tel:1\0"),
		TEXT_INIT("\0"),          TEXT_INIT("sip:a@[::\0]"),
	};
	struct sip_uri u;

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_true(rows[i].name,
			    sip_uri_decode(exact_of(rows[i].in), &u) == -EBADMSG);
	for (size_t i = 0; i < COUNT(with_nul); i++)
		assert_int_equal(sip_uri_decode(exact(with_nul[i]), &u), -EBADMSG);
	assert_int_equal(sip_uri_decode(TEXT_NONE, &u), -EBADMSG);
}

/* Every prefix and every byte exchanged: no over-read, and no success that leaves bytes. */
static void broken_at_every_place(void **state)
{
	const char *in = "sip:a%41;b:p@[::1]:5060;lr;x=%20?h=v&i=%41";

	for (size_t n = 0; n <= strlen(in); n++) {
		struct sip_uri u;

		sip_uri_decode(exact((struct text){ in, n }), &u);
	}
	for (size_t at = 0; at < strlen(in); at++) {
		for (unsigned c = 0; c < 0x21; c++) {
			struct text copy = exact_of(in);
			struct sip_uri u;

			((char *)(uintptr_t)copy.p)[at] = (char)c;
			assert_int_equal(sip_uri_decode(copy, &u), -EBADMSG);
		}
		exact_free_all();
	}
}

static void parameters(void **state)
{
	struct text value = TEXT("untouched");
	struct sip_uri u;

	assert_int_equal(sip_uri_decode(TEXT("sip:b;Transport=TCP;lr;a=b;a=c"), &u), 0);
	assert_true(sip_uri_param(&u, TEXT("transport"), &value));
	expect_text("transport", value, "TCP");
	assert_true(sip_uri_param(&u, TEXT("LR"), &value));
	assert_int_equal(value.len, 0);
	assert_true(sip_uri_param(&u, TEXT("a"), NULL));
	assert_false(sip_uri_param(&u, TEXT("l"), NULL));
	assert_int_equal(sip_uri_decode(TEXT("sip:b"), &u), 0);
	assert_false(sip_uri_param(&u, TEXT("lr"), NULL));
}

static void too_many_parameters(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_uri u;

	buf_puts(&b, "sip:b");
	for (unsigned i = 0; i < 32; i++)
		buf_puts(&b, ";p");
	assert_int_equal(sip_uri_decode(buf_text(&b), &u), 0);
	buf_puts(&b, ";p");
	assert_int_equal(sip_uri_decode(buf_text(&b), &u), -EBADMSG);
	buf_free(&b);
}

static void user_without_escapes(void **state)
{
	static const struct {
		const char *name, *in;
		size_t cap;
		int rc;
		const char *want;
	} rows[] = {
		{ "plain", "sip:alice@h", 16, 0, "alice" },
		{ "escapes", "sip:%61l%69c%65@h", 16, 0, "alice" },
		{ "upper and lower hex", "sip:%2a%2A@h", 16, 0, "**" },
		{ "fits exactly", "sip:alice@h", 6, 0, "alice" },
		{ "one too long", "sip:alice@h", 5, -ENOSPC, "" },
		{ "no room at all", "sip:alice@h", 0, -ENOSPC, NULL },
		{ "no user", "sip:h", 1, 0, "" },
		{ "escaped NUL", "sip:a%00b@h", 16, -EBADMSG, "" },
		{ "tel", "tel:+41441234567", 16, 0, "+41441234567" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri u;
		char user[16] = "?";

		expect_true(rows[i].name, sip_uri_decode(exact_of(rows[i].in), &u) == 0);
		expect_true(rows[i].name,
			    sip_uri_user(&u, user, rows[i].cap) == rows[i].rc);
		if (rows[i].want)
			expect_text(rows[i].name, text_of(user), rows[i].want);
	}
}

static void user_with_a_broken_escape(void **state)
{
	static const char *const rows[] = { "%", "%4", "a%", "%zz", "%%%" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri u = { .user = exact_of(rows[i]) };
		char user[16];

		expect_true(rows[i], sip_uri_user(&u, user, sizeof(user)) == -EBADMSG);
	}
}

static void equality(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		/* The examples of 19.1.4. */
		{ "sip:%61lice@atlanta.com;transport=TCP",
		  "sip:alice@AtLanTa.CoM;Transport=tcp", true },
		{ "sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true },
		{ "sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true },
		{ "sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on",
		  true },
		{ "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
		  "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
		  true },
		{ "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
		  "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true },
		{ "SIP:ALICE@AtLanTa.CoM;Transport=udp",
		  "sip:alice@AtLanTa.CoM;Transport=UDP", false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false },
		{ "sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false },
		{ "sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting",
		  false },
		{ "sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false },
		{ "sip:carol@chicago.com;security=on",
		  "sip:carol@chicago.com;security=off", false },
		/* Ours. */
		{ "sip:a@b", "sips:a@b", false },
		{ "sip:a@b;user=phone", "sip:a@b", false },
		{ "sip:a@b;maddr=1", "sip:a@b", false },
		{ "sip:a@b;ttl=1", "sip:a@b;ttl=2", false },
		{ "sip:a:x@b", "sip:a:y@b", false },
		{ "sip:a@b", "sip:aa@b", false },
		{ "sip:a@b?x=1", "sip:a@b?x=2", false },
		{ "sip:a@b?x=1&x=2", "sip:a@b?x=2&x=1", true },
		{ "sip:a@b;c=1;c=2", "sip:a@b;c=1", true },
		{ "sip:a@b;c=1;c=2", "sip:a@b;c=2", false },
		{ "tel:+41-44-668-18-00", "tel:+41446681800", true },
		{ "tel:+41446681800", "tel:+41446681801", false },
		{ "tel:117;phone-context=+41", "tel:117", false },
		{ "tel:+41446681800", "tel:+4144668180", false },
		{ "urn:service:sos", "URN:Service:SOS", true },
		{ "urn:service:sos", "urn:service:sos.fire", false },
		{ "foo:a", "bar:a", false },
		{ "foo:a", "FOO:a", true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri a, b;

		expect_true(rows[i].a, sip_uri_decode(exact_of(rows[i].a), &a) == 0);
		expect_true(rows[i].b, sip_uri_decode(exact_of(rows[i].b), &b) == 0);
		expect_true(rows[i].a, sip_uri_eq(&a, &b) == rows[i].same);
		expect_true(rows[i].b, sip_uri_eq(&b, &a) == rows[i].same);
		expect_true(rows[i].a, sip_uri_eq(&a, &a) && sip_uri_eq(&b, &b));
	}
}

int test_uri(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(broken_at_every_place),
		cmocka_unit_test(parameters),
		cmocka_unit_test(too_many_parameters),
		cmocka_unit_test(user_without_escapes),
		cmocka_unit_test(user_with_a_broken_escape),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests_name("sip/uri", tests, NULL, NULL);
}
