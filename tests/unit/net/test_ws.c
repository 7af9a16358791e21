/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_ws.c - src/net/ws.c: frames in, messages out, whatever comes (RFC 6455 5) */

#include "net/ws.h"

#include <errno.h>
#include <stdlib.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "net_tests.h"

/* A mask of zeroes leaves the payload readable here. */
#define M        "\x00\x00\x00\x00"
#define TXT(len) "\x81" len M
#define BIN(len) "\x82" len M
#define PONG     "\x8a"
/* What leaves: a close and its code. */
#define CLOSE_PROTOCOL "\x88\x02\x03\xea"
#define CLOSE_UTF8     "\x88\x02\x03\xef"
#define CLOSE_TOO_BIG  "\x88\x02\x03\xf1"
#define CLOSE_NORMAL   "\x88\x02\x03\xe8"

struct got {
	struct buf messages; /* each with a bar behind it */
	struct buf out;
	bool unwanted;
};

static bool on_message(void *arg, char *bytes, size_t len)
{
	struct got *g = arg;

	buf_put(&g->messages, (struct text){ bytes, len });
	buf_putc(&g->messages, '|');
	return !g->unwanted;
}

static struct ws *open_ws(struct got *g)
{
	*g = (struct got){ 0 };
	return ws_new(&(struct ws_events){ on_message, &g->out, g });
}

static void close_ws(struct ws *ws, struct got *g)
{
	ws_free(ws);
	buf_free(&g->messages);
	buf_free(&g->out);
}

#define BYTES(lit) lit, sizeof(lit) - 1

static const struct {
	const char *name;
	const char *in;
	size_t in_len;
	const char *messages;
	const char *out;
	size_t out_len;
	int r; /* 0: all is taken; 1: some is left; or the error */
} rows[] = {
	{ "a text", BYTES(TXT("\x83") "abc"), "abc|", BYTES(""), 0 },
	{ "masked", BYTES("\x81\x83\x01\x02\x03\x04\x60\x60\x60"), "abc|", BYTES(""), 0 },
	{ "binary", BYTES(BIN("\x83") "\xff\xfe!"), "\xff\xfe!|", BYTES(""), 0 },
	{ "two", BYTES(TXT("\x81") "a" BIN("\x81") "b"), "a|b|", BYTES(""), 0 },
	{ "nothing in it", BYTES(TXT("\x80")), "", BYTES(""), 0 },
	{ "in fragments", BYTES("\x01\x81" M "a\x00\x81" M "b\x80\x81" M "c"), "abc|",
	  BYTES(""), 0 },
	{ "a ping between fragments", BYTES("\x01\x81" M "a\x89\x81" M "p\x80\x81" M "c"),
	  "ac|", BYTES(PONG "\x01p"), 0 },
	{ "a ping", BYTES("\x89\x82" M "hi"), "", BYTES(PONG "\x02hi"), 0 },
	{ "an empty ping", BYTES("\x89\x80" M), "", BYTES(PONG "\x00"), 0 },
	{ "a pong nobody asked for", BYTES("\x8a\x80" M), "", BYTES(""), 0 },
	{ "a length of 16 bits",
	  BYTES("\x81\xfe\x00\x7e" M "0123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789012345"),
	  "0123456789012345678901234567890123456789"
	  "0123456789012345678901234567890123456789"
	  "0123456789012345678901234567890123456789012345|",
	  BYTES(""), 0 },

	{ "half a header", BYTES("\x81"), "", BYTES(""), 1 },
	{ "half a mask", BYTES("\x81\x81\x00\x00"), "", BYTES(""), 1 },
	{ "half a payload", BYTES(TXT("\x82") "a"), "", BYTES(""), 1 },
	{ "one and a half", BYTES(TXT("\x81") "a" TXT("\x82") "b"), "a|", BYTES(""), 1 },

	{ "the peer closes", BYTES("\x88\x82" M "\x03\xe8"), "", BYTES(CLOSE_NORMAL),
	  -ESHUTDOWN },
	{ "and says why", BYTES("\x88\x84" M "\x0f\xa0xy"), "",
	  BYTES("\x88\x04\x0f\xa0xy"), -ESHUTDOWN },
	{ "and says nothing", BYTES("\x88\x80" M), "", BYTES("\x88\x00"), -ESHUTDOWN },
	{ "what comes behind a close is nothing",
	  BYTES("\x88\x82" M "\x03\xe8" TXT("\x81") "a"), "", BYTES(CLOSE_NORMAL),
	  -ESHUTDOWN },
	{ "a close code that is none", BYTES("\x88\x82" M "\x03\xed"), "",
	  BYTES(CLOSE_PROTOCOL), -EBADMSG },
	{ "half a close code is none", BYTES("\x88\x81" M "\x03"), "", BYTES("\x88\x00"),
	  -ESHUTDOWN },

	{ "not masked (5.1)",
	  BYTES("\x81\x03"
		"abc"),
	  "", BYTES(CLOSE_PROTOCOL), -EBADMSG },
	{ "a reserved bit", BYTES("\xc1\x81" M "a"), "", BYTES(CLOSE_PROTOCOL),
	  -EBADMSG },
	{ "an unknown opcode", BYTES("\x83\x81" M "a"), "", BYTES(CLOSE_PROTOCOL),
	  -EBADMSG },
	{ "an unknown control", BYTES("\x8b\x80" M), "", NULL, 0, -EBADMSG },
	{ "a continuation of nothing", BYTES("\x80\x81" M "a"), "", BYTES(CLOSE_PROTOCOL),
	  -EBADMSG },
	{ "a new message within another", BYTES("\x01\x81" M "a\x81\x81" M "b"), "",
	  BYTES(CLOSE_PROTOCOL), -EBADMSG },
	{ "a ping in fragments", BYTES("\x09\x81" M "a"), "", NULL, 0, -EBADMSG },
	{ "a long ping",
	  BYTES("\x89\xfe\x00\x7e" M "0123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789012345"),
	  "", NULL, 0, -EBADMSG },
	{ "a length in too many bytes", BYTES("\x81\xfe\x00\x01" M "a"), "", NULL, 0,
	  -EBADMSG },
	{ "text that is no UTF-8 (8.1)", BYTES(TXT("\x82") "\xc3\x28"), "",
	  BYTES(CLOSE_UTF8), -EBADMSG },
	{ "text that ends within a character", BYTES(TXT("\x81") "\xc3"), "",
	  BYTES(CLOSE_UTF8), -EBADMSG },

	{ "too big to come", BYTES("\x81\xff\x00\x00\x00\x00\x00\x01\x00\x01" M), "",
	  BYTES(CLOSE_TOO_BIG), -EMSGSIZE },
	{ "as big as numbers go", BYTES("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff" M), "",
	  BYTES(CLOSE_TOO_BIG), -EMSGSIZE },
	{ "the highest bit of a length",
	  BYTES("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff" M), "", BYTES(CLOSE_TOO_BIG),
	  -EMSGSIZE },
};

static void frames(void **state)
{
	EACH (row, rows) {
		char *in = malloc(row->in_len ? row->in_len : 1);
		struct got g;
		struct ws *ws = open_ws(&g);
		ptrdiff_t r;

		memcpy(in, row->in, row->in_len);
		r = ws_take(ws, in, row->in_len);
		if (row->r < 0)
			row_int(row, r, row->r);
		else if (row->r == 0)
			row_int(row, r, row->in_len);
		else
			row_true(row, r >= 0 && (size_t)r < row->in_len);
		row_text(row, buf_text(&g.messages), text_of(row->messages));
		if (row->out)
			row_text(row, buf_text(&g.out),
				 ((struct text){ row->out, row->out_len }));
		if (row->r < 0)
			row_int(row, ws_put(ws, TEXT("late")), -ENOTCONN);
		close_ws(ws, &g);
		free(in);
	}
}

/* A stream comes in any pieces; what is not taken comes again. */
static void byte_by_byte(void **state)
{
	static const char in[] =
		"\x01\x81" M "a\x89\x81" M "p\x80\x81" M "c" TXT("\x83") "xyz";
	char kept[64];
	size_t len = 0;
	struct got g;
	struct ws *ws = open_ws(&g);

	for (size_t i = 0; i + 1 < sizeof(in); i++) {
		ptrdiff_t r;

		kept[len++] = in[i];
		r = ws_take(ws, kept, len);
		assert_true(r >= 0);
		len -= (size_t)r;
		assert_int_equal(len == 0 || r == 0, 1);
		assert_int_equal(ws_partial(ws), i >= 6 && i < 20);
	}
	assert_int_equal(ws_messages(ws), 2);
	assert_true(text_eq(buf_text(&g.messages), TEXT("ac|xyz|")));
	assert_true(text_eq(buf_text(&g.out), TEXT(PONG "\x01p")));
	close_ws(ws, &g);
}

static void fragments_have_a_limit(void **state)
{
	struct got g;
	struct ws *ws = open_ws(&g);
	char first[] = "\x01\x81" M "a", more[] = "\x00\x81" M "b";

	assert_int_equal(ws_take(ws, first, sizeof(first) - 1), sizeof(first) - 1);
	for (unsigned i = 1; i < WS_FRAGMENTS_MAX; i++)
		assert_int_equal(ws_take(ws, more, sizeof(more) - 1), sizeof(more) - 1);
	assert_int_equal(ws_take(ws, more, sizeof(more) - 1), -EBADMSG);
	assert_true(text_eq(buf_text(&g.out), TEXT("\x88\x02\x03\xf0")));
	close_ws(ws, &g);
}

/* Each piece is within the bound, their sum is not. */
static void a_message_has_a_limit(void **state)
{
	enum { HALF = WS_MESSAGE_MAX / 2 + 1, HEAD = 8 };
	char *frame = calloc(1, HEAD + HALF);
	struct got g;
	struct ws *ws = open_ws(&g);

	memcpy(frame, "\x02\xfe\x80\x01", 4);
	assert_int_equal(ws_take(ws, frame, HEAD + HALF), HEAD + HALF);
	frame[0] = '\x80';
	assert_int_equal(ws_take(ws, frame, HEAD + HALF), -EBADMSG);
	assert_true(text_eq(buf_text(&g.out), TEXT(CLOSE_TOO_BIG)));
	assert_int_equal(g.messages.len, 0);
	close_ws(ws, &g);
	free(frame);
}

static void what_we_send_is_framed(void **state)
{
	struct got g;
	struct ws *ws = open_ws(&g);

	assert_int_equal(ws_put(ws, TEXT("abc")), 0);
	assert_int_equal(ws_put(ws, TEXT("\xff\xfe")), 0);
	assert_int_equal(ws_put_ping(ws), 0);
	assert_int_equal(ws_put_close(ws, WS_CLOSE_AWAY), 0);
	assert_true(text_eq(buf_text(&g.out), TEXT("\x81\x03"
						   "abc\x82\x02\xff\xfe\x89\x00"
						   "\x88\x02\x03\xe9")));
	assert_int_equal(ws_put(ws, TEXT("late")), -ENOTCONN);
	assert_int_equal(ws_put_close(ws, WS_CLOSE_AWAY), -ENOTCONN);
	close_ws(ws, &g);
}

static void an_owner_may_have_enough(void **state)
{
	char in[] = TXT("\x81") "a" TXT("\x81") "b";
	struct got g;
	struct ws *ws = open_ws(&g);

	g.unwanted = true;
	assert_int_equal(ws_take(ws, in, sizeof(in) - 1), -ECANCELED);
	assert_true(text_eq(buf_text(&g.messages), TEXT("a|")));
	close_ws(ws, &g);
}

static void without_memory(void **state)
{
	struct got g;
	struct ws *ws;

	for (unsigned n = 1;; n++) {
		fail_alloc_nth(n);
		ws = open_ws(&g);
		if (ws && ws_put(ws, TEXT("abc")) < 0)
			assert_int_equal(g.out.len, 0);
		if (!fail_alloc_off()) {
			close_ws(ws, &g);
			return;
		}
		if (ws) { /* it goes on */
			assert_int_equal(ws_put(ws, TEXT("abc")), 0);
			assert_int_equal(g.out.error, 0);
		}
		close_ws(ws, &g);
	}
}

int ws_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(fragments_have_a_limit),
		cmocka_unit_test(a_message_has_a_limit),
		cmocka_unit_test(what_we_send_is_framed),
		cmocka_unit_test(an_owner_may_have_enough),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests_name("net/ws", tests, NULL, NULL);
}
