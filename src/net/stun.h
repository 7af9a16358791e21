/* SPDX-License-Identifier: Apache-2.0 */
/* net/stun.h - STUN Binding requests on a SIP port: a device keeps its NAT open and learns
 * when its address changed (RFC 5626 4.4.2, RFC 8489). No I/O. */
#ifndef NET_STUN_H
#define NET_STUN_H

#include "net/addr.h"

enum {
	STUN_REQUEST_MAX = 548,  /* RFC 8489 6.1: what is longer is no keep-alive */
	STUN_RESPONSE_MAX = 128, /* bytes of ours */
};

/* SIP begins with a letter, a Binding method of STUN with 0 or 1 (RFC 5626 5.4). */
static inline bool stun_is(struct text datagram)
{
	return datagram.len > 0 && (unsigned char)datagram.p[0] <= 1;
}

/* Answers a Binding request with the address that it came from. Writes the response and
 * returns its length; -EBADMSG when it is not to be answered: no STUN, another method, an
 * indication or response, a wrong FINGERPRINT, lengths that do not agree. An attribute
 * that must be understood and is not is answered 420, also those of RFC 3489 that would
 * aim the answer at somebody else. Never more than twice the packet that it answers, with
 * its IP and UDP headers. */
ptrdiff_t stun_answer(struct text datagram, const struct addr *from,
		      uint8_t ret[STUN_RESPONSE_MAX]);

#endif
