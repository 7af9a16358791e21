/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_sdp.c - A session description: what is rewritten is good again, with as many
 * streams, unless the lines put in made it too long. */

#include <assert.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "sip/sdp_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sdp_target targets[SDP_MEDIA_MAX];
	struct sdp sdp, again;
	struct buf out = BUF_GROWING;

	for (size_t i = 0; i < SDP_MEDIA_MAX; i++)
		targets[i] = (struct sdp_target){ TEXT("::1"), AF_INET6, 4000, 4009 };
	if (sdp_decode((struct text){ (const char *)data, size }, &sdp) == 0) {
		(void)sdp_filter(&out, &sdp,
				 &(struct sdp_codecs){ { "PCMA", "opus" }, 2 });
		assert(sdp_decode(buf_text(&out), &again) == 0 || size > 1024);
		buf_reset(&out);
		sdp_rewrite(&out, &sdp, targets);
		assert(sdp_decode(buf_text(&out), &again) == 0 || size > 1024);
		assert(size > 1024 || again.media_count == sdp.media_count);
	}
	buf_free(&out);
	return 0;
}
