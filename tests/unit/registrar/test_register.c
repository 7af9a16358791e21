/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_register.c - RFC 3261 10.3, step by step. */

#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"

#define A "Contact: <sip:a@10.0.0.5:5060>\r\n"
#define B "Contact: <sip:b@10.0.0.6:5060>\r\n"

/* One REGISTER after a first one of A (CSeq 1, Call-ID c1) in a fresh registrar. */
static const struct row {
	const char *name;
	const char *headers;
	unsigned cseq;
	const char *call_id;
	unsigned status;
	size_t bindings;
	const char *has;
	const char *has_not;
} rows[] = {
	{ "fetch shows what is there", "", 2, "c1", 200, 1,
	  "<sip:a@10.0.0.5:5060>;expires=", "Min-Expires" },
	{ "refresh by a higher CSeq", A, 2, "c1", 200, 1, "Date: Mon, 23 Nov 2026 ",
	  NULL },
	{ "another contact is another binding", B, 2, "c1", 200, 2,
	  "<sip:b@10.0.0.6:5060>", NULL },
	{ "two contacts in one header",
	  "Contact: <sip:b@10.0.0.6:5060>, \"C, with comma\" <sip:c@10.0.0.7>;q=0.5\r\n",
	  2, "c1", 200, 3, "<sip:c@10.0.0.7>;expires=", NULL },
	{ "q comes back", "Contact: <sip:c@10.0.0.7>;q=0.05\r\n", 2, "c1", 200, 2,
	  ";q=0.050", NULL },
	{ "same CSeq in the same call is out of order", A, 1, "c1", 500, 1,
	  "Retry-After:", NULL },
	{ "same CSeq in another call is not", A, 1, "c2", 200, 1, NULL, NULL },
	{ "out of order changes nothing at all", A B, 1, "c1", 500, 1, NULL, NULL },
	{ "a contact that is new is never out of order", B, 1, "c1", 200, 2, NULL, NULL },
	{ "expires 0 in the contact removes",
	  "Contact: <sip:a@10.0.0.5:5060>;expires=0\r\n", 2, "c1", 200, 0, NULL,
	  "Contact:" },
	{ "Expires: 0 removes", A "Expires: 0\r\n", 2, "c1", 200, 0, NULL, "Contact:" },
	{ "removing what is not there is no fault", B "Expires: 0\r\n", 2, "c1", 200, 1,
	  NULL, NULL },
	{ "removing out of order", A "Expires: 0\r\n", 1, "c1", 500, 1, NULL, NULL },
	{ "the contact's expires beats the header",
	  "Contact: <sip:a@10.0.0.5:5060>;expires=600\r\nExpires: 0\r\n", 2, "c1", 200, 1,
	  NULL, NULL },
	{ "star removes all", "Contact: *\r\nExpires: 0\r\n", 2, "c1", 200, 0, NULL,
	  "Contact:" },
	{ "star of another call", "Contact: *\r\nExpires: 0\r\n", 1, "c9", 200, 0, NULL,
	  NULL },
	{ "star out of order", "Contact: *\r\nExpires: 0\r\n", 1, "c1", 500, 1, NULL,
	  NULL },
	{ "star without Expires", "Contact: *\r\n", 2, "c1", 400, 1, NULL, NULL },
	{ "star with Expires above 0", "Contact: *\r\nExpires: 60\r\n", 2, "c1", 400, 1,
	  NULL, NULL },
	{ "star beside another", "Contact: *\r\n" B "Expires: 0\r\n", 2, "c1", 400, 1,
	  NULL, NULL },
	{ "too short", A "Expires: 59\r\n", 2, "c1", 423, 1, "Min-Expires: 60\r\n",
	  NULL },
	{ "one of two too short",
	  B "Contact: <sip:c@10.0.0.7>;expires=1\r\nExpires: 600\r\n", 2, "c1", 423, 1,
	  NULL, NULL },
	{ "malformed expires is the default", A "Expires: soon\r\n", 2, "c1", 200, 1,
	  NULL, NULL },
	{ "expires past 32 bits is the most", A "Expires: 99999999999999\r\n", 2, "c1",
	  200, 1, NULL, NULL },
	{ "a URI that is not SIP", "Contact: <mailto:a@example.ch>\r\n", 2, "c1", 400, 1,
	  NULL, NULL },
	{ "one bad contact spoils all", B "Contact: <tel:+41441234567>\r\n", 2, "c1", 400,
	  1, NULL, NULL },
	{ "the same URI by 19.1.4", "Contact: <sip:a@10.0.0.5:5060>;expires=300\r\n", 2,
	  "c1", 200, 1, NULL, NULL },
	{ "host in other case is the same", "Contact: <SIP:a@10.0.0.5:5060>\r\n", 2, "c1",
	  200, 1, NULL, NULL },
	{ "user in other case is not", "Contact: <sip:A@10.0.0.5:5060>\r\n", 2, "c1", 200,
	  2, NULL, NULL },
	{ "a port given is not the same as none", "Contact: <sip:a@10.0.0.5>\r\n", 2,
	  "c1", 200, 2, NULL, NULL },
	{ "another transport is another contact",
	  "Contact: <sip:a@10.0.0.5:5060;transport=tcp>\r\n", 2, "c1", 200, 2, NULL,
	  NULL },
};

static void check_row(const struct row *row)
{
	struct rig_register reg = { .call_id = row->call_id,
				    .cseq = row->cseq,
				    .headers = row->headers };
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rig_send(&r, &reg), row->status);
	assert_int_equal(rig_bindings(&r), row->bindings);
	assert_int_equal(registrar_count(r.registrar), row->bindings);
	if (row->has)
		assert_true(rig_answer_has(&r, row->has));
	if (row->has_not)
		assert_false(rig_answer_has(&r, row->has_not));
	rig_close(&r);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("           %s\n", rows[i].name);
		check_row(&rows[i]);
	}
}

/* Whose address-of-record the credential may register (10.3 step 4 and 5). */
static void test_to(void **state)
{
	static const struct {
		const char *to;
		unsigned status;
	} tos[] = {
		{ "sip:+41441234567@voip.example.ch", 200 },
		{ "sip:0441234567@voip.example.ch", 200 },
		{ "sip:0041441234567@VOIP.example.ch", 200 },
		{ "sip:+41441234567@voip.example.ch;user=phone", 200 },
		{ "tel:+41-44-123-45-67", 200 },
		{ "sip:k7m2x9qd@voip.example.ch", 200 },
		{ "sip:+41441234568@voip.example.ch", 403 },
		{ "sip:k7m2x9qe@voip.example.ch", 403 },
		{ "sip:+41441234567@example.org", 403 },
		{ "sip:+41441234567@203.0.113.5", 200 }, /* our NAT's address */
		{ "sip:+41441234567@203.0.113.6", 403 },
		{ "sip:voip.example.ch", 403 },
		{ "sip:117@voip.example.ch", 403 },
	};
	struct rig r;

	rig_open(&r, false);
	for (size_t i = 0; i < COUNT(tos); i++) {
		struct rig_register reg = { .to = tos[i].to,
					    .cseq = (unsigned)i + 1,
					    .headers = A };

		assert_int_equal(rig_send(&r, &reg), tos[i].status);
	}
	assert_int_equal(rig_bindings(&r), 1);
	rig_close(&r);
}

static unsigned long granted(const struct rig *r)
{
	const char *at = strstr(r->answer, ";expires=");
	unsigned long s = 0;

	assert_non_null(at);
	assert_int_equal(sscanf(at, ";expires=%lu", &s), 1);
	return s;
}

/* Granted is what was asked for, within the bounds, shortened by up to a tenth. */
static void test_expiry_bounds(void **state)
{
	static const struct {
		const char *headers;
		unsigned long least, most;
	} asked[] = {
		{ A "Expires: 60\r\n", 60, 60 },
		{ A "Expires: 61\r\n", 60, 61 },
		{ A "Expires: 1000\r\n", 900, 1000 },
		{ A, 3240, 3600 },
		{ A "Expires: 86400\r\n", 6480, 7200 },
		{ A "Expires: x\r\n", 3240, 3600 },
		{ A "Expires: 4294967296\r\n", 6480, 7200 },
	};
	struct rig r;

	rig_open(&r, false);
	for (unsigned i = 0; i < 20 * COUNT(asked); i++) {
		unsigned which = i % COUNT(asked);

		assert_int_equal(rig_contact(&r, i + 1, asked[which].headers), 200);
		assert_in_range(granted(&r), asked[which].least, asked[which].most);
	}
	rig_close(&r);
}

static void test_jitter_differs(void **state)
{
	unsigned long first, least = 0, most = 0;
	struct rig r;

	rig_open(&r, false);
	for (unsigned i = 1; i < 50; i++) {
		assert_int_equal(rig_contact(&r, i, A), 200);
		first = granted(&r);
		least = i == 1 || first < least ? first : least;
		most = first > most ? first : most;
	}
	assert_true(most - least > 100);
	rig_close(&r);
}

/* A device that comes back from new ports must not lock itself out. */
static void test_oldest_makes_room(void **state)
{
	struct binding b[REGISTRAR_BINDINGS_MAX];
	char headers[128];
	struct rig r;

	rig_open(&r, false);
	for (unsigned i = 1; i <= REGISTRAR_BINDINGS_MAX + 3; i++) {
		snprintf(headers, sizeof(headers), "Contact: <sip:a@10.0.0.5:%u>\r\n",
			 5000 + i);
		assert_int_equal(rig_contact(&r, i, headers), 200);
		rig_run(&r, 1);
	}
	assert_int_equal(
		registrar_credential_bindings(r.registrar, CREDENTIAL, b, COUNT(b)),
		REGISTRAR_BINDINGS_MAX);
	for (size_t i = 0; i < COUNT(b); i++)
		assert_true(strcmp(b[i].contact, "sip:a@10.0.0.5:5003") > 0);
	rig_close(&r);
}

static void test_too_many_in_one(void **state)
{
	char headers[2048] = "";
	struct rig r;

	for (unsigned i = 0; i < REGISTRAR_BINDINGS_MAX + 1; i++)
		snprintf(headers + strlen(headers), sizeof(headers) - strlen(headers),
			 "Contact: <sip:a@10.0.0.5:%u>\r\n", 5000 + i);
	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, headers), 403);
	assert_int_equal(rig_bindings(&r), 0);
	rig_close(&r);
}

static void test_long_contact(void **state)
{
	char headers[1100];
	struct rig r;

	rig_open(&r, false);
	snprintf(headers, sizeof(headers), "Contact: <sip:%0506u@h.ch>\r\n", 1);
	assert_int_equal(rig_contact(&r, 1, headers), 400);
	snprintf(headers, sizeof(headers), "Contact: <sip:%0502u@h.ch>\r\n", 1);
	assert_int_equal(rig_contact(&r, 2, headers), 200);
	rig_close(&r);
}

static void test_answer_is_for_the_source(void **state)
{
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_true(rig_answer_has(&r, "received=192.0.2.9"));
	assert_true(rig_answer_has(&r, "rport=5060"));
	assert_true(rig_answer_has(&r, ">;tag="));
	assert_true(rig_answer_has(&r, "Content-Length: 0\r\n\r\n"));
	rig_close(&r);
}

/* All or nothing, without memory as well. */
static void test_out_of_memory(void **state)
{
	struct rig r;
	unsigned n;

	rig_open(&r, false);
	for (n = 1; n < 100; n++) {
		struct registrar *registrar = r.registrar;
		struct rig_register reg = { .cseq = n, .headers = A B };
		unsigned status;

		fail_alloc_nth(n);
		status = rig_send(&r, &reg);
		if (!fail_alloc_off())
			break;
		assert_ptr_equal(registrar, r.registrar);
		assert_true(status == 200 || status == 500 || status == 0);
		assert_int_equal(rig_bindings(&r), status == 500 ? 0 : 2);
		rig_contact(&r, n, "Contact: *\r\nExpires: 0\r\n");
		registrar_end_credential(r.registrar, CREDENTIAL);
	}
	assert_true(n > 2 && n < 100);
	rig_close(&r);
}

int register_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_to),
		cmocka_unit_test(test_expiry_bounds),
		cmocka_unit_test(test_jitter_differs),
		cmocka_unit_test(test_oldest_makes_room),
		cmocka_unit_test(test_too_many_in_one),
		cmocka_unit_test(test_long_contact),
		cmocka_unit_test(test_answer_is_for_the_source),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests_name("register", tests, NULL, NULL);
}
