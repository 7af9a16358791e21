/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_ng.c - A reply of rtpengine: what is read out of it is in it, and what crosses is
 * a description again. */

#include <assert.h>

#include "fuzz.h"
#include "media/bencode.h"
#include "media/engine_command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct engine_call call = { .sides[MEDIA_B].web = true };
	struct text reply = { (const char *)data, size }, found;
	struct buf out = BUF_GROWING;
	struct sdp sdp;
	uint64_t packets;

	if (bencode_find(reply, TEXT("sdp"), &found) == 0)
		assert(found.p >= reply.p && found.p + found.len <= reply.p + size);
	(void)engine_packets(reply, &packets);
	for (enum media_side side = MEDIA_A; side <= MEDIA_B; side++) {
		buf_reset(&out);
		if (engine_reply(reply, &call, side, &out) == 0)
			assert(sdp_decode(buf_text(&out), &sdp) == 0 || size > 1024);
	}
	buf_free(&out);
	return 0;
}
