/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/pn.h - The push parameters of a Contact (RFC 8599 4.1). */
#ifndef REGISTRAR_PN_H
#define REGISTRAR_PN_H

#include "notify/push.h"
#include "sip/uri.h"

/* pn-provider, pn-prid and pn-param, without escapes. -ENOENT: no provider or no prid;
 * -EBADMSG: too long, or not printable ASCII. */
int pn_decode(const struct sip_uri *contact, struct push_target *ret);
/* Likewise of a URI that is text. */
int pn_of_contact(struct text contact, struct push_target *ret);
/* The same copy of an app: a token is its provider's, and for one application. */
bool pn_same_app(const struct push_target *a, const struct push_target *b);

#endif
