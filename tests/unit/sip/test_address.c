/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_address.c - From, To, Contact (RFC 3261 20.10, 20.20, 20.39). */

#include "help.h"

#include <errno.h>

#include "sip/msg.h"

static void good_ones(void **state)
{
	static const struct {
		const char *in, *display, *uri, *tag, *params;
	} rows[] = {
		{ "\"Mr. Watson\" <sip:watson@worcester.bell-telephone.com> ;q=0.7; "
		  "expires=3600",
		  "Mr. Watson", "sip:watson@worcester.bell-telephone.com", "",
		  ";q=0.7; expires=3600" },
		{ "sip:+12125551212@phone2net.com;tag=887s", "",
		  "sip:+12125551212@phone2net.com", "887s", ";tag=887s" },
		{ "Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous",
		  "sip:c8oqz84zk7z@privacy.org", "hyh8", ";tag=hyh8" },
		{ "The Operator <sip:operator@cs.columbia.edu>;tag=287447",
		  "The Operator", "sip:operator@cs.columbia.edu", "287447",
		  ";tag=287447" },
		{ "caller<sip:caller@example.com>;tag=323", "caller",
		  "sip:caller@example.com", "323", ";tag=323" },
		{ "<sip:a@b;lr>", "", "sip:a@b;lr", "", "" },
		{ "\"\" <sip:a@b>", "", "sip:a@b", "", "" },
		{ "\"a \\\"b\\\" <c>;d\"<sip:a@b>", "a \\\"b\\\" <c>;d", "sip:a@b", "",
		  "" },
		{ "M\xc3\xbcller AG <sip:a@b>", "M\xc3\xbcller AG", "sip:a@b", "", "" },
		{ "044/668 18 00 (home) <sip:a@b>", "044/668 18 00 (home)", "sip:a@b", "",
		  "" },
		{ "\r\n sip:a@b ;\r\n tag = 98asjd8", "", "sip:a@b", "98asjd8",
		  ";\r\n tag = 98asjd8" },
		{ "<tel:+41446681800>;x=\";tag=no\";TAG=yes", "", "tel:+41446681800",
		  "yes", ";x=\";tag=no\";TAG=yes" },
		{ "isbn:2983792873", "", "isbn:2983792873", "", "" },
		{ "<http://www.example.com>;tag=1", "", "http://www.example.com", "1",
		  ";tag=1" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_address a;

		expect_true(rows[i].in,
			    sip_address_decode(exact_of(rows[i].in), &a) == 0);
		expect_text(rows[i].in, a.display, rows[i].display);
		expect_text(rows[i].in, a.uri_text, rows[i].uri);
		expect_text(rows[i].in, a.tag, rows[i].tag);
		expect_text(rows[i].in, a.params, rows[i].params);
	}
}

static void bad_ones(void **state)
{
	static const struct {
		const char *name, *in;
	} rows[] = {
		{ "empty", "" },
		{ "only blanks", " \t" },
		{ "star", "*" },
		{ "percent", "%" },
		{ "no scheme", "alan@jasomi.com" },
		{ "open quote", "\"Mr. J. User <sip:j.user@example.com>" },
		{ "quote without address", "\"a\"" },
		{ "quote before a bare URI", "\"a\" sip:a@b" },
		{ "open angle bracket", "<sip:a@b" },
		{ "empty angle brackets", "<>" },
		{ "spaces within the brackets", "< sip:t.watson@example.org >" },
		{ "comma in a display name",
		  "Bell, Alexander <sip:a.g.bell@example.com>;tag=43" },
		{ "quote inside a display name", "a \"b\" <sip:a@b>" },
		{ "question mark without brackets",
		  "sip:user@example.com?Route=%3Csip:a%3E" },
		{ "comma without brackets", "sip:a@b,sip:c@d" },
		{ "two addresses", "<sip:a@b>,<sip:c@d>" },
		{ "words behind the brackets", "<sip:a@b> x" },
		{ "words behind a bare URI", "sip:a@b x" },
		{ "empty parameters", "\"Joe\" <sip:joe@example.org>;;;;" },
		{ "empty tag", "<sip:a@b>;tag=" },
		{ "tag as a flag", "<sip:a@b>;tag" },
		{ "tag twice", "<sip:a@b>;tag=1;tag=2" },
		{ "tag in quotes with a line end", "<sip:a@b>;tag=\"1\r\n X: y\"" },
		{ "open quote in a parameter", "<sip:a@b>;x=\"" },
		{ "percent at the end", "<sip:a%@b>" },
	};
	struct sip_address a;

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_true(rows[i].name,
			    sip_address_decode(exact_of(rows[i].in), &a) == -EBADMSG);
	assert_int_equal(sip_address_decode(TEXT_NONE, &a), -EBADMSG);
}

static void too_many_address_parameters(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_address a;

	buf_puts(&b, "<sip:a@b>");
	for (unsigned i = 1; i < SIP_PARAMS_MAX; i++)
		buf_puts(&b, ";p");
	assert_int_equal(sip_address_decode(buf_text(&b), &a), 0);
	buf_puts(&b, ";tag=1");
	assert_int_equal(sip_address_decode(buf_text(&b), &a), 0);
	buf_puts(&b, ";p");
	assert_int_equal(sip_address_decode(buf_text(&b), &a), -EBADMSG);
	buf_free(&b);
}

static void room_for_a_tag(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_address a;

	buf_puts(&b, "<sip:a@b>");
	for (unsigned i = 0; i < SIP_PARAMS_MAX; i++)
		buf_puts(&b, ";p");
	assert_int_equal(sip_address_decode(buf_text(&b), &a), -EBADMSG);
	buf_free(&b);
}

static void long_tags_stay_whole(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_address a;

	buf_puts(&b, "<sip:a@b>;tag=");
	for (unsigned i = 0; i < 5000; i++)
		buf_putc(&b, 'x');
	assert_int_equal(sip_address_decode(exact(buf_text(&b)), &a), 0);
	assert_int_equal(a.tag.len, 5000);
	buf_free(&b);
}

int test_address(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones),
		cmocka_unit_test(bad_ones),
		cmocka_unit_test(too_many_address_parameters),
		cmocka_unit_test(room_for_a_tag),
		cmocka_unit_test(long_tags_stay_whole),
	};

	return cmocka_run_group_tests_name("sip/address", tests, NULL, NULL);
}
