/* SPDX-License-Identifier: Apache-2.0 */
/* txn/ours.h - Whether a URI's host means this server (RFC 3261 10.3, 16.3). */
#ifndef TXN_OURS_H
#define TXN_OURS_H

#include "net/flow.h"
#include "sip/uri.h"

/* True for the domain, for what is advertised (NULL or "": nothing) and for the address
 * that the request came to: a device may know us by any of them. */
bool txn_host_is_ours(const char *domain, const char *advertise, const struct flow *from,
		      const struct sip_uri *uri);

#endif
