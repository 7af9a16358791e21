/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_uri.c - URIs and the header values around them. A URI equals itself. */

#include <assert.h>

#include "fuzz.h"
#include "sip/msg.h"
#include "sip/replaces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size }, list = in, element;
	struct sip_uri uri;
	struct sip_address address;
	struct sip_via via;
	struct sip_cseq cseq;
	struct sip_replaces replaces;
	char user[32];

	if (sip_uri_decode(in, &uri) == 0) {
		assert(sip_uri_eq(&uri, &uri));
		sip_uri_user(&uri, user, sizeof(user));
		sip_uri_param(&uri, TEXT("transport"), &element);
	}
	while (sip_list_next(&list, &element))
		sip_address_decode(element, &address);
	if (sip_via_decode(in, &via) == 0)
		assert(via.host.len > 0 && via.transport.len > 0);
	sip_cseq_decode(in, &cseq);
	sip_replaces_decode(in, &replaces);
	return 0;
}
