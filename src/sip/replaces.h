/* SPDX-License-Identifier: Apache-2.0 */
/* sip/replaces.h - The dialog that a Replaces value names (RFC 3891 section 6.1). */
#ifndef SIP_REPLACES_H
#define SIP_REPLACES_H

#include "base/text.h"

struct sip_replaces {
	struct text call_id;
	struct text to_tag;   /* of whoever receives it */
	struct text from_tag; /* of its peer */
	bool early_only;
};

/* 0, or -EBADMSG: no Call-ID, or one of the tags is missing or empty. */
int sip_replaces_decode(struct text in, struct sip_replaces *ret);

#endif
