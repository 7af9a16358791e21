/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/contact.h - What a REGISTER asks for: its Contacts (RFC 3261 10.2.1, 10.3). */
#ifndef REGISTRAR_CONTACT_H
#define REGISTRAR_CONTACT_H

#include "registrar/registrar.h"

/* One Contact; points into the message. */
struct wish {
	struct text contact; /* the URI */
	struct sip_uri uri;
	uint32_t expires_s;   /* granted, without jitter; 0: remove */
	uint16_t q;           /* thousandths */
	struct text instance; /* "<urn:uuid:...>", empty: none that can be used */
	uint32_t reg_id;      /* 0: not outbound, whatever was asked for */
};

struct wishes {
	bool remove_all;                   /* Contact: * */
	bool outbound;                     /* one of them is a flow (RFC 5626) */
	bool asks_push;                    /* a Contact has pn-provider (RFC 8599) */
	struct text provider;              /* its value */
	bool tell_path;                    /* the device understands Path */
	size_t count;                      /* 0 and not remove_all: a fetch */
	char path[REGISTRAR_PATH_MAX + 1]; /* "": none that is believed */
	/* Only so many are written: they are large, and mostly there is one. */
	struct wish wish[REGISTRAR_BINDINGS_MAX];
};

struct refusal {
	unsigned status;
	const char *reason; /* NULL: the RFC's */
	const char *why;    /* word of event/diagnosis.h; NULL: our trouble */
};

/* 0, or -EBADMSG with *why. */
int wishes_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		  const struct flow *from, struct wishes *ret, struct refusal *why);

#endif
