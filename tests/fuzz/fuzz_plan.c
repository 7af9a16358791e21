/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_plan.c - What was dialled. A number that was understood is understood again
 * as the same. */

#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "rating/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const homes[] = { "CH", "LI", "US", "IT" };
	struct text in = { (const char *)data, size };
	struct destination d, again;
	struct sip_uri uri;

	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		if (plan_resolve_text(in, homes[i], &d) == 0) {
			assert(plan_resolve_text(text_of(d.number), homes[i], &again) ==
			       0);
			assert(d.kind == again.kind && strcmp(d.key, again.key) == 0);
			assert(strcmp(plan_class(&d, homes[i]), "unknown") != 0);
		}
	}
	if (sip_uri_decode(in, &uri) == 0)
		plan_resolve(&uri, "CH", &d);
	return 0;
}
