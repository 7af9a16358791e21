/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_tls.c - src/http/web.c over TLS */

#include "cert.h"
#include "groups.h"
#include "rig.h"

#define HOST    "Host: localhost\r\n"
#define SESSION "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n"

static char cert[CERT_SIZE], key[CERT_SIZE];

static void with_tls(struct web_config *c)
{
	c->cert = cert;
	c->key = key;
	c->secure = true;
}

static SSL_CTX *client(int version)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	assert_non_null(ctx);
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0");
	SSL_CTX_set_min_proto_version(ctx, version);
	SSL_CTX_set_max_proto_version(ctx, version);
	return ctx;
}

static void requests_pass_over_tls(void **state)
{
	static const struct {
		const char *name;
		enum cert_kind kind;
		int version;
	} rows[] = {
		{ "P-256, TLS 1.3", CERT_P256, TLS1_3_VERSION },
		{ "P-256, TLS 1.2", CERT_P256, TLS1_2_VERSION },
		{ "RSA, TLS 1.3", CERT_RSA, TLS1_3_VERSION },
		{ "RSA, TLS 1.2", CERT_RSA, TLS1_2_VERSION },
	};

	EACH (row, rows) {
		SSL_CTX *ctx = client(row->version);
		struct reply reply;
		struct browser *b;
		struct rig r;

		cert_make(row->kind, cert, key);
		rig_open(&r, with_tls);
		b = browser_open_tls(&r, ctx);
		for (int again = 0; again < 2; again++) {
			browser_say(&r, b, SESSION);
			core_serve(&r, "session.get");
			browser_read(&r, b, &reply);
			row_int(row, reply.status, 200);
		}
		row_true(row, strstr(SSL_get_cipher_name(b->ssl), "GCM") ||
				      strstr(SSL_get_cipher_name(b->ssl), "CHACHA20"));
		browser_close(b);
		rig_close(&r);
		SSL_CTX_free(ctx);
	}
}

static bool handshake_ends(struct browser *b)
{
	int n = SSL_connect(b->ssl);
	int error = SSL_get_error(b->ssl, n);

	return n == 1 || (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE);
}

static void old_and_weak_handshakes_are_refused(void **state)
{
	static const struct {
		const char *name;
		int version;
		const char *ciphers;
	} rows[] = {
		{ "TLS 1.0", TLS1_VERSION, "ALL:@SECLEVEL=0" },
		{ "TLS 1.1", TLS1_1_VERSION, "ALL:@SECLEVEL=0" },
		{ "no forward secrecy", TLS1_2_VERSION, "AES128-GCM-SHA256" },
		{ "CBC", TLS1_2_VERSION, "ECDHE-RSA-AES128-SHA256" },
	};
	struct rig r;

	cert_make(CERT_RSA, cert, key);
	rig_open(&r, with_tls);
	EACH (row, rows) {
		SSL_CTX *ctx = client(row->version);
		struct browser *b = browser_open(&r);

		assert_int_equal(SSL_CTX_set_cipher_list(ctx, row->ciphers), 1);
		b->ssl = SSL_new(ctx);
		SSL_set_fd(b->ssl, b->fd);
		RIG_WAIT(&r, handshake_ends(b));
		row_true(row, !SSL_is_init_finished(b->ssl));
		browser_close(b);
		SSL_CTX_free(ctx);
	}
	rig_close(&r);
}

static void a_large_body_and_a_stream_pass_as_well(void **state)
{
	SSL_CTX *ctx = client(TLS1_3_VERSION);
	struct buf request = BUF_GROWING;
	struct reply reply;
	struct browser *b;
	json_t *frame;
	struct rig r;
	size_t at;

	cert_make(CERT_P256, cert, key);
	rig_open(&r, with_tls);
	b = browser_open_tls(&r, ctx);
	buf_printf(&request,
		   "POST /api/v1/session HTTP/1.1\r\n" HOST
		   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
		   "{\"login\":\"%0*d\"}",
		   WEB_BODY_MAX, WEB_BODY_MAX - 12, 0);
	browser_send(&r, b, buf_text(&request));
	core_serve(&r, "session.open");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_say(&r, b, "GET /api/v1/stream HTTP/1.1\r\n" HOST "\r\n");
	frame = core_next(&r);
	core_say(&r, frame, json_pack("{s:{}}", "event"));
	core_say(&r, frame, json_pack("{s:{s:s}}", "event", "topic", "x"));
	RIG_WAIT(&r, (browser_receive(b),
		      text_find_text(buf_text(&b->in), TEXT("data: {\"topic\":\"x\"}"),
				     &at)));
	SSL_shutdown(b->ssl);
	browser_close(b);
	rig_advance(&r, 1);
	json_decref(frame);
	frame = core_next(&r);
	assert_string_equal(json_string_value(json_object_get(frame, "op")), "cancel");
	json_decref(frame);
	buf_free(&request);
	rig_close(&r);
	SSL_CTX_free(ctx);
}

static void plain_http_and_dawdlers_get_nowhere(void **state)
{
	struct browser *plain, *silent;
	struct rig r;

	cert_make(CERT_P256, cert, key);
	rig_open(&r, with_tls);
	plain = browser_open(&r);
	silent = browser_open(&r);
	browser_say(&r, plain, SESSION);
	RIG_WAIT(&r, (browser_receive(plain), plain->closed));
	rig_advance(&r, WEB_REQUEST_S + 1);
	RIG_WAIT(&r, (browser_receive(silent), silent->closed));
	assert_true(core_is_quiet(&r));
	browser_close(plain);
	browser_close(silent);
	rig_close(&r);
}

int tls_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_pass_over_tls),
		cmocka_unit_test(old_and_weak_handshakes_are_refused),
		cmocka_unit_test(a_large_body_and_a_stream_pass_as_well),
		cmocka_unit_test(plain_http_and_dawdlers_get_nowhere),
	};

	return cmocka_run_group_tests_name("http/tls", tests, NULL, NULL);
}
