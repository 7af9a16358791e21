/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/contact.h - What a REGISTER asks for: its Contacts (RFC 3261 10.2.1, 10.3). */
#ifndef REGISTRAR_CONTACT_H
#define REGISTRAR_CONTACT_H

#include "registrar/registrar.h"

/* One Contact; points into the message. */
struct wish {
	struct text contact; /* the URI */
	struct sip_uri uri;
	uint32_t expires_s; /* granted, without jitter; 0: remove */
	uint16_t q;         /* thousandths */
};

struct wishes {
	bool remove_all; /* Contact: * */
	struct wish wish[REGISTRAR_BINDINGS_MAX];
	size_t count; /* 0 and not remove_all: a fetch */
};

struct refusal {
	unsigned status;
	const char *reason; /* NULL: the RFC's */
};

/* 0, or -EBADMSG with *why. */
int wishes_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		  struct wishes *ret, struct refusal *why);

#endif
