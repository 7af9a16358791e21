/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_multipart.c - Parts of a body (RFC 2046 5.1; CVE-2022-41550 and the
 * like: boundaries longer than the body, loops past its end). */

#include "call/multipart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define PART(type, text) "Content-Type: " type "\r\n\r\n" text

static const struct {
	const char *name, *boundary, *body;
	int error;
	const char *found;
} rows[] = {
	{ "only part", "b", "--b\r\n" PART("application/sdp", "v=0\r\n") "\r\n--b--\r\n",
	  0, "v=0\r\n" },
	{ "second part", "b",
	  "--b\r\n" PART("application/pidf+xml", "<x/>") "\r\n--b\r\n" PART(
		  "application/sdp", "v=0\r\n") "\r\n--b--",
	  0, "v=0\r\n" },
	{ "preamble and padding", "b",
	  "preamble\r\n--b \t\r\n" PART("Application/SDP; x=y", "v=0") "\r\n--b--", 0,
	  "v=0" },
	{ "other headers", "b",
	  "--b\r\nContent-ID: <1>\r\ncontent-type : application/sdp\r\nX: y\r\n\r\nv=0"
	  "\r\n--b--",
	  0, "v=0" },
	{ "not there", "b", "--b\r\n" PART("text/plain", "x") "\r\n--b--", -ENOENT,
	  NULL },
	{ "no headers", "b", "--b\r\n\r\nv=0\r\n--b--", -ENOENT, NULL },
	{ "nothing but the end", "b", "--b--", -ENOENT, NULL },
	{ "no delimiter", "b", "v=0\r\n", -EBADMSG, NULL },
	{ "boundary longer than the body", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
	  "--b", -EBADMSG, NULL },
	{ "boundary past its limit",
	  "0123456789012345678901234567890123456789012345678901234567890123456789x",
	  "--0", -EBADMSG, NULL },
	{ "no boundary", "", "--\r\n\r\n----", -EBADMSG, NULL },
	{ "no closing delimiter", "b", "--b\r\n" PART("application/sdp", "v=0"), -EBADMSG,
	  NULL },
	{ "headers without end", "b", "--b\r\nContent-Type: application/sdp\r\n--b--",
	  -EBADMSG, NULL },
	{ "text behind the delimiter", "b",
	  "--bb\r\n" PART("application/sdp", "v=0") "\r\n--b--", -EBADMSG, NULL },
	{ "empty body", "b", "", -EBADMSG, NULL },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].body);
		char *copy = malloc(len ? len : 1); /* of its exact size */
		struct text found = TEXT_NONE;

		memcpy(copy, rows[i].body, len);
		print_message("           %s\n", rows[i].name);
		assert_int_equal(multipart_find((struct text){ copy, len },
						text_of(rows[i].boundary),
						TEXT("application/sdp"), &found),
				 rows[i].error);
		if (rows[i].found)
			assert_true(text_eq(found, text_of(rows[i].found)));
		free(copy);
	}
}

static void test_too_many_parts(void **state)
{
	struct buf b = BUF_GROWING;
	struct text found;

	for (unsigned i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_puts(&b, "\r\n--b\r\n" PART("text/plain", "x"));
	buf_puts(&b, "\r\n--b\r\n" PART("application/sdp", "v=0") "\r\n--b--");
	assert_int_equal(
		multipart_find(buf_text(&b), TEXT("b"), TEXT("application/sdp"), &found),
		-ENOENT);
	buf_free(&b);
}

/* The offer of an emergency call beside its location goes through; the location, which
 * only the operator's own line data may state, does not. */
static void test_call(void **state)
{
	static const char body[] =
		"--x\r\n" PART("application/pidf+xml", "<evil/>") "\r\n--x\r\n" PART(
			"application/sdp", SDP_A) "\r\n--x--\r\n";
	struct rig *r = *state;
	struct peer *pstn = &r->peers[PSTN];

	invite_with(&r->peers[ALICE], "112", "multipart/mixed;boundary=\"x\"", body);
	expect(pstn, "INVITE sip:112@");
	heard(pstn, "Content-Type: application/sdp\r\n");
	heard(pstn, SDP_A);
	heard_not(pstn, "evil");
	invite_with(&r->peers[BOB], "112", "multipart/mixed;boundary=y", body);
	expect(&r->peers[BOB], "SIP/2.0 400");
	ack(&r->peers[BOB], NULL);
	invite_with(&r->peers[BOB], "112", "text/plain", "hello");
	expect(&r->peers[BOB], "SIP/2.0 415");
	heard(&r->peers[BOB], "Accept: application/sdp\r\n");
}

int multipart_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_too_many_parts),
		cmocka_unit_test_setup_teardown(test_call, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
