/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_ws.c - Frames of a WebSocket: the same messages come out, whether the bytes come
 * at once or one by one. */

#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "net/ws.h"

static bool keep(void *arg, char *bytes, size_t len)
{
	buf_put(arg, (struct text){ bytes, len });
	return true;
}

static void play(const uint8_t *data, size_t size, size_t step, struct buf *got)
{
	struct buf out = BUF_GROWING, in = BUF_GROWING;
	struct ws *ws = ws_new(&(struct ws_events){ keep, &out, got });
	ptrdiff_t r = 0;

	for (size_t at = 0; at < size && r >= 0; at += step) {
		buf_put(&in, (struct text){ (const char *)data + at,
					    size - at < step ? size - at : step });
		r = ws_take(ws, in.p, in.len);
		assert(r <= (ptrdiff_t)in.len);
		buf_consume(&in, r > 0 ? (size_t)r : 0);
	}
	ws_free(ws);
	buf_free(&out);
	buf_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_GROWING, bytes = BUF_GROWING;

	play(data, size, size, &whole);
	if (size < 4096)
		play(data, size, 1, &bytes);
	assert(size >= 4096 || text_eq(buf_text(&whole), buf_text(&bytes)));
	buf_free(&whole);
	buf_free(&bytes);
	return 0;
}
