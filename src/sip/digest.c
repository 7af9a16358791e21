/* SPDX-License-Identifier: Apache-2.0 */
/* sip/digest.c - Digest on the wire: credentials and challenges (RFC 7616 3.3, 3.4). */

#include "sip/digest.h"

#include <errno.h>
#include <stddef.h>

#include "sip/msg.h"
#include "sip/scan.h"

static const struct text algorithms[DIGEST_ALGORITHMS] = {
	[DIGEST_MD5] = TEXT_INIT("MD5"),
	[DIGEST_SHA256] = TEXT_INIT("SHA-256"),
	[DIGEST_SHA512_256] = TEXT_INIT("SHA-512-256"),
};

struct text digest_algorithm_name(enum digest_algorithm a)
{
	return algorithms[a];
}

int digest_algorithm_decode(struct text name, enum digest_algorithm *ret)
{
	for (enum digest_algorithm a = 0; a < DIGEST_ALGORITHMS; a++) {
		if (scan_name_is(name, algorithms[a])) {
			*ret = a;
			return 0;
		}
	}
	return -ENOENT;
}

/* A parameter and the struct text that it fills. */
struct param {
	struct text name;
	size_t offset;
};

/* Takes "name = value", quoted or not: the field has quotes where RFC 7616 has none, and
 * the other way round. */
static int scan_pair(struct scan *s, struct text *name, struct text *value)
{
	*name = scan_span(s, SIP_C_TOKEN);
	if (name->len == 0 || !scan_mark(s, '='))
		return -EBADMSG;
	if (scan_char(s, '"'))
		return scan_quoted(s, value) ? 0 : -EBADMSG;
	*value = scan_span(s, SIP_C_VALUE);
	return 0;
}

/* A second occurrence is refused: nobody could say which one was meant. */
static int fill(void *base, const struct param *params, size_t count, struct text name,
		struct text value)
{
	for (size_t i = 0; i < count; i++) {
		struct text *field =
			(struct text *)(void *)((char *)base + params[i].offset);

		/* Nearly every name differs in these already. */
		if (name.len != params[i].name.len ||
		    (name.p[0] | 0x20) != params[i].name.p[0] ||
		    !text_eq_nocase(name, params[i].name))
			continue;
		if (field->p)
			return -EBADMSG;
		*field = value;
		break;
	}
	return 0;
}

static int scan_pairs(struct scan *s, const struct param *params, size_t count,
		      void *base)
{
	struct text name, value;

	for (unsigned n = 0; n < SIP_PARAMS_MAX; n++) {
		if (scan_pair(s, &name, &value) < 0 ||
		    fill(base, params, count, name, value) < 0)
			return -EBADMSG;
		if (!scan_mark(s, ','))
			return scan_end(s) ? 0 : -EBADMSG;
	}
	return -EBADMSG;
}

static int decode(struct text value, const struct param *params, size_t count, void *base)
{
	struct scan s = scan_of(value);

	scan_lws(&s);
	if (!text_eq_nocase(scan_span(&s, SIP_C_TOKEN), TEXT("Digest")))
		return -ENOENT;
	if (scan_end(&s) || !sip_is(*s.p, SIP_C_LWS))
		return -EBADMSG;
	scan_lws(&s);
	return scan_pairs(&s, params, count, base);
}

static bool is_hex(struct text t, size_t len)
{
	struct scan s = scan_of(t);

	return t.len == len && scan_span(&s, SIP_C_HEX).len == len;
}

/* MD5 when the peer names none (RFC 7616 3.3). False when it names one that we do not
 * know. */
static bool algorithm_of(struct text name, enum digest_algorithm *ret)
{
	*ret = DIGEST_MD5;
	return !name.p || digest_algorithm_decode(name, ret) == 0;
}

/* What must be there is there, in the form that RFC 7616 3.4 gives it. */
static bool credentials_good(const struct sip_digest *d)
{
	if (!d->username.p || !d->realm.p || !d->nonce.p || !d->uri.p || !d->response.p)
		return false;
	if (d->algorithm_known && !is_hex(d->response, 2 * digest_hash_len(d->algorithm)))
		return false;
	return d->qop.len == 0 || (is_hex(d->nc, 8) && d->cnonce.p);
}

int sip_digest_decode(struct text value, struct sip_digest *ret)
{
	struct fields {
		struct sip_digest d;
		struct text algorithm;
	} f = { 0 };
	static const struct param params[] = {
		{ TEXT_INIT("username"), offsetof(struct fields, d.username) },
		{ TEXT_INIT("realm"), offsetof(struct fields, d.realm) },
		{ TEXT_INIT("nonce"), offsetof(struct fields, d.nonce) },
		{ TEXT_INIT("uri"), offsetof(struct fields, d.uri) },
		{ TEXT_INIT("response"), offsetof(struct fields, d.response) },
		{ TEXT_INIT("algorithm"), offsetof(struct fields, algorithm) },
		{ TEXT_INIT("cnonce"), offsetof(struct fields, d.cnonce) },
		{ TEXT_INIT("nc"), offsetof(struct fields, d.nc) },
		{ TEXT_INIT("qop"), offsetof(struct fields, d.qop) },
		{ TEXT_INIT("opaque"), offsetof(struct fields, d.opaque) },
	};
	int rc = decode(value, params, sizeof(params) / sizeof(params[0]), &f);

	if (rc < 0)
		return rc;
	f.d.algorithm_known = algorithm_of(f.algorithm, &f.d.algorithm);
	if (!credentials_good(&f.d))
		return -EBADMSG;
	*ret = f.d;
	return 0;
}

static bool list_has(struct text list, struct text token)
{
	struct text element;

	while (sip_list_next(&list, &element)) {
		if (text_eq_nocase(element, token))
			return true;
	}
	return false;
}

int sip_challenge_decode(struct text value, struct sip_challenge *ret)
{
	struct fields {
		struct sip_challenge c;
		struct text qop, stale, algorithm;
	} f = { 0 };
	static const struct param params[] = {
		{ TEXT_INIT("realm"), offsetof(struct fields, c.realm) },
		{ TEXT_INIT("nonce"), offsetof(struct fields, c.nonce) },
		{ TEXT_INIT("opaque"), offsetof(struct fields, c.opaque) },
		{ TEXT_INIT("qop"), offsetof(struct fields, qop) },
		{ TEXT_INIT("stale"), offsetof(struct fields, stale) },
		{ TEXT_INIT("algorithm"), offsetof(struct fields, algorithm) },
	};
	int rc = decode(value, params, sizeof(params) / sizeof(params[0]), &f);

	if (rc < 0)
		return rc;
	if (!f.c.realm.p || !f.c.nonce.p)
		return -EBADMSG;
	f.c.qop_auth = list_has(f.qop, TEXT("auth"));
	f.c.stale = text_eq_nocase(f.stale, TEXT("true"));
	f.c.algorithm_known = algorithm_of(f.algorithm, &f.c.algorithm);
	*ret = f.c;
	return 0;
}
