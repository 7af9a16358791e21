/* SPDX-License-Identifier: Apache-2.0 */
/* txn/ours.c - Whether a URI's host means this server (RFC 3261 10.3, 16.3). */

#include "txn/ours.h"

bool txn_host_is_ours(const char *domain, const char *advertise, const struct flow *from,
		      const struct sip_uri *uri)
{
	struct addr a;

	if (text_eq_nocase(uri->host, text_of(domain)))
		return true;
	if (advertise && *advertise && text_eq_nocase(uri->host, text_of(advertise)))
		return true;
	return addr_decode(uri->host, 0, &a) == 0 && addr_eq_host(&a, &from->local);
}
