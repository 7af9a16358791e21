/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_rtcp.c - Reports as they come, and broken ones. */

#include "help.h"

#include <errno.h>

#include "media/rtcp.h"

#define SR                                                                               \
	"\x80\xc8\x00\x06"                                                               \
	"SSRC"                                                                           \
	"\xe0\x00\x12\x34\x56\x78\x00\x00"                                               \
	"TIMEPACKBYTE"
#define SR_ONE                                                                           \
	"\x81\xc8\x00\x0c"                                                               \
	"SSRC"                                                                           \
	"\xe0\x00\x12\x34\x56\x78\x00\x00"                                               \
	"TIMEPACKBYTE" BLOCK
#define BLOCK                                                                            \
	"SRC2"                                                                           \
	"\x40\x00\x00\x05"                                                               \
	"\x00\x00\x10\x00"                                                               \
	"\x00\x00\x00\xa0"                                                               \
	"\x12\x34\x56\x78"                                                               \
	"\x00\x00\x80\x00"
#define RR_ONE                                                                           \
	"\x81\xc9\x00\x07"                                                               \
	"SSRC" BLOCK
#define SDES                                                                             \
	"\x81\xca\x00\x02"                                                               \
	"SSRC"                                                                           \
	"\x01\x01"                                                                       \
	"a\x00"

static const struct {
	const char *name;
	struct text in;
	int error;
	bool sent, received;
} rows[] = {
	{ "a sender report", TEXT_INIT(SR), 0, true, false },
	{ "with a block", TEXT_INIT(SR_ONE), 0, true, true },
	{ "a receiver report", TEXT_INIT(RR_ONE), 0, false, true },
	{ "before a description", TEXT_INIT(RR_ONE SDES), 0, false, true },
	{ "behind a description", TEXT_INIT(SDES RR_ONE), 0, false, true },
	{ "an empty one",
	  TEXT_INIT("\x80\xc9\x00\x01"
		    "SSRC"),
	  0, false, false },
	{ "nothing", TEXT_INIT(""), -EBADMSG, false, false },
	{ "too short", TEXT_INIT("\x80\xc9\x00\x01"), -EBADMSG, false, false },
	{ "longer than it is",
	  TEXT_INIT("\x80\xc9\xff\xff"
		    "SSRC"),
	  -EBADMSG, false, false },
	{ "fewer blocks than it says",
	  TEXT_INIT("\x82\xc9\x00\x07"
		    "SSRC" BLOCK),
	  -EBADMSG, false, false },
	{ "31 blocks of none",
	  TEXT_INIT("\x9f\xc9\x00\x01"
		    "SSRC"),
	  -EBADMSG, false, false },
	{ "a sender report without its time",
	  TEXT_INIT("\x80\xc8\x00\x01"
		    "SSRC"),
	  -EBADMSG, false, false },
	{ "version 1",
	  TEXT_INIT("\x40\xc9\x00\x01"
		    "SSRC"),
	  -EBADMSG, false, false },
	{ "good, then broken",
	  TEXT_INIT(RR_ONE "\x80\xc9\x00\x09"
			   "SSRC"),
	  -EBADMSG, false, false },
};

static void reports(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rtcp_report r = { .lost = 99 };
		int error = rtcp_report_decode(rows[i].in, &r);

		expect_true(rows[i].name, error == rows[i].error);
		if (error) {
			expect_true(rows[i].name, r.lost == 99);
			continue;
		}
		expect_true(rows[i].name, r.sent == rows[i].sent);
		expect_true(rows[i].name, r.received == rows[i].received);
		if (r.sent)
			assert_int_equal(r.stamp, 0x12345678);
		if (r.received) {
			assert_int_equal(r.fraction_lost, 64);
			assert_int_equal(r.lost, 5);
			assert_int_equal(r.jitter, 160);
			assert_int_equal(r.last_sr, 0x12345678);
			assert_int_equal(r.delay, 32768);
		}
	}
}

int test_rtcp(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reports) };

	return cmocka_run_group_tests_name("media/rtcp", tests, NULL, NULL);
}
