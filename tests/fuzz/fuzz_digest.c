/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_digest.c - Authorization and WWW-Authenticate values. */

#include <assert.h>

#include "fuzz.h"
#include "sip/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size };
	uint8_t ha1[DIGEST_HASH_MAX] = { 0 };
	char hex[DIGEST_HEX_SIZE];
	struct sip_digest digest;
	struct sip_challenge challenge;

	if (sip_digest_decode(in, &digest) == 0) {
		assert(digest.response.len > 0 || !digest.algorithm_known);
		digest_response(digest.algorithm, ha1, &digest, TEXT("REGISTER"), hex);
	}
	if (sip_challenge_decode(in, &challenge) == 0)
		assert(challenge.nonce.p && challenge.realm.p);
	return 0;
}
