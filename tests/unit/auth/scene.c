/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/scene.c - Whole requests, as a device sends them. */

#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct auth *auth_of(struct room *r)
{
	struct auth_config cfg = { .book = r->book,
				   .vault = r->vault,
				   .clock = &r->clock.clock,
				   .random = &r->random.random,
				   .realm = REALM,
				   .domain = "voip.example.ch",
				   .calling_code = "41" };

	return auth_new(&cfg);
}

int scene_setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	void *room;

	room_setup(&room);
	s->room = room;
	s->auth = auth_of(s->room);
	assert_non_null(s->auth);
	s->credential = room_credential(s->room, s->room->line, "k7m2x9qd");
	*state = s;
	return 0;
}

int scene_teardown(void **state)
{
	struct scene *s = *state;
	void *room = s->room;

	auth_free(s->auth);
	room_teardown(&room);
	free(s);
	return 0;
}

static const char * or (const char *given, const char *usual)
{
	return given ? given : usual;
}

static void respond(const struct request *q, const struct challenge *last, char *hex)
{
	struct sip_digest d = { 0 };
	uint8_t ha1[DIGEST_HASH_MAX];
	const char *algorithm = or (q->algorithm, last->algorithm);
	char nc[16];

	snprintf(nc, sizeof(nc), "%08x", q->nc ? q->nc : 1);
	d.username = text_of(or (q->username, "k7m2x9qd"));
	d.realm = text_of(or (q->realm, REALM));
	d.nonce = text_of(or (q->nonce, last->nonce));
	d.uri = text_of(or (q->digest_uri, or (q->uri, "sip:voip.example.ch")));
	d.qop = text_of(or (q->qop, "auth"));
	d.nc = text_of(nc);
	d.cnonce = TEXT("0a4f113b");
	d.algorithm_known = true;
	if (*algorithm)
		assert_int_equal(
			digest_algorithm_decode(text_of(algorithm), &d.algorithm), 0);
	assert_int_equal(digest_ha1(d.algorithm, d.username, d.realm,
				    text_of(or (q->password, "password-of-k7m2x9qd")),
				    ha1),
			 0);
	assert_int_equal(digest_response(d.algorithm, ha1, &d,
					 text_of(or (q->method, "REGISTER")), hex),
			 0);
	for (char *p = hex; q->upper && *p; p++) {
		if (*p >= 'a')
			*p -= 'a' - 'A';
	}
}

void scene_put_authorization(struct buf *b, const struct request *q,
			     const struct challenge *last)
{
	const char *algorithm = or (q->algorithm, last->algorithm),
		   *qop = or (q->qop, "auth");
	char hex[DIGEST_HEX_SIZE];

	respond(q, last, hex);
	buf_printf(b,
		   "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
		   "response=\"%s\"",
		   q->proxy ? "Proxy-Authorization" : "Authorization",
		   or (q->username, "k7m2x9qd"), or (q->realm, REALM),
		   or (q->nonce, last->nonce),
		   or (q->digest_uri, or (q->uri, "sip:voip.example.ch")), hex);
	if (*algorithm)
		buf_printf(b, ", algorithm=%s", algorithm);
	if (*qop)
		buf_printf(b, ", qop=%s, cnonce=\"0a4f113b\", nc=%08x", qop,
			   q->nc ? q->nc : 1);
	buf_puts(b, "\r\n");
}

void scene_put_request(struct buf *b, const struct request *q, const char *extra)
{
	const char *method = or (q->method, "REGISTER");

	buf_printf(b, "%s %s SIP/2.0\r\n", method, or (q->uri, "sip:voip.example.ch"));
	buf_puts(b, "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
		    "From: <sip:+41441234567@voip.example.ch>;tag=1\r\n"
		    "To: <sip:+41441234567@voip.example.ch>\r\nCall-ID: "
		    "1\r\nMax-Forwards: 70\r\n");
	buf_printf(b, "CSeq: 1 %s\r\n", method);
	if (q->agent)
		buf_printf(b, "User-Agent: %s\r\n", q->agent);
	if (q->contact)
		buf_printf(b, "Contact: %s\r\n", q->contact);
	buf_puts(b, extra);
}

/* Of this thread alone: whoever else is busy on the machine does not count. */
static int64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

struct auth_result scene_check_text(struct scene *s, struct buf *b, bool proxy)
{
	struct auth_result result;
	struct sip_msg m;
	struct sip_fault fault;
	struct flow from = { .remote = s->source };

	if (!from.remote.family)
		from.remote = (struct addr){ .family = AF_INET };
	if (!s->source.family)
		memcpy(from.remote.ip, &(uint32_t){ ++s->requests }, sizeof(uint32_t));
	buf_puts(b, "Content-Length: 0\r\n\r\n");
	assert_int_equal(b->error, 0);
	assert_int_equal(sip_msg_decode(buf_text(b), &m, &fault), 0);
	s->spent_ns = -thread_ns();
	auth_check(s->auth, &m,
		   proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION, &from,
		   &result);
	s->spent_ns += thread_ns();
	buf_free(b);
	return result;
}

struct auth_result scene_check(struct scene *s, const struct request *q,
			       const struct challenge *last)
{
	struct buf b = BUF_GROWING;

	scene_put_request(&b, q, "");
	if (last)
		scene_put_authorization(&b, q, last);
	return scene_check_text(s, &b, q->proxy);
}

static void copy_param(char *dst, size_t cap, struct text header, const char *name)
{
	size_t at;
	struct text t;

	*dst = '\0';
	if (!text_find_text(header, text_of(name), &at))
		return;
	t = text_from(header, at + strlen(name));
	if (text_starts(t, TEXT("\"")))
		text_split(text_from(t, 1), '"', &t, NULL);
	else
		text_split(t, ',', &t, NULL);
	assert_int_equal(text_copy(dst, cap, text_trim_lws(t)), 0);
}

struct challenge scene_challenge(struct scene *s, const struct auth_result *result)
{
	struct challenge c = { .seen = true };
	struct buf b = BUF_GROWING;
	char stale[8];

	auth_challenge_put(s->auth, &b, false, result);
	assert_int_equal(b.error, 0);
	copy_param(c.nonce, sizeof(c.nonce), buf_text(&b), "nonce=");
	copy_param(c.algorithm, sizeof(c.algorithm), buf_text(&b), "algorithm=");
	copy_param(stale, sizeof(stale), buf_text(&b), "stale=");
	c.stale = strcmp(stale, "true") == 0;
	buf_free(&b);
	return c;
}

struct challenge scene_first(struct scene *s)
{
	struct auth_result none = scene_check(s, &(struct request){ 0 }, NULL);

	assert_int_equal(none.verdict, AUTH_NONE);
	return scene_challenge(s, &none);
}

void assert_result(const struct auth_result *r, enum auth_verdict verdict,
		   const char *reason)
{
	if (r->verdict != verdict || strcmp(r->reason, reason) != 0)
		fail_msg("verdict %d reason %s, not %d %s", r->verdict, r->reason,
			 verdict, reason);
}
