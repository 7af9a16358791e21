/* SPDX-License-Identifier: Apache-2.0 */
/* sip/method.c - Method names (RFC 3261 7.1 and its extensions). */

#include <string.h>

#include "sip/msg.h"

static const struct text names[SIP_METHOD_OTHER] = {
	[SIP_INVITE] = TEXT_INIT("INVITE"),     [SIP_ACK] = TEXT_INIT("ACK"),
	[SIP_BYE] = TEXT_INIT("BYE"),           [SIP_CANCEL] = TEXT_INIT("CANCEL"),
	[SIP_REGISTER] = TEXT_INIT("REGISTER"), [SIP_OPTIONS] = TEXT_INIT("OPTIONS"),
	[SIP_INFO] = TEXT_INIT("INFO"),         [SIP_PRACK] = TEXT_INIT("PRACK"),
	[SIP_UPDATE] = TEXT_INIT("UPDATE"),     [SIP_REFER] = TEXT_INIT("REFER"),
	[SIP_NOTIFY] = TEXT_INIT("NOTIFY"),     [SIP_SUBSCRIBE] = TEXT_INIT("SUBSCRIBE"),
	[SIP_MESSAGE] = TEXT_INIT("MESSAGE"),   [SIP_PUBLISH] = TEXT_INIT("PUBLISH"),
};

enum sip_method sip_method_of(struct text name)
{
	for (enum sip_method m = 0; m < SIP_METHOD_OTHER; m++) {
		if (names[m].len == name.len && memcmp(names[m].p, name.p, name.len) == 0)
			return m;
	}
	return SIP_METHOD_OTHER;
}

struct text sip_method_name(enum sip_method m)
{
	return m < SIP_METHOD_OTHER ? names[m] : TEXT_NONE;
}
