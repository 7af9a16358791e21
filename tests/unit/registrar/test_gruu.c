/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_gruu.c - RFC 5627: who gets GRUUs, what they show, which device they
 * name, and for how long. */

#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define URN  "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define MINE "Contact: <sip:a@10.0.0.5:5060>;+sip.instance=\"<" URN ">\"\r\n"
#define PUB  "sip:+41441234567@voip.example.ch;gr=" URN
#define GRUU "Supported: gruu\r\n"

/* The value of a parameter of the answer's Contact. */
static void param(const struct rig *r, const char *name, char *dst, size_t cap)
{
	const char *at = strstr(r->answer, name);

	assert_non_null(at);
	at += strlen(name);
	assert_true(strcspn(at, "\"") < cap);
	snprintf(dst, cap, "%.*s", (int)strcspn(at, "\""), at);
}

static int open_gruu(struct rig *r, const char *text, struct gruu *ret)
{
	struct sip_uri uri;

	assert_int_equal(sip_uri_decode(text_of(text), &uri), 0);
	return registrar_gruu_open(r->registrar, &uri, ret);
}

static bool names(struct rig *r, const struct gruu *g)
{
	struct binding b;

	return registrar_line_bindings(r->registrar, LINE, &b, 1) == 1 &&
	       registrar_gruu_names(r->registrar, g, &b);
}

static const struct {
	const char *name, *headers;
	bool given;
} rows[] = {
	{ "asked for, with an instance", GRUU MINE, true },
	{ "not asked for", MINE, false },
	{ "without an instance", GRUU "Contact: <sip:a@10.0.0.5:5060>\r\n", false },
	{ "an instance that would have to be escaped",
	  GRUU "Contact: <sip:a@10.0.0.5>;+sip.instance=\"<urn:x;y=z>\"\r\n", false },
};

static void test_who_gets_one(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig r;

		print_message("           %s\n", rows[i].name);
		rig_open(&r, false);
		assert_int_equal(rig_contact(&r, 1, rows[i].headers), 200);
		assert_int_equal(rig_answer_has(&r, ";pub-gruu=\"" PUB "\""),
				 rows[i].given);
		assert_int_equal(rig_answer_has(&r, ";temp-gruu=\"sip:tgruu."),
				 rows[i].given);
		rig_close(&r);
	}
}

static void test_public(void **state)
{
	struct gruu g;
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, GRUU MINE), 200);
	assert_int_equal(open_gruu(&r, PUB, &g), 0);
	assert_false(g.temporary);
	assert_true(names(&r, &g));
	assert_int_equal(open_gruu(&r,
				   "sip:+41441234567@voip.example.ch;gr=URN:UUID:"
				   "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
				   &g),
			 0);
	assert_true(names(&r, &g));
	assert_int_equal(
		open_gruu(&r, "sip:+41441234567@voip.example.ch;gr=urn:other", &g), 0);
	assert_false(names(&r, &g));
	assert_int_equal(open_gruu(&r, NUMBER, &g), -ENOENT);
	assert_int_equal(open_gruu(&r, NUMBER ";gr", &g), -ENOENT);
	rig_close(&r);
}

/* Each answer has another one; all are good until the Call-ID changes (3.1.2). */
static void test_temporary(void **state)
{
	char first[256], second[256];
	struct gruu g;
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, GRUU MINE), 200);
	param(&r, "temp-gruu=\"", first, sizeof(first));
	assert_int_equal(rig_contact(&r, 2, GRUU MINE), 200);
	param(&r, "temp-gruu=\"", second, sizeof(second));
	assert_string_not_equal(first, second);
	assert_null(strstr(first, "441234567"));
	assert_null(strstr(first, "f81d4fae"));
	assert_int_equal(open_gruu(&r, first, &g), 0);
	assert_true(g.temporary);
	assert_int_equal(g.credential_id, CREDENTIAL);
	assert_true(names(&r, &g));
	assert_int_equal(open_gruu(&r, second, &g), 0);
	assert_true(names(&r, &g));
	assert_int_equal(rig_send(&r, &(struct rig_register){ .cseq = 1,
							      .call_id = "c2",
							      .headers = GRUU MINE }),
			 200);
	assert_false(names(&r, &g));
	rig_close(&r);
}

static void test_forged(void **state)
{
	char gruu[256], broken[256];
	struct gruu g;
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, GRUU MINE), 200);
	param(&r, "temp-gruu=\"", gruu, sizeof(gruu));
	for (char *at = strchr(gruu, '.') + 1; *at != '@'; at++) {
		snprintf(broken, sizeof(broken), "%s", gruu);
		broken[at - gruu] = *at == 'A' ? 'B' : 'A';
		/* Of the last character two bits say nothing: then it is no base64. */
		assert_int_equal(open_gruu(&r, broken, &g), -EBADMSG);
	}
	assert_int_equal(open_gruu(&r, "sip:tgruu.@voip.example.ch;gr", &g), -EBADMSG);
	assert_int_equal(open_gruu(&r, "sip:tgruu.AAAA@voip.example.ch;gr", &g),
			 -EBADMSG);
	rig_close(&r);
}

/* Nothing is kept of them, and yet they outlive a restart with their binding. */
static void test_restart(void **state)
{
	char gruu[256];
	struct gruu g;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, GRUU MINE), 200);
	param(&r, "temp-gruu=\"", gruu, sizeof(gruu));
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(open_gruu(&r, gruu, &g), 0);
	assert_true(names(&r, &g));
	rig_close(&r);
}

/* What a device that started anew was told since is good afterwards, what came before is
 * not (3.1.2). */
static void test_restart_after_a_new_call_id(void **state)
{
	char before[256], after[256];
	struct gruu g;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, GRUU MINE), 200);
	param(&r, "temp-gruu=\"", before, sizeof(before));
	rig_run(&r, 1);
	assert_int_equal(rig_send(&r, &(struct rig_register){ .cseq = 1,
							      .call_id = "c2",
							      .headers = GRUU MINE }),
			 200);
	param(&r, "temp-gruu=\"", after, sizeof(after));
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(open_gruu(&r, after, &g), 0);
	assert_true(names(&r, &g));
	assert_int_equal(open_gruu(&r, before, &g), 0);
	assert_false(names(&r, &g));
	rig_close(&r);
}

int gruu_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_gets_one),
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_temporary),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_restart_after_a_new_call_id),
	};

	return cmocka_run_group_tests_name("gruu", tests, NULL, NULL);
}
