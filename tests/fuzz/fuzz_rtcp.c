/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_rtcp.c - A compound RTCP packet. */

#include <assert.h>

#include "fuzz.h"
#include "media/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rtcp_report r;

	if (rtcp_report_decode((struct text){ (const char *)data, size }, &r) == 0)
		assert(r.lost < 0x800000 && (r.received || r.jitter == 0));
	return 0;
}
