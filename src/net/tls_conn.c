/* SPDX-License-Identifier: Apache-2.0 */
/* net/tls_conn.c - TLS over one connection (OpenSSL), on its descriptor directly: no
 * buffer stands between that would have to be kept. */

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "net/conn.h"
#include "net/tls_set.h"

/* A port and brackets are not in a certificate. */
static void bare_name(const char *name, char dst[NET_NAME_SIZE])
{
	struct text t = text_of(name), host;

	if (t.len && t.p[0] == '[')
		text_split(text_from(t, 1), ']', &host, NULL);
	else
		text_split(t, ':', &host, NULL);
	text_copy(dst, NET_NAME_SIZE, host);
}

static bool is_address(const char *host)
{
	struct addr a;

	return addr_decode(text_of(host), 0, &a) == 0;
}

/* Whom we expect: the name, or the address that we call. */
static int expect(struct conn *c)
{
	char host[NET_NAME_SIZE];

	if (c->name)
		bare_name(c->name, host);
	else
		addr_encode_host(host, &c->flow.remote, false);
	if (!host[0])
		return -EINVAL; /* any name would do */
	if (is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), host)
			       ? 0
			       : -EINVAL;
	SSL_set_hostflags(c->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(c->ssl, host) && SSL_set_tlsext_host_name(c->ssl, host)
		       ? 0
		       : -ENOMEM;
}

/* A phone may show its maker's certificate: it proves nothing to us and hurts nobody. */
static int let_pass(int good, X509_STORE_CTX *ctx)
{
	return 1;
}

/* Browsers would put a question to their users. */
static bool asks_peers(const struct conn *c)
{
	if (c->ws)
		return false;
	for (unsigned i = 0; i < c->tls->peer_count; i++) {
		if (c->tls->peers[i][0])
			return true;
	}
	return false;
}

static int begin(struct conn *c, bool client)
{
	c->ssl = SSL_new(client ? c->tls->client : c->tls->servers[0]);
	if (!c->ssl || SSL_set_fd(c->ssl, c->watch.fd) != 1)
		return -ENOMEM;
	if (client) {
		SSL_set_connect_state(c->ssl);
		return expect(c);
	}
	SSL_set_accept_state(c->ssl);
	if (asks_peers(c))
		SSL_set_verify(c->ssl, SSL_VERIFY_PEER, let_pass);
	return 0;
}

int conn_tls_begin(struct conn *c)
{
	struct net_tls *t = group_shared(c->worker->group)->tls;
	int r;

	c->tls = t ? tls_set_take(t) : NULL;
	if (!c->tls)
		return -EPROTONOSUPPORT;
	r = begin(c, !c->source);
	ERR_clear_error();
	return r;
}

static bool proves(X509 *cert, const char *peer)
{
	char host[NET_NAME_SIZE];

	bare_name(peer, host);
	if (!host[0])
		return false;
	return is_address(host)
		       ? X509_check_ip_asc(cert, host, 0) == 1
		       : X509_check_host(cert, host, 0,
					 X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static uint32_t proven_peers(const struct conn *c)
{
	X509 *cert = SSL_get0_peer_certificate(c->ssl);
	uint32_t peers = 0;

	if (!cert || SSL_get_verify_result(c->ssl) != X509_V_OK)
		return 0;
	for (unsigned i = 0; i < c->tls->peer_count; i++) {
		if (proves(cert, c->tls->peers[i]))
			peers |= 1U << i;
	}
	return peers;
}

/* What the library says after it returned r <= 0: 0 for an orderly end, -EAGAIN, or why
 * not. The watch waits for what it wants. */
static ssize_t explain(struct conn *c, int r, bool shaking)
{
	int error = errno;

	switch (SSL_get_error(c->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		watch_change(&c->watch, LOOP_READ | LOOP_WRITE);
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		return error ? -error : -ECONNRESET;
	default:
		return shaking && SSL_get_verify_result(c->ssl) != X509_V_OK
			       ? -EKEYREJECTED
			       : -EPROTO;
	}
}

/* After an error the library must not be asked again, not even to say good-bye. */
static ssize_t broken(struct conn *c, ssize_t r)
{
	if (r != -EAGAIN && r != 0)
		SSL_set_quiet_shutdown(c->ssl, 1);
	ERR_clear_error();
	return r;
}

int conn_tls_shake(struct conn *c)
{
	ssize_t error;
	int r;

	ERR_clear_error();
	errno = 0;
	watch_change(&c->watch, LOOP_READ);
	r = SSL_do_handshake(c->ssl);
	if (r == 1) {
		c->flow.peers = proven_peers(c);
		return 1;
	}
	error = broken(c, explain(c, r, true));
	return error == -EAGAIN ? 0 : error == 0 ? -ECONNRESET : (int)error;
}

ssize_t conn_tls_read(struct conn *c, char *to, size_t room)
{
	int r;

	ERR_clear_error();
	errno = 0;
	r = SSL_read(c->ssl, to, (int)room);
	return r > 0 ? r : broken(c, explain(c, r, false));
}

ssize_t conn_tls_write(struct conn *c, struct text bytes)
{
	int r;

	ERR_clear_error();
	errno = 0;
	r = SSL_write(c->ssl, bytes.p, (int)bytes.len);
	return r > 0 ? r : broken(c, explain(c, r, false));
}

bool conn_tls_pending(const struct conn *c)
{
	return c->ssl && SSL_pending(c->ssl) > 0;
}

bool conn_tls_partial(const struct conn *c)
{
	return c->ssl && SSL_has_pending(c->ssl);
}

void conn_tls_end(struct conn *c)
{
	if (c->ssl && SSL_is_init_finished(c->ssl) && !SSL_get_quiet_shutdown(c->ssl))
		SSL_shutdown(c->ssl);
	ERR_clear_error();
	SSL_free(c->ssl);
	c->ssl = NULL;
	tls_set_give_back(c->tls);
	c->tls = NULL;
}
