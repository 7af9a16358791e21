/* SPDX-License-Identifier: Apache-2.0 */
/* net/tls.c - Loads certificates into OpenSSL's contexts. */

#include "net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls_set.h"

enum {
	CHAIN_DEPTH_MAX = 8,
	CHAIN_BYTES_MAX = 32768, /* of a peer */
	TICKETS = 1,             /* of TLS 1.3; the key is ours, no state */
};

static const char ciphers[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
			      "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
			      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
static const char groups[] = "X25519:P-256:P-384";
static const unsigned char session_id[] = "ownline-sip";

struct net_tls {
	struct net_tls_files files; /* of last time, copies */
	pthread_mutex_t lock;       /* of set */
	struct tls_set *set;
	char *peers[NET_TLS_PEERS_MAX];
	unsigned peer_count;
};

static int fail(char reason[NET_TLS_REASON_SIZE], int error, const char *file,
		const char *what)
{
	snprintf(reason, NET_TLS_REASON_SIZE, "%.150s: %.90s", file, what);
	return error;
}

/* The library's own word, without what may be in the file. */
static int fail_library(char reason[NET_TLS_REASON_SIZE], const char *file)
{
	unsigned long e = ERR_peek_error();
	const char *what = e ? ERR_reason_error_string(e) : NULL;

	if (ERR_SYSTEM_ERROR(e))
		return fail(reason, -ERR_GET_REASON(e), file,
			    strerror(ERR_GET_REASON(e)));
	return fail(reason, -EINVAL, file, what ? what : "cannot be used");
}

/* A key under a passphrase has nobody to ask. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
	return -1;
}

static bool is_for(SSL_CTX *ctx, const char *name)
{
	return X509_check_host(SSL_CTX_get0_certificate(ctx), name, 0,
			       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static int choose(SSL *ssl, int *alert, void *arg)
{
	const struct tls_set *s = arg;
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	for (unsigned i = 0; name && i < s->server_count; i++) {
		if (is_for(s->servers[i], name)) {
			SSL_set_SSL_CTX(ssl, s->servers[i]);
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_NOACK;
}

/* Buffers go when nothing lies in them, and the library comes back after each record. */
static SSL_CTX *make_context(const SSL_METHOD *method, X509_STORE *authorities)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_PRIORITIZE_CHACHA |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH_MAX);
	SSL_CTX_set_max_cert_list(ctx, CHAIN_BYTES_MAX);
	SSL_CTX_set1_cert_store(ctx, authorities);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
	    SSL_CTX_set_cipher_list(ctx, ciphers) &&
	    SSL_CTX_set1_groups_list(ctx, groups) &&
	    SSL_CTX_set_num_tickets(ctx, TICKETS) &&
	    SSL_CTX_set_session_id_context(ctx, session_id, sizeof(session_id) - 1))
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

static int load_pair(SSL_CTX *ctx, const struct net_tls_pair *pair,
		     char reason[NET_TLS_REASON_SIZE])
{
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(ctx, pair->cert) != 1)
		return fail_library(reason, pair->cert);
	if (SSL_CTX_use_PrivateKey_file(ctx, pair->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1)
		return fail_library(reason, pair->key);
	return 0;
}

static void note_end(struct tls_set *s, SSL_CTX *ctx)
{
	struct tm tm;
	int64_t at;

	if (!ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(ctx)), &tm))
		return;
	at = timegm(&tm);
	if (!s->ends_at || at < s->ends_at)
		s->ends_at = at;
}

/* Who shows us a certificate is mostly a server, too, and public authorities have ceased
 * to mark those for clients: any purpose will do. */
static int add_server(struct tls_set *s, const struct net_tls_pair *pair,
		      X509_STORE *authorities, char reason[NET_TLS_REASON_SIZE])
{
	SSL_CTX *ctx = make_context(TLS_server_method(), authorities);
	int r;

	if (!ctx)
		return fail_library(reason, "TLS");
	s->servers[s->server_count++] = ctx;
	r = load_pair(ctx, pair, reason);
	if (r < 0)
		return r;
	SSL_CTX_set_purpose(ctx, X509_PURPOSE_ANY);
	SSL_CTX_set_tlsext_servername_callback(ctx, choose);
	SSL_CTX_set_tlsext_servername_arg(ctx, s);
	note_end(s, ctx);
	return 0;
}

static int add_client(struct tls_set *s, const struct net_tls_pair *pair,
		      X509_STORE *authorities, char reason[NET_TLS_REASON_SIZE])
{
	s->client = make_context(TLS_client_method(), authorities);
	if (!s->client)
		return fail_library(reason, "TLS");
	SSL_CTX_set_verify(s->client, SSL_VERIFY_PEER, NULL);
	return load_pair(s->client, pair, reason);
}

/* What the operator's file holds is believed as it stands, a single certificate too. */
static int load_authorities(X509_STORE *store, const char *ca,
			    char reason[NET_TLS_REASON_SIZE])
{
	ERR_clear_error();
	if (!ca || !*ca)
		return X509_STORE_set_default_paths(store) == 1
			       ? 0
			       : fail_library(reason, "the system's authorities");
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	return X509_STORE_load_file(store, ca) == 1 ? 0 : fail_library(reason, ca);
}

static int fill(struct tls_set *s, const struct net_tls_files *files,
		X509_STORE *authorities, char reason[NET_TLS_REASON_SIZE])
{
	int r = load_authorities(authorities, files->ca, reason);

	for (unsigned i = 0; i < files->pair_count && r == 0; i++)
		r = add_server(s, &files->pairs[i], authorities, reason);
	if (r == 0)
		r = add_client(s, &files->pairs[0], authorities, reason);
	return r;
}

static void set_free(struct tls_set *s)
{
	for (unsigned i = 0; i < s->server_count; i++)
		SSL_CTX_free(s->servers[i]);
	SSL_CTX_free(s->client);
	for (unsigned i = 0; i < s->peer_count; i++)
		free(s->peers[i]);
	free(s);
}

static struct tls_set *set_new(const struct net_tls *t)
{
	struct tls_set *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->refs = 1;
	for (; s->peer_count < t->peer_count; s->peer_count++) {
		s->peers[s->peer_count] = strdup(t->peers[s->peer_count]);
		if (!s->peers[s->peer_count]) {
			set_free(s);
			return NULL;
		}
	}
	return s;
}

struct tls_set *tls_set_take(struct net_tls *t)
{
	struct tls_set *s;

	pthread_mutex_lock(&t->lock);
	s = t->set;
	if (s)
		atomic_fetch_add(&s->refs, 1);
	pthread_mutex_unlock(&t->lock);
	return s;
}

void tls_set_give_back(struct tls_set *s)
{
	if (s && atomic_fetch_sub(&s->refs, 1) == 1)
		set_free(s);
}

static void files_free(struct net_tls_files *f)
{
	for (unsigned i = 0; i < f->pair_count; i++) {
		free((char *)(uintptr_t)f->pairs[i].cert);
		free((char *)(uintptr_t)f->pairs[i].key);
	}
	free((char *)(uintptr_t)f->ca);
	*f = (struct net_tls_files){ 0 };
}

static int files_copy(struct net_tls_files *to, const struct net_tls_files *from)
{
	bool good;

	*to = (struct net_tls_files){ .ca = strdup(from->ca ? from->ca : "") };
	good = to->ca != NULL;
	for (; good && to->pair_count < from->pair_count; to->pair_count++) {
		struct net_tls_pair *p = &to->pairs[to->pair_count];

		p->cert = strdup(from->pairs[to->pair_count].cert);
		p->key = strdup(from->pairs[to->pair_count].key);
		good = p->cert && p->key;
	}
	if (good)
		return 0;
	files_free(to);
	return -ENOMEM;
}

static int replace(struct net_tls *t, const struct net_tls_files *files,
		   char reason[NET_TLS_REASON_SIZE])
{
	X509_STORE *authorities;
	struct tls_set *fresh, *old;
	int r;

	authorities = X509_STORE_new();
	fresh = authorities ? set_new(t) : NULL;
	r = fresh ? fill(fresh, files, authorities, reason)
		  : fail(reason, -ENOMEM, "TLS", "out of memory");
	X509_STORE_free(authorities);
	ERR_clear_error();
	if (r < 0) {
		tls_set_give_back(fresh);
		return r;
	}
	pthread_mutex_lock(&t->lock);
	old = t->set;
	t->set = fresh;
	pthread_mutex_unlock(&t->lock);
	tls_set_give_back(old);
	return 0;
}

int net_tls_load(struct net_tls *t, const struct net_tls_files *files,
		 char reason[NET_TLS_REASON_SIZE])
{
	struct net_tls_files copy;
	int r;

	if (!files)
		return replace(t, &t->files, reason);
	if (files->pair_count == 0 || files->pair_count > NET_TLS_PAIRS_MAX)
		return fail(reason, -EINVAL, "TLS", "no certificate, or too many");
	if (files_copy(&copy, files) < 0)
		return fail(reason, -ENOMEM, "TLS", "out of memory");
	r = replace(t, &copy, reason);
	if (r == 0) {
		files_free(&t->files);
		t->files = copy;
	} else {
		files_free(&copy);
	}
	return r;
}

int net_tls_ask_peers(struct net_tls *t, const char *const *names, unsigned count)
{
	for (unsigned i = 0; i < count && i < NET_TLS_PEERS_MAX; i++) {
		t->peers[i] = strdup(names[i] ? names[i] : "");
		if (!t->peers[i])
			return -ENOMEM;
		t->peer_count = i + 1;
	}
	return 0;
}

int64_t net_tls_ends_at(struct net_tls *t)
{
	struct tls_set *s = tls_set_take(t);
	int64_t at = s ? s->ends_at : 0;

	tls_set_give_back(s);
	return at;
}

/* The library writes to sockets whose peer may be gone. */
struct net_tls *net_tls_new(void)
{
	struct net_tls *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void net_tls_free(struct net_tls *t)
{
	if (!t)
		return;
	tls_set_give_back(t->set);
	files_free(&t->files);
	for (unsigned i = 0; i < t->peer_count; i++)
		free(t->peers[i]);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
