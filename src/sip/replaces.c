/* SPDX-License-Identifier: Apache-2.0 */
/* sip/replaces.c - Replaces (RFC 3891). */

#include "sip/replaces.h"

#include <errno.h>

#include "sip/msg.h"

int sip_replaces_decode(struct text in, struct sip_replaces *ret)
{
	struct sip_replaces r = { 0 };
	struct text params;

	text_split(in, ';', &r.call_id, NULL);
	params = text_from(in, r.call_id.len);
	r.call_id = text_trim_lws(r.call_id);
	if (!r.call_id.len || !sip_param_find(params, TEXT("to-tag"), &r.to_tag) ||
	    !sip_param_find(params, TEXT("from-tag"), &r.from_tag) || !r.to_tag.len ||
	    !r.from_tag.len)
		return -EBADMSG;
	r.early_only = sip_param_find(params, TEXT("early-only"), NULL);
	*ret = r;
	return 0;
}
