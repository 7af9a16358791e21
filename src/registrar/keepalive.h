/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/keepalive.h - Which bindings stand behind a NAT that has to be kept open. */
#ifndef REGISTRAR_KEEPALIVE_H
#define REGISTRAR_KEEPALIVE_H

#include "registrar/registrar.h"

/* By UDP, and it believes to be elsewhere than where its messages come from. via NULL:
 * not known. */
bool keepalive_wanted(const struct flow *from, const struct sip_via *via,
		      const struct sip_uri *contact);

#endif
