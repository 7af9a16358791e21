/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_header.c - Header names and methods. */

#include "help.h"

#include <ctype.h>

#include "sip/header.h"
#include "sip/msg.h"

static void every_name_finds_itself(void **state)
{
	for (enum sip_header_id id = SIP_HDR_OTHER + 1; id < SIP_HDR_COUNT; id++) {
		struct text name = sip_header_name(id);
		char other_case[64];

		assert_in_range(name.len, 2, sizeof(other_case) - 1);
		for (size_t i = 0; i < name.len; i++) {
			char c = name.p[i];

			other_case[i] = (char)(islower(c) ? toupper(c) : tolower(c));
		}
		expect_true(name.p, sip_header_id_of(exact(name)) == id);
		expect_true(name.p, sip_header_id_of(
					    (struct text){ other_case, name.len }) == id);
	}
}

static void compact_forms(void **state)
{
	static const struct {
		const char *name;
		enum sip_header_id id;
	} rows[] = {
		{ "i", SIP_HDR_CALL_ID },
		{ "m", SIP_HDR_CONTACT },
		{ "e", SIP_HDR_CONTENT_ENCODING },
		{ "l", SIP_HDR_CONTENT_LENGTH },
		{ "c", SIP_HDR_CONTENT_TYPE },
		{ "f", SIP_HDR_FROM },
		{ "s", SIP_HDR_SUBJECT },
		{ "k", SIP_HDR_SUPPORTED },
		{ "t", SIP_HDR_TO },
		{ "v", SIP_HDR_VIA },
		{ "V", SIP_HDR_VIA },
		{ "o", SIP_HDR_EVENT },
		{ "u", SIP_HDR_ALLOW_EVENTS },
		{ "x", SIP_HDR_SESSION_EXPIRES },
		{ "r", SIP_HDR_REFER_TO },
		{ "b", SIP_HDR_REFERRED_BY },
		{ "y", SIP_HDR_IDENTITY },
		{ "z", SIP_HDR_OTHER },
		{ "!", SIP_HDR_OTHER },
		{ "\x16", SIP_HDR_OTHER },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_true(rows[i].name,
			    sip_header_id_of(exact_of(rows[i].name)) == rows[i].id);
}

static void unknown_names(void **state)
{
	static const char *const rows[] = {
		"", "Vib", "Viaa", "Call_ID", "Fron", "X-Foo", "\xff\xff\xff", "C%6Fntact"
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_true(rows[i],
			    sip_header_id_of(exact_of(rows[i])) == SIP_HDR_OTHER);
}

static void methods_are_case_sensitive(void **state)
{
	for (enum sip_method m = 0; m < SIP_METHOD_OTHER; m++)
		assert_int_equal(sip_method_of(exact(sip_method_name(m))), m);
	assert_int_equal(sip_method_of(TEXT("invite")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_of(TEXT("INVITES")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_of(TEXT("")), SIP_METHOD_OTHER);
	assert_int_equal(sip_method_name(SIP_METHOD_OTHER).len, 0);
}

int test_header(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_finds_itself),
		cmocka_unit_test(compact_forms),
		cmocka_unit_test(unknown_names),
		cmocka_unit_test(methods_are_case_sensitive),
	};

	return cmocka_run_group_tests_name("sip/header", tests, NULL, NULL);
}
