/* SPDX-License-Identifier: Apache-2.0 */
/* sip/cseq.c - CSeq (RFC 3261 8.1.1.5, 20.16). */

#include <errno.h>

#include "sip/msg.h"
#include "sip/scan.h"

enum { CSEQ_NUMBER_MAX = INT32_MAX };

int sip_cseq_decode(struct text in, struct sip_cseq *ret)
{
	struct sip_cseq cseq;
	struct scan s = scan_of(in);
	struct text number;

	scan_lws(&s);
	number = scan_span(&s, SIP_C_TOKEN);
	if (text_to_u32(number, CSEQ_NUMBER_MAX, &cseq.number) < 0 || scan_end(&s) ||
	    !sip_is(*s.p, SIP_C_LWS))
		return -EBADMSG;
	scan_lws(&s);
	cseq.method_name = scan_span(&s, SIP_C_TOKEN);
	scan_lws(&s);
	if (cseq.method_name.len == 0 || !scan_end(&s))
		return -EBADMSG;
	cseq.method = sip_method_of(cseq.method_name);
	*ret = cseq;
	return 0;
}
