/* SPDX-License-Identifier: Apache-2.0 */
/* net/tls_set.h - What was loaded at once: never changed, shared by those who began with
 * it, gone with the last of them. For the files of net/ only. */
#ifndef NET_TLS_SET_H
#define NET_TLS_SET_H

#include <openssl/ssl.h>
#include <stdatomic.h>

#include "net/tls.h"

struct tls_set {
	atomic_uint refs;
	SSL_CTX *servers[NET_TLS_PAIRS_MAX];
	unsigned server_count;
	SSL_CTX *client;
	char *peers[NET_TLS_PEERS_MAX];
	unsigned peer_count;
	int64_t ends_at;
};

/* NULL without certificates. Give it back. */
struct tls_set *tls_set_take(struct net_tls *t);
void tls_set_give_back(struct tls_set *s); /* NULL: nothing */

#endif
