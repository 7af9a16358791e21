/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_dns.c - How long a raw DNS answer may be used. What is cut short says less. */

#include <assert.h>

#include "fuzz.h"
#include "trunk/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned ttl = resolve_ttl(data, size), absent = resolve_absent_ttl(data, size);

	if (size < 12)
		assert(ttl == 0 && absent == 0);
	/* "There is no such record" is in the authority section, which must be there. */
	if (absent)
		assert(data[8] || data[9]);
	if (ttl)
		assert(data[6] || data[7]);
	return 0;
}
