/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/tls_peer.h - A TLS client of the test's own, which never waits: the worker runs
 * in the same thread. */
#ifndef NET_TLS_PEER_H
#define NET_TLS_PEER_H

#include <openssl/ssl.h>

#include "net_tests.h"

struct tls_peer {
	int fd;
	SSL_CTX *ctx;
	SSL *ssl;
	bool failed; /* the library has given up */
	bool ended;  /* the other side has said good-bye */
};

/* What is asked for; 0 and NULL: whatever the library does. */
struct tls_wish {
	int min, max;        /* TLS1_2_VERSION ... */
	const char *ciphers; /* of TLS 1.2 */
	const char *sni;
	const char *cert, *key; /* a certificate of its own */
};

/* Connects; the handshake is not begun. */
void tls_peer_open(struct tls_peer *p, const struct addr *to, const struct tls_wish *w);
void tls_peer_close(struct tls_peer *p);
/* True when it stands; to be called again and again. */
bool tls_peer_shake(struct tls_peer *p);
void tls_peer_send(struct tls_peer *p, const char *text);
/* Reads on; true when all of text has come and nothing else. */
bool tls_peer_got(struct tls_peer *p, const char *text);
bool tls_peer_over(struct tls_peer *p); /* the connection has ended, or failed */
/* The other side's certificate is for that name. */
bool tls_peer_sees(const struct tls_peer *p, const char *name);

#endif
