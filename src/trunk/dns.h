/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/dns.h - A c-ares channel driven by our loop. */
#ifndef TRUNK_DNS_H
#define TRUNK_DNS_H

#include <ares.h>

#include "loop/loop.h"

struct dns;

/* servers: "host:port,..." for tests; NULL: the system's. timeout_ms: until the first
 * question is asked again; 0: 2000. NULL when memory is out. */
struct dns *dns_new(struct loop *loop, const char *servers, unsigned timeout_ms);
/* Queries under way end with ARES_EDESTRUCTION. */
void dns_free(struct dns *d);
ares_channel dns_channel(struct dns *d);
/* To be called after a query was started: its time limits run from now. */
void dns_kick(struct dns *d);

#endif
