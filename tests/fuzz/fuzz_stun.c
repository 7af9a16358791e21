/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_stun.c - STUN on the SIP port. What is answered was a whole request, and the
 * answer is bounded by it. */

#include <assert.h>
#include <errno.h>

#include "fuzz.h"
#include "net/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	struct addr from = { .family = size % 2 ? AF_INET6 : AF_INET, .port = 5060 };
	uint8_t answer[STUN_RESPONSE_MAX];
	ptrdiff_t len = stun_answer(in, &from, answer);

	assert(len == -EBADMSG || (len >= 28 && len % 4 == 0));
	assert(len < 0 || (stun_is(in) && (size_t)len + 28 <= 2 * (size + 28)));
	return 0;
}
