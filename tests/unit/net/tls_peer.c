/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/tls_peer.c - A TLS client of the test's own. */

#include "tls_peer.h"

#include <fcntl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/check.h"

void tls_peer_open(struct tls_peer *p, const struct addr *to, const struct tls_wish *w)
{
	*p = (struct tls_peer){ .fd = peer_connect(TRANSPORT_TCP, to),
				.ctx = SSL_CTX_new(TLS_client_method()) };
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	SSL_CTX_set_security_level(p->ctx, 0);
	SSL_CTX_set_min_proto_version(p->ctx, w->min);
	SSL_CTX_set_max_proto_version(p->ctx, w->max);
	if (w->ciphers)
		assert_int_equal(SSL_CTX_set_cipher_list(p->ctx, w->ciphers), 1);
	if (w->cert) {
		assert_int_equal(
			SSL_CTX_use_certificate_file(p->ctx, w->cert, SSL_FILETYPE_PEM),
			1);
		assert_int_equal(
			SSL_CTX_use_PrivateKey_file(p->ctx, w->key, SSL_FILETYPE_PEM), 1);
	}
	p->ssl = SSL_new(p->ctx);
	SSL_set_fd(p->ssl, p->fd);
	if (w->sni)
		SSL_set_tlsext_host_name(p->ssl, w->sni);
}

void tls_peer_close(struct tls_peer *p)
{
	SSL_free(p->ssl);
	SSL_CTX_free(p->ctx);
	close(p->fd);
}

static void note(struct tls_peer *p, int r)
{
	int error = SSL_get_error(p->ssl, r);

	if (error == SSL_ERROR_ZERO_RETURN)
		p->ended = true;
	else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
		p->failed = true;
}

bool tls_peer_shake(struct tls_peer *p)
{
	int r = p->failed ? -1 : SSL_connect(p->ssl);

	if (r != 1 && !p->failed)
		note(p, r);
	return r == 1;
}

void tls_peer_send(struct tls_peer *p, const char *text)
{
	assert_int_equal(SSL_write(p->ssl, text, (int)strlen(text)), strlen(text));
}

bool tls_peer_got(struct tls_peer *p, const char *text)
{
	static _Thread_local char in[256];
	static _Thread_local size_t len;
	static _Thread_local struct tls_peer *whose;
	int n;

	if (whose != p)
		len = 0;
	whose = p;
	n = SSL_read(p->ssl, in + len, (int)(sizeof(in) - len));
	if (n > 0)
		len += (size_t)n;
	else
		note(p, n);
	if (len < strlen(text))
		return false;
	assert_int_equal(len, strlen(text));
	assert_memory_equal(in, text, len);
	len = 0;
	return true;
}

bool tls_peer_over(struct tls_peer *p)
{
	char c;
	int n = SSL_read(p->ssl, &c, 1);

	assert_true(n <= 0);
	note(p, n);
	return p->ended || p->failed;
}

bool tls_peer_sees(const struct tls_peer *p, const char *name)
{
	X509 *x = SSL_get0_peer_certificate(p->ssl);

	return x && X509_check_host(x, name, 0, 0, NULL) == 1;
}
