/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/digest.c - "auth CREDENTIAL": answers the peer's last challenge (RFC 7616).
 *
 *	auth phone                        as a good device does
 *	auth phone password Wrong1        another password
 *	auth phone name k7m@example.com   another auth name
 *	auth phone nc 1                   this count (a replay), nonce N: this nonce
 *	auth phone realm example.net      another realm */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/stage.h"
#include "scenario/words.h"

struct answer {
	const char *name, *password, *realm, *nonce, *nc;
};

static struct sip_challenge challenge_of(const struct statement *s, unsigned line,
					 const struct peer *p)
{
	struct sip_challenge c;

	if (!p->challenge[0])
		play_fail(s, line, "%s has not been challenged", p->name);
	if (sip_challenge_decode(text_of(p->challenge), &c) < 0)
		play_fail(s, line, "no challenge: %s", p->challenge);
	return c;
}

static const char *option(const char *const *words, const char *word,
			  const char *otherwise)
{
	for (unsigned i = 0; words[i] && words[i + 1]; i++) {
		if (strcmp(words[i], word) == 0)
			return words[i + 1];
	}
	return otherwise;
}

static void write_value(const struct statement *s, unsigned line,
			const struct sip_challenge *c, const struct answer *a,
			const char *method, const char *uri, char *value, size_t cap)
{
	struct sip_digest d = { .username = text_of(a->name),
				.realm = text_of(a->realm),
				.nonce = text_of(a->nonce),
				.uri = text_of(uri),
				.cnonce = TEXT("0a4f113b"),
				.nc = text_of(a->nc),
				.qop = c->qop_auth ? TEXT("auth") : TEXT_NONE,
				.algorithm = c->algorithm,
				.algorithm_known = true };
	uint8_t ha1[DIGEST_HASH_MAX];
	char response[DIGEST_HEX_SIZE];
	int n;

	if (digest_ha1(c->algorithm, d.username, d.realm, text_of(a->password), ha1) <
		    0 ||
	    digest_response(c->algorithm, ha1, &d, text_of(method), response) < 0)
		play_fail(s, line, "cannot be computed");
	n = snprintf(value, cap,
		     "Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
		     "response=\"%s\", algorithm=%.*s",
		     a->name, a->realm, a->nonce, uri, response,
		     TEXT_ARG(digest_algorithm_name(c->algorithm)));
	if (c->qop_auth)
		snprintf(value + n, cap - (size_t)n,
			 ", cnonce=\"0a4f113b\", qop=auth, nc=%s", a->nc);
}

void auth_line(struct stage *st, const struct statement *s, unsigned line, struct peer *p,
	       const char *text, const char *method, const char *uri, const char **name,
	       char *value, size_t cap)
{
	struct sip_challenge c = challenge_of(s, line, p);
	struct house_credential *credential;
	char copy[PEER_VALUE_SIZE], realm[256], nonce[512], nc[16], *rest = copy, *word;
	const char *words[PLAY_WORDS_MAX] = { 0 };
	unsigned count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " ")) && count < PLAY_WORDS_MAX - 1) {
		if (*word)
			words[count++] = word;
	}
	if (count < 2 && !p->credential)
		play_fail(s, line, "expected: auth CREDENTIAL");
	credential =
		count > 1 ? house_credential(&st->house, s, words[1]) : p->credential;
	snprintf(realm, sizeof(realm), "%.*s", TEXT_ARG(c.realm));
	snprintf(nonce, sizeof(nonce), "%.*s", TEXT_ARG(c.nonce));
	if (!option(words, "nc", NULL))
		p->nc++;
	snprintf(nc, sizeof(nc), "%08x", (unsigned)atoi(option(words, "nc", "0")));
	if (!option(words, "nc", NULL))
		snprintf(nc, sizeof(nc), "%08x", p->nc);
	write_value(s, line, &c,
		    &(struct answer){ option(words, "name", credential->auth_name),
				      option(words, "password", credential->password),
				      option(words, "realm", realm),
				      option(words, "nonce", nonce), nc },
		    method, option(words, "uri", uri), value, cap);
	*name = p->proxy_challenge ? "Proxy-Authorization" : "Authorization";
	p->known |= !option(words, "name", NULL) && !option(words, "password", NULL) &&
		    !option(words, "realm", NULL) && !option(words, "nonce", NULL);
}
