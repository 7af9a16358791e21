/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/path.h - The way to a device behind an edge proxy (RFC 3327). */
#ifndef REGISTRAR_PATH_H
#define REGISTRAR_PATH_H

#include "registrar/registrar.h"

/* All Path values as one Route value. Empty: there is none, or it is a stranger's. 0, or
 * -EBADMSG: one is no SIP address, or they are too long. */
int path_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		const struct flow *from, char ret[REGISTRAR_PATH_MAX + 1]);
/* Whether the device's own first hop, which wrote its value first and so stands last, does
 * outbound (RFC 5626 5.1, 6). */
bool path_does_outbound(struct text path);
/* Where requests to the device go: by the flow it came by when there is no path, else to
 * the first hop. A hop that is named by a name is taken to be where the REGISTER came
 * from. */
void path_flow(struct text path, const struct flow *from, struct flow *ret);

#endif
