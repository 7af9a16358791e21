/* SPDX-License-Identifier: Apache-2.0 */
/* sip/via.h - The part of a broken Via that still says where it came from. Internal to
 * sip/; sip_via_decode is in msg.h. */
#ifndef SIP_VIA_H
#define SIP_VIA_H

#include "sip/msg.h"

/* Protocol, host and port only, whatever follows; params and branch stay empty. 0 or
 * -EBADMSG. */
int sip_via_decode_sent_by(struct text in, struct sip_via *ret);

#endif
