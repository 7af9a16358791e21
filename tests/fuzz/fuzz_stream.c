/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_stream.c - A TCP stream: the decoder and the framing agree where each message
 * ends, so that nothing can be smuggled between them. */

#include <assert.h>

#include "fuzz.h"
#include "sip/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	struct sip_msg m;
	struct sip_fault fault;
	ptrdiff_t length;

	while ((length = sip_frame_length(in)) > 0) {
		struct text frame = text_sub(in, 0, (size_t)length);

		assert((size_t)length <= in.len);
		assert(sip_frame_length(frame) == length);
		assert(sip_frame_length(text_sub(frame, 0, frame.len - 1)) == 0);
		if (sip_msg_decode(in, &m, &fault) == 0)
			assert(m.bytes.p + m.bytes.len == frame.p + frame.len);
		in = text_from(in, (size_t)length);
	}
	return 0;
}
