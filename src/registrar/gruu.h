/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/gruu.h - Globally routable user agent URIs (RFC 5627): a call to one reaches one
 * device only. A public one names line and instance. A temporary one is sealed with a key of
 * ours (XChaCha20-Poly1305): it shows nothing, cannot be forged, needs no memory, and is good
 * as long as the device registers with the same Call-ID. */
#ifndef REGISTRAR_GRUU_H
#define REGISTRAR_GRUU_H

#include "registrar/record.h"

/* ;pub-gruu="..." and ;temp-gruu="..." of a binding, as Contact parameters; nothing when it
 * has no instance that can stand in a URI. */
void gruu_put(const struct registrar *r, const char *number, const struct record *is,
	      struct buf *to);
/* Of a binding: temporary GRUUs are good for one Call-ID of REGISTER (3.1.2). */
uint64_t gruu_epoch(const struct registrar *r, struct text call_id);

#endif
