/* SPDX-License-Identifier: Apache-2.0 */
/* unit/rating/test_plan.c - rating/plan.c, plan_class.c, plan_national.c, plan_data.c. */

#include <errno.h>
#include <string.h>

#include "rating/plan.h"
#include "rating/plan_data.h"
#include "unit.h"

struct row {
	const char *what;
	const char *dialled;
	int want;
	enum destination_kind kind;
	const char *key;
	const char *number;
	const char *class_;
};

#define REFUSED(rc)           rc, 0, "", "", ""
#define E164(number, class_)  0, DESTINATION_E164, number, number, class_
#define EMERGENCY(number)     0, DESTINATION_EMERGENCY, "CH:" number, number, "emergency"
#define HELPLINE(number)      0, DESTINATION_HELPLINE, "CH:" number, number, "helpline"
#define SHORT(number, class_) 0, DESTINATION_SHORT, "CH:" number, number, class_

static void check(const struct row *row, int rc, const struct destination *d,
		  const char *country)
{
	if (rc != row->want)
		fail_msg("%s (%s): %d, not %d", row->what, row->dialled, rc, row->want);
	if (rc)
		return;
	if (d->kind != row->kind || strcmp(d->key, row->key) != 0 ||
	    strcmp(d->number, row->number) != 0 ||
	    strcmp(plan_class(d, country), row->class_) != 0)
		fail_msg("%s (%s): kind %d key %s number %s class %s", row->what,
			 row->dialled, d->kind, d->key, d->number,
			 plan_class(d, country));
}

static void check_texts(const struct row *rows, size_t count, const char *country)
{
	for (size_t i = 0; i < count; i++) {
		struct destination d;
		int rc = plan_resolve_text(text_of(rows[i].dialled), country, &d);

		check(&rows[i], rc, &d, country);
	}
}

static void test_forms_of_one_number(void **state)
{
	static const struct row rows[] = {
		{ "national", "0441234567", E164("+41441234567", "fixed") },
		{ "with 00", "0041441234567", E164("+41441234567", "fixed") },
		{ "with +", "+41441234567", E164("+41441234567", "fixed") },
		{ "blanks", " 044 123 45 67 ", E164("+41441234567", "fixed") },
		{ "separators", "(044) 123.45-67", E164("+41441234567", "fixed") },
		{ "+ and a bracketed 0", "+41 (0)44 123 45 67",
		  E164("+41441234567", "fixed") },
		{ "00 and a needless 0", "0041 0 44 123 45 67",
		  E164("+41441234567", "fixed") },
		{ "without the 0", "441234567", REFUSED(-ENOENT) },
		{ "without any prefix", "41441234567", REFUSED(-ENOENT) },
		{ "local part only", "1234567", REFUSED(-ENOENT) },
		{ "too short", "044123456", REFUSED(-ENOENT) },
		{ "too long", "04412345678", REFUSED(-ENOENT) },
		{ "empty", "", REFUSED(-EBADMSG) },
		{ "separators only", "-.() ", REFUSED(-EBADMSG) },
		{ "a plus only", "+", REFUSED(-EBADMSG) },
		{ "a plus inside", "044+1234567", REFUSED(-EBADMSG) },
		{ "two", "++41441234567", REFUSED(-EBADMSG) },
		{ "a name", "alice", REFUSED(-EBADMSG) },
		{ "letters of a keypad", "0800 SWISSCOM", REFUSED(-EBADMSG) },
		{ "a digit of Arabic", "04412345\xd9\xa6\xd9\xa7", REFUSED(-EBADMSG) },
		{ "24 digits", "004144123456700000000000", REFUSED(-ENOENT) },
		{ "a thousand separators would do no harm",
		  "0----------------------------"
		  "------------------------------------441234567",
		  REFUSED(-ENOENT) },
	};

	check_texts(rows, COUNT(rows), "CH");
}

static void test_swiss_classes(void **state)
{
	static const struct row rows[] = {
		{ "Geneva", "0221234567", E164("+41221234567", "fixed") },
		{ "Lugano", "0911234567", E164("+41911234567", "fixed") },
		{ "no such area", "0231234567", REFUSED(-ENOENT) },
		{ "mobile 79", "0791234567", E164("+41791234567", "mobile") },
		{ "mobile 68", "0681234567", E164("+41681234567", "mobile") },
		{ "71 is St. Gallen", "0711234567", E164("+41711234567", "fixed") },
		{ "paging", "0740123456", E164("+41740123456", "paging") },
		{ "741 is nothing", "0741123456", REFUSED(-ENOENT) },
		{ "corporate 58", "0581234567", E164("+41581234567", "corporate") },
		{ "corporate 51", "0511234567", E164("+41511234567", "corporate") },
		{ "freephone", "0800123456", E164("+41800123456", "freephone") },
		{ "freephone by 00", "0041800123456", E164("+41800123456", "freephone") },
		{ "801 is nothing", "0801123456", REFUSED(-ENOENT) },
		{ "shared cost", "0848123456", E164("+41848123456", "shared_cost") },
		{ "personal", "0878123456", E164("+41878123456", "personal") },
		{ "premium", "0900123456", E164("+41900123456", "premium") },
		{ "premium 906", "0906123456", E164("+41906123456", "premium") },
		{ "902 is nothing", "0902123456", REFUSED(-ENOENT) },
		{ "voicemail, 12 digits", "0860441234567",
		  E164("+41860441234567", "voicemail") },
		{ "voicemail, 9 digits", "0860123456", REFUSED(-ENOENT) },
	};

	check_texts(rows, COUNT(rows), "CH");
}

static void test_short_codes(void **state)
{
	static const struct row rows[] = {
		{ "112", "112", EMERGENCY("112") },
		{ "police", "117", EMERGENCY("117") },
		{ "fire", "118", EMERGENCY("118") },
		{ "ambulance", "144", EMERGENCY("144") },
		{ "police with +41", "+41117", EMERGENCY("117") },
		{ "police with 0041", "0041117", EMERGENCY("117") },
		{ "with separators", "1-1.7", EMERGENCY("117") },
		{ "a phone puts + in front", "+112", EMERGENCY("112") },
		{ "somebody puts 0 in front", "0117", EMERGENCY("117") },
		{ "somebody puts 00 in front", "00117", EMERGENCY("117") },
		{ "with CLIR", "*31#117", EMERGENCY("117") },
		{ "a digit more", "1170", REFUSED(-ENOENT) },
		{ "a digit less", "11", REFUSED(-ENOENT) },
		{ "the Helping Hand", "143", HELPLINE("143") },
		{ "with +41", "+41143", HELPLINE("143") },
		{ "poison", "145", HELPLINE("145") },
		{ "young people", "147", HELPLINE("147") },
		{ "rescue by air", "1414", HELPLINE("1414") },
		{ "missing children", "116000", HELPLINE("116000") },
		{ "0143 is nothing", "0143", REFUSED(-ENOENT) },
		{ "breakdown is no helpline", "140", SHORT("140", "service") },
		{ "directory", "1811", SHORT("1811", "directory") },
		{ "directory with +41", "+411811", SHORT("1811", "directory") },
		{ "any 18xx", "1899", SHORT("1899", "directory") },
		{ "18xxx", "18111", REFUSED(-ENOENT) },
		{ "1145", "1145", SHORT("1145", "directory") },
		{ "unassigned", "199", REFUSED(-ENOENT) },
		{ "carrier selection", "10741", REFUSED(-ENOENT) },
		{ "carrier selection and a number", "107410441234567", REFUSED(-ENOENT) },
		{ "carrier selection 108xx", "108880441234567", REFUSED(-ENOENT) },
		{ "echo", "*43", 0, DESTINATION_ECHO, "CH:*43", "*43", "echo" },
		{ "another service code", "*21*0441234567#", REFUSED(-ENOENT) },
		{ "# alone", "#", REFUSED(-ENOENT) },
		{ "# says: nothing more comes", "0441234567#",
		  E164("+41441234567", "fixed") },
		{ "behind an emergency number, too", "112#", EMERGENCY("112") },
		{ "two of them are none", "0441234567##", REFUSED(-ENOENT) },
		{ "emergency between marks", "*112#", EMERGENCY("112") },
		{ "with CLIR and a mark", "#31#*117", EMERGENCY("117") },
		{ "forwarding to one is none", "*21*117#", REFUSED(-ENOENT) },
		{ "CLIR alone", "*31#", REFUSED(-EBADMSG) },
	};

	check_texts(rows, COUNT(rows), "CH");
}

static void test_codes(void **state)
{
	static const struct {
		const char *uri;
		enum plan_code want;
	} rows[] = {
		{ "sip:*21*0441234567%23@example.ch", PLAN_CODE_FORWARDING },
		{ "sip:*21*0441234567#@example.ch", PLAN_CODE_FORWARDING },
		{ "sip:%2321%23@example.ch", PLAN_CODE_FORWARDING },
		{ "sip:*%2321%23@example.ch", PLAN_CODE_FORWARDING },
		{ "sip:**61*0441234567**20%23@example.ch", PLAN_CODE_FORWARDING },
		{ "sip:%23%23002%23@example.ch", PLAN_CODE_FORWARDING },
		{ "tel:*#67#;phone-context=example.ch", PLAN_CODE_FORWARDING },
		{ "sip:*31%23@example.ch", PLAN_CODE_CALLER_ID },
		{ "sip:%2331%23hans@example.ch", PLAN_CODE_CALLER_ID },
		{ "sip:*43%23@example.ch", PLAN_CODE_OTHER },
		{ "sip:*211*1%23@example.ch", PLAN_CODE_OTHER },
		{ "sip:*@example.ch", PLAN_CODE_OTHER },
		{ "sip:%23*%23*@example.ch", PLAN_CODE_OTHER },
		{ "sip:21*@example.ch", PLAN_CODE_NONE },
		{ "sip:044*21@example.ch", PLAN_CODE_NONE },
		{ "sip:hans@example.ch", PLAN_CODE_NONE },
		{ "sip:example.ch", PLAN_CODE_NONE },
		{ "urn:service:*21", PLAN_CODE_NONE },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri uri;

		assert_int_equal(sip_uri_decode(text_of(rows[i].uri), &uri), 0);
		if (plan_code_of(&uri) != rows[i].want)
			fail_msg("%s", rows[i].uri);
	}
}

static void test_abroad(void **state)
{
	static const struct row rows[] = {
		{ "Germany", "004930123456", E164("+4930123456", "international") },
		{ "Germany with +", "+4930123456", E164("+4930123456", "international") },
		{ "Liechtenstein is inland", "+4232345678",
		  E164("+4232345678", "inland") },
		{ "United States", "0012125551234",
		  E164("+12125551234", "international") },
		{ "Italy keeps its 0", "+390612345678",
		  E164("+390612345678", "international") },
		{ "United States, too short", "+1212555123", REFUSED(-ENOENT) },
		{ "no such code", "+2101234567", REFUSED(-ENOENT) },
		{ "16 digits", "+4912345678901234", REFUSED(-ENOENT) },
		{ "Inmarsat", "+870773111632", E164("+870773111632", "satellite") },
		{ "Iridium", "+881612345678", E164("+881612345678", "satellite") },
		{ "global network", "+882161234567", E164("+882161234567", "satellite") },
		{ "freephone of the world", "+80012345678",
		  E164("+80012345678", "freephone") },
		{ "premium of the world", "+979112345678",
		  E164("+979112345678", "premium") },
		{ "000", "000", REFUSED(-ENOENT) },
	};

	check_texts(rows, COUNT(rows), "CH");
}

static void test_other_homes(void **state)
{
	static const struct {
		const char *country;
		struct row row;
	} rows[] = {
		{ "LI",
		  { "as dialled there", "2345678", 0, DESTINATION_E164, "+4232345678",
		    "+4232345678", "fixed" } },
		{ "LI",
		  { "mobile", "660 123 456", 0, DESTINATION_E164, "+423660123456",
		    "+423660123456", "mobile" } },
		{ "LI",
		  { "a Swiss number in the Swiss way", "0441234567", REFUSED(-ENOENT) } },
		{ "LI",
		  { "Switzerland is inland", "0041441234567",
		    E164("+41441234567", "inland") } },
		{ "LI",
		  { "police", "117", 0, DESTINATION_EMERGENCY, "LI:117", "117",
		    "emergency" } },
		{ "DE", { "national", "030123456", E164("+4930123456", "national") } },
		{ "DE",
		  { "112", "112", 0, DESTINATION_EMERGENCY, "DE:112", "112",
		    "emergency" } },
		{ "US",
		  { "011 goes abroad", "01141441234567",
		    E164("+41441234567", "international") } },
		{ "US",
		  { "1 and ten digits", "12125551234",
		    E164("+12125551234", "national") } },
		{ "XX", { "no such country", "112", REFUSED(-ENOENT) } },
		{ "", { "no country", "+870773111632", REFUSED(-ENOENT) } },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		check_texts(&rows[i].row, 1, rows[i].country);
}

/* The operator's own emergency numbers, in every form, before what the plan has there. */
static void test_added_emergency_numbers(void **state)
{
	static const char home[] = "CH 911 1414 999999";
	static const struct row rows[] = {
		{ "added", "911", 0, DESTINATION_EMERGENCY, "CH:911", "911",
		  "emergency" },
		{ "with a plus", "+911", 0, DESTINATION_EMERGENCY, "CH:911", "911",
		  "emergency" },
		{ "from abroad", "+41 911", 0, DESTINATION_EMERGENCY, "CH:911", "911",
		  "emergency" },
		{ "0041", "0041911", 0, DESTINATION_EMERGENCY, "CH:911", "911",
		  "emergency" },
		{ "with a 0", "0911", 0, DESTINATION_EMERGENCY, "CH:911", "911",
		  "emergency" },
		{ "a helpline of the plan", "1414", 0, DESTINATION_EMERGENCY, "CH:1414",
		  "1414", "emergency" },
		{ "the last", "999999", 0, DESTINATION_EMERGENCY, "CH:999999", "999999",
		  "emergency" },
		{ "those of the plan stay", "117", 0, DESTINATION_EMERGENCY, "CH:117",
		  "117", "emergency" },
		{ "a part of one", "91", REFUSED(-ENOENT) },
		{ "more than one", "9111", REFUSED(-ENOENT) },
		{ "a number abroad", "+919876543210",
		  E164("+919876543210", "international") },
		{ "at home", "0441234567", E164("+41441234567", "fixed") },
	};
	struct destination d;

	check_texts(rows, COUNT(rows), home);
	assert_int_equal(plan_resolve_text(TEXT("911"), "CH", &d), -ENOENT);
	assert_string_equal(plan_calling_code(home), "41");
}

static void test_clir_prefixes(void **state)
{
	static const struct {
		const char *dialled;
		int want;
		bool on, off;
	} rows[] = {
		{ "0441234567", 0, false, false },
		{ "*31#0441234567", 0, true, false },
		{ "#31#0441234567", 0, false, true },
		{ "*31#+41441234567", 0, true, false },
		{ "*31#044 123 45 67", 0, true, false },
		{ "*31#*31#0441234567", -ENOENT, false, false },
		{ "*31#", -EBADMSG, false, false },
		{ "*31*0441234567", -ENOENT, false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct destination d;

		assert_int_equal(plan_resolve_text(text_of(rows[i].dialled), "CH", &d),
				 rows[i].want);
		if (rows[i].want)
			continue;
		assert_string_equal(d.key, "+41441234567");
		assert_int_equal(d.clir_on, rows[i].on);
		assert_int_equal(d.clir_off, rows[i].off);
	}
}

static void test_uris(void **state)
{
	static const struct row rows[] = {
		{ "sip", "sip:0441234567@voip.example.ch",
		  E164("+41441234567", "fixed") },
		{ "sips", "sips:0441234567@voip.example.ch",
		  E164("+41441234567", "fixed") },
		{ "user=phone", "sip:+41441234567@voip.example.ch;user=phone",
		  E164("+41441234567", "fixed") },
		{ "escaped", "sip:%2B41441234567@voip.example.ch",
		  E164("+41441234567", "fixed") },
		{ "escaped CLIR", "sip:%2A31%230441234567@voip.example.ch",
		  E164("+41441234567", "fixed") },
		{ "echo", "sip:*43@voip.example.ch", 0, DESTINATION_ECHO, "CH:*43", "*43",
		  "echo" },
		{ "tel", "tel:+41-44-123-45-67", E164("+41441234567", "fixed") },
		{ "tel with parameters", "tel:+41441234567;isub=12;ext=3",
		  E164("+41441234567", "fixed") },
		{ "tel, local, context a domain",
		  "tel:0441234567;phone-context=example.ch",
		  E164("+41441234567", "fixed") },
		{ "tel, context our country", "tel:441234567;phone-context=+41",
		  E164("+41441234567", "fixed") },
		{ "tel, context our country and a 0", "tel:0441234567;phone-context=+41",
		  E164("+41441234567", "fixed") },
		{ "tel, context an area", "tel:1234567;phone-context=+41-44",
		  E164("+41441234567", "fixed") },
		{ "tel, context another country", "tel:30123456;phone-context=+49",
		  E164("+4930123456", "international") },
		{ "tel, a context that is none", "tel:30123456;phone-context=+x",
		  REFUSED(-EBADMSG) },
		{ "emergency with context", "tel:117;phone-context=+41",
		  EMERGENCY("117") },
		{ "emergency in sip with context",
		  "sip:117;phone-context=+41@voip.example.ch;user=phone",
		  EMERGENCY("117") },
		{ "emergency with another context", "tel:112;phone-context=+49",
		  EMERGENCY("112") },
		{ "emergency with a domain", "tel:144;phone-context=voip.example.ch",
		  EMERGENCY("144") },
		{ "helpline with context", "tel:143;phone-context=+41", HELPLINE("143") },
		{ "sos", "urn:service:sos", EMERGENCY("112") },
		{ "sos.police", "urn:service:sos.police", EMERGENCY("117") },
		{ "SOS.Fire", "urn:service:SOS.Fire", EMERGENCY("118") },
		{ "sos.ambulance", "urn:service:sos.ambulance", EMERGENCY("144") },
		{ "sos.mountain", "urn:service:sos.mountain", EMERGENCY("112") },
		{ "another service", "urn:service:counseling", REFUSED(-ENOENT) },
		{ "sosnothing", "urn:service:sosnothing", REFUSED(-ENOENT) },
		{ "a name", "sip:alice@voip.example.ch", REFUSED(-EBADMSG) },
		{ "no user", "sip:voip.example.ch", REFUSED(-EBADMSG) },
		{ "a NUL", "sip:117%00@voip.example.ch", REFUSED(-EBADMSG) },
		{ "mailto", "mailto:117@example.ch", REFUSED(-EBADMSG) },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_uri uri;
		struct destination d;
		int rc = sip_uri_decode(text_of(rows[i].dialled), &uri);

		if (!rc)
			rc = plan_resolve(&uri, "CH", &d);
		check(&rows[i], rc, &d, "CH");
	}
}

static void test_national_display(void **state)
{
	static const struct {
		const char *e164, *country;
		int want;
		const char *shown;
	} rows[] = {
		{ "+41441234567", "CH", 0, "0441234567" },
		{ "+4930123456", "CH", 0, "004930123456" },
		{ "+4232345678", "LI", 0, "2345678" },
		{ "+41441234567", "US", 0, "01141441234567" },
		{ "0441234567", "CH", -EBADMSG, "" },
		{ "+41441234567", "XX", -EBADMSG, "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[DESTINATION_SIZE] = "";

		assert_int_equal(plan_national(text_of(rows[i].e164), rows[i].country,
					       shown, sizeof(shown)),
				 rows[i].want);
		assert_string_equal(shown, rows[i].shown);
	}
	assert_int_equal(plan_national(TEXT("+41441234567"), "CH", (char[10]){ 0 }, 10),
			 -ENOSPC);
}

static void test_every_country_has_a_code(void **state)
{
	for (size_t i = 0; i < plan_country_count; i++) {
		const struct plan_country *c = &plan_countries[i];

		assert_in_range(strlen(c->code), 1, 3);
		assert_true(c->lengths != 0);
		assert_true(i == 0 || strcmp(c[-1].code, c->code) <= 0);
	}
	assert_in_range(plan_country_count, 240, 300);
}

int plan_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_of_one_number),
		cmocka_unit_test(test_swiss_classes),
		cmocka_unit_test(test_short_codes),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_abroad),
		cmocka_unit_test(test_other_homes),
		cmocka_unit_test(test_added_emergency_numbers),
		cmocka_unit_test(test_clir_prefixes),
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_national_display),
		cmocka_unit_test(test_every_country_has_a_code),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
