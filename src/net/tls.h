/* SPDX-License-Identifier: Apache-2.0 */
/* net/tls.h - Certificates and rules of TLS for SIP (RFC 3261 26.2.1, RFC 5922), shared by
 * all workers and changed while they run: what was loaded last counts for the connections
 * that begin from then on, those that stand keep what they have. TLS 1.2 and 1.3, forward
 * secrecy, authenticated encryption only. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdint.h>

enum {
	NET_TLS_PAIRS_MAX = 16,
	NET_TLS_PEERS_MAX = 32, /* the bits of flow.peers */
	NET_TLS_REASON_SIZE = 256,
};

struct net_tls_pair { /* PEM files: the certificate with its chain, the private key */
	const char *cert;
	const char *key;
};

struct net_tls_files {
	/* Chosen by the name that the client asks for (SNI). The first one is for who
	 * asks for none, or for none of theirs, and is what we show to others. */
	struct net_tls_pair pairs[NET_TLS_PAIRS_MAX];
	unsigned pair_count;
	/* PEM file of authorities whom we believe about others; "": the system's. */
	const char *ca;
};

struct net_tls;

struct net_tls *net_tls_new(void); /* NULL: no memory */
/* When no net uses it any more. */
void net_tls_free(struct net_tls *t);

/* Reads the files (NULL: those of last time) anew; also rolls the keys of session tickets.
 * 0, or a negative errno with a sentence in reason and everything as before. From one
 * thread at a time; it reads files, so not a worker's. */
int net_tls_load(struct net_tls *t, const struct net_tls_files *files,
		 char reason[NET_TLS_REASON_SIZE]);
/* Host names that a client may prove by a certificate of its own: bit i of flow.peers is
 * names[i], NULL and "" are left out. Nobody has to show one, and without names nobody is
 * asked. Before the first net_tls_load. -ENOMEM. */
int net_tls_ask_peers(struct net_tls *t, const char *const *names, unsigned count);
/* When the first of our certificates ends, wall seconds; 0: none is loaded. */
int64_t net_tls_ends_at(struct net_tls *t);

#endif
