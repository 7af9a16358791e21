/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_msg.c - A datagram: decode it, and answer it as the decoder says. A good
 * request's answer is itself a good message. */

#include <assert.h>

#include "fuzz.h"
#include "sip/body.h"
#include "sip/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	struct buf out = BUF_GROWING;
	struct sip_msg m, answer;
	struct sip_fault fault, none;
	int rc = sip_msg_decode(in, &m, &fault);

	assert(rc == 0 ? !fault.reason : fault.reason != NULL);
	if (rc == 0)
		sip_body_find(&m, TEXT("application/sdp"), &in);
	if (m.request && (rc == 0 || fault.status > 0)) {
		sip_response_begin(&out, &m, 200, fault.reason, TEXT("t"), TEXT("::1"),
				   9);
		sip_header_copy(&out, &m, SIP_HDR_CONTACT);
		sip_body(&out, TEXT_NONE, TEXT_NONE);
		assert(rc < 0 || sip_msg_decode(buf_text(&out), &answer, &none) == 0);
	}
	buf_free(&out);
	return 0;
}
