/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_frame.c - What the web process and the CLI send to the core: whole frames or
 * nothing, and what was read can be written. */

#include <assert.h>

#include "fuzz.h"
#include "ops/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	ptrdiff_t length;
	json_t *json;

	while ((length = frame_next(in, FRAME_REQUEST_MAX, &json)) > 0) {
		struct buf out = BUF_GROWING;

		assert((size_t)length <= in.len && length > FRAME_HEAD);
		assert(json_is_object(json));
		frame_put(&out, json, FRAME_ANSWER_MAX);
		buf_free(&out);
		json_decref(json);
		in = text_from(in, (size_t)length);
	}
	return 0;
}
