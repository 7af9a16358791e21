/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_ws_head.c - The opening handshake of a WebSocket: what is taken ends where a
 * reader of HTTP ends, and does so however much of it has come. */

#include <assert.h>
#include <errno.h>

#include "fuzz.h"
#include "net/ws_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	struct ws_head h, again;
	unsigned status = 0;
	ptrdiff_t r = ws_head_decode(in, &h, &status);

	if (r == -EBADMSG)
		assert(status >= 400);
	if (r <= 0)
		return 0;
	assert((size_t)r <= size &&
	       text_ends(text_sub(in, 0, (size_t)r), TEXT("\r\n\r\n")));
	assert(h.key.len == WS_KEY_LEN);
	assert(ws_head_decode(text_sub(in, 0, (size_t)r), &again, &status) == r);
	assert(ws_head_decode(text_sub(in, 0, (size_t)r - 1), &again, &status) ==
	       -EAGAIN);
	return 0;
}
