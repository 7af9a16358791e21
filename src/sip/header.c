/* SPDX-License-Identifier: Apache-2.0 */
/* sip/header.c - Header field names (RFC 3261 7.3, 20). */

#include <string.h>

#include "sip/header.h"

/* id, name as one writes it, and what the hash sees of it: the first, middle and last
 * character in lower case. A row that disagrees with its name fails the unit test; two rows
 * of one hash warn at compile time (then change HASH's factors). */
#define HEADERS(X)                                                                       \
	X(ACCEPT, "Accept", 'a', 'e', 't')                                               \
	X(ALLOW, "Allow", 'a', 'l', 'w')                                                 \
	X(ALLOW_EVENTS, "Allow-Events", 'a', 'e', 's')                                   \
	X(AUTHENTICATION_INFO, "Authentication-Info", 'a', 'a', 'o')                     \
	X(AUTHORIZATION, "Authorization", 'a', 'i', 'n')                                 \
	X(CALL_ID, "Call-ID", 'c', 'l', 'd')                                             \
	X(CALL_INFO, "Call-Info", 'c', '-', 'o')                                         \
	X(CONTACT, "Contact", 'c', 't', 't')                                             \
	X(CONTENT_DISPOSITION, "Content-Disposition", 'c', 'i', 'n')                     \
	X(CONTENT_ENCODING, "Content-Encoding", 'c', 'e', 'g')                           \
	X(CONTENT_LANGUAGE, "Content-Language", 'c', 'l', 'e')                           \
	X(CONTENT_LENGTH, "Content-Length", 'c', '-', 'h')                               \
	X(CONTENT_TYPE, "Content-Type", 'c', 't', 'e')                                   \
	X(CSEQ, "CSeq", 'c', 'e', 'q')                                                   \
	X(DATE, "Date", 'd', 't', 'e')                                                   \
	X(DIVERSION, "Diversion", 'd', 'r', 'n')                                         \
	X(EVENT, "Event", 'e', 'e', 't')                                                 \
	X(EXPIRES, "Expires", 'e', 'i', 's')                                             \
	X(FEATURE_CAPS, "Feature-Caps", 'f', 'e', 's')                                   \
	X(FLOW_TIMER, "Flow-Timer", 'f', 't', 'r')                                       \
	X(FROM, "From", 'f', 'o', 'm')                                                   \
	X(GEOLOCATION, "Geolocation", 'g', 'c', 'n')                                     \
	X(HISTORY_INFO, "History-Info", 'h', 'y', 'o')                                   \
	X(IDENTITY, "Identity", 'i', 't', 'y')                                           \
	X(INFO_PACKAGE, "Info-Package", 'i', 'a', 'e')                                   \
	X(MAX_FORWARDS, "Max-Forwards", 'm', 'r', 's')                                   \
	X(MIN_EXPIRES, "Min-Expires", 'm', 'x', 's')                                     \
	X(MIN_SE, "Min-SE", 'm', '-', 'e')                                               \
	X(P_ACCESS_NETWORK_INFO, "P-Access-Network-Info", 'p', 'e', 'o')                 \
	X(P_ASSERTED_IDENTITY, "P-Asserted-Identity", 'p', 'd', 'y')                     \
	X(P_PREFERRED_IDENTITY, "P-Preferred-Identity", 'p', 'd', 'y')                   \
	X(PATH, "Path", 'p', 't', 'h')                                                   \
	X(PRIVACY, "Privacy", 'p', 'v', 'y')                                             \
	X(PROXY_AUTHENTICATE, "Proxy-Authenticate", 'p', 'h', 'e')                       \
	X(PROXY_AUTHORIZATION, "Proxy-Authorization", 'p', 'h', 'n')                     \
	X(PROXY_REQUIRE, "Proxy-Require", 'p', 'r', 'e')                                 \
	X(RACK, "RAck", 'r', 'c', 'k')                                                   \
	X(REASON, "Reason", 'r', 's', 'n')                                               \
	X(RECORD_ROUTE, "Record-Route", 'r', '-', 'e')                                   \
	X(REFER_TO, "Refer-To", 'r', 'r', 'o')                                           \
	X(REFERRED_BY, "Referred-By", 'r', 'r', 'y')                                     \
	X(REMOTE_PARTY_ID, "Remote-Party-ID", 'r', 'p', 'd')                             \
	X(REPLACES, "Replaces", 'r', 'a', 's')                                           \
	X(REQUIRE, "Require", 'r', 'u', 'e')                                             \
	X(RETRY_AFTER, "Retry-After", 'r', '-', 'r')                                     \
	X(ROUTE, "Route", 'r', 'u', 'e')                                                 \
	X(RSEQ, "RSeq", 'r', 'e', 'q')                                                   \
	X(SERVER, "Server", 's', 'v', 'r')                                               \
	X(SERVICE_ROUTE, "Service-Route", 's', 'e', 'e')                                 \
	X(SESSION_EXPIRES, "Session-Expires", 's', '-', 's')                             \
	X(SUBJECT, "Subject", 's', 'j', 't')                                             \
	X(SUPPORTED, "Supported", 's', 'o', 'd')                                         \
	X(TIMESTAMP, "Timestamp", 't', 's', 'p')                                         \
	X(TO, "To", 't', 'o', 'o')                                                       \
	X(UNSUPPORTED, "Unsupported", 'u', 'p', 'd')                                     \
	X(USER_AGENT, "User-Agent", 'u', 'a', 't')                                       \
	X(VIA, "Via", 'v', 'i', 'a')                                                     \
	X(WARNING, "Warning", 'w', 'n', 'g')                                             \
	X(WWW_AUTHENTICATE, "WWW-Authenticate", 'w', 'e', 'e')

#define HASH(len, first, middle, last)                                                   \
	((uint8_t)((unsigned)(len) + (unsigned)(first)*26 + (unsigned)(last)*19 +        \
		   (unsigned)(middle)))
#define LENGTH(name) (sizeof(name) - 1)

/* With what follows them on the wire. */
static const struct text names[SIP_HDR_COUNT] = {
#define X(id, name, first, middle, last) [SIP_HDR_##id] = TEXT_INIT(name ": "),
	HEADERS(X)
#undef X
};

static const uint8_t slots[256] = {
#define X(id, name, first, middle, last)                                                 \
	[HASH(LENGTH(name), first, middle, last)] = SIP_HDR_##id,
	HEADERS(X)
#undef X
};

static const uint8_t compact[26] = {
	['b' - 'a'] = SIP_HDR_REFERRED_BY,
	['c' - 'a'] = SIP_HDR_CONTENT_TYPE,
	['e' - 'a'] = SIP_HDR_CONTENT_ENCODING,
	['f' - 'a'] = SIP_HDR_FROM,
	['i' - 'a'] = SIP_HDR_CALL_ID,
	['k' - 'a'] = SIP_HDR_SUPPORTED,
	['l' - 'a'] = SIP_HDR_CONTENT_LENGTH,
	['m' - 'a'] = SIP_HDR_CONTACT,
	['o' - 'a'] = SIP_HDR_EVENT,
	['r' - 'a'] = SIP_HDR_REFER_TO,
	['s' - 'a'] = SIP_HDR_SUBJECT,
	['t' - 'a'] = SIP_HDR_TO,
	['u' - 'a'] = SIP_HDR_ALLOW_EVENTS,
	['v' - 'a'] = SIP_HDR_VIA,
	['x' - 'a'] = SIP_HDR_SESSION_EXPIRES,
	['y' - 'a'] = SIP_HDR_IDENTITY,
};

static unsigned lower(char c)
{
	return (unsigned char)c | 0x20u;
}

static enum sip_header_id compact_id(char c)
{
	unsigned letter = lower(c) - 'a';

	return letter < 26 ? compact[letter] : SIP_HDR_OTHER;
}

enum sip_header_id sip_header_id_of(struct text name)
{
	enum sip_header_id id;

	if (name.len < 2)
		return name.len == 1 ? compact_id(name.p[0]) : SIP_HDR_OTHER;
	id = slots[HASH(name.len, lower(name.p[0]), lower(name.p[name.len / 2]),
			lower(name.p[name.len - 1]))];
	if (name.len + 2 != names[id].len)
		return SIP_HDR_OTHER;
	/* Nearly all write a name as the RFC does. */
	if (memcmp(name.p, names[id].p, name.len) == 0)
		return id;
	return text_eq_nocase(name, sip_header_name(id)) ? id : SIP_HDR_OTHER;
}

struct text sip_header_name(enum sip_header_id id)
{
	struct text t = sip_header_lead(id);

	return (struct text){ t.p, t.len ? t.len - 2 : 0 };
}

struct text sip_header_lead(enum sip_header_id id)
{
	return id < SIP_HDR_COUNT ? names[id] : TEXT_NONE;
}
