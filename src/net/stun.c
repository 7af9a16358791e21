/* SPDX-License-Identifier: Apache-2.0 */
/* net/stun.c - STUN Binding requests (RFC 8489 5, 6.3, 14). The long-standing fault of such
 * code is to believe a length: each is compared with what is there before it is used. */

#include "net/stun.h"

#include <errno.h>
#include <string.h>

enum {
	HEADER_LEN = 20,
	ATTRIBUTE_LEN = 4, /* type and length */
	ATTRIBUTES_MAX = 32,
	UNKNOWN_MAX = 4, /* told in one 420 */
	BINDING_REQUEST = 0x0001,
	BINDING_RESPONSE = 0x0101,
	BINDING_ERROR = 0x0111,
	MESSAGE_INTEGRITY = 0x0008,
	MESSAGE_INTEGRITY_SHA256 = 0x001c,
	ERROR_CODE = 0x0009,
	UNKNOWN_ATTRIBUTES = 0x000a,
	XOR_MAPPED_ADDRESS = 0x0020,
	FINGERPRINT = 0x8028,
	OPTIONAL = 0x8000, /* attributes from here on need not be understood */
};

static const uint8_t magic[4] = { 0x21, 0x12, 0xa4, 0x42 };
static const uint32_t FINGERPRINT_XOR = 0x5354554e;

/* Known and of no matter: nobody is asked for a password here. */
static const uint16_t ignored[] = { 0x0001, 0x0006, 0x0008, 0x0009, 0x000a,
				    0x0014, 0x0015, 0x001c, 0x001d, 0x001e };

struct request {
	const uint8_t *p;
	size_t len;
	bool fingerprint;
	uint16_t unknown[UNKNOWN_MAX];
	size_t unknown_count;
};

struct writer {
	uint8_t *p;
	size_t len;
};

static uint16_t read16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t read32(const uint8_t *p)
{
	return (uint32_t)read16(p) << 16 | read16(p + 2);
}

static void put16(struct writer *w, unsigned n)
{
	w->p[w->len++] = (uint8_t)(n >> 8);
	w->p[w->len++] = (uint8_t)n;
}

static void put32(struct writer *w, uint32_t n)
{
	put16(w, n >> 16);
	put16(w, n & 0xffff);
}

/* ITU V.42, as 14.7 asks for. Messages are short and few. */
static uint32_t crc32_of(const uint8_t *p, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static bool is_ignored(uint16_t type)
{
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++) {
		if (ignored[i] == type)
			return true;
	}
	return type == XOR_MAPPED_ADDRESS;
}

static void note_unknown(struct request *r, uint16_t type)
{
	if (type < OPTIONAL && !is_ignored(type) && r->unknown_count < UNKNOWN_MAX)
		r->unknown[r->unknown_count++] = type;
}

static int take_fingerprint(struct request *r, size_t at, size_t len)
{
	uint32_t crc = crc32_of(r->p, at) ^ FINGERPRINT_XOR;

	if (len != 4 || at + ATTRIBUTE_LEN + len != r->len ||
	    read32(r->p + at + ATTRIBUTE_LEN) != crc)
		return -EBADMSG;
	r->fingerprint = true;
	return 0;
}

/* What stands behind an integrity attribute counts for nothing, but FINGERPRINT. */
static int take_attributes(struct request *r)
{
	bool sealed = false;
	size_t at = HEADER_LEN;

	for (unsigned n = 0; at < r->len; n++) {
		uint16_t type, len;

		if (n == ATTRIBUTES_MAX || r->len - at < ATTRIBUTE_LEN)
			return -EBADMSG;
		type = read16(r->p + at);
		len = read16(r->p + at + 2);
		if (((len + 3u) & ~3u) > r->len - at - ATTRIBUTE_LEN)
			return -EBADMSG;
		if (type == FINGERPRINT)
			return take_fingerprint(r, at, len);
		if (!sealed)
			note_unknown(r, type);
		sealed |= type == MESSAGE_INTEGRITY || type == MESSAGE_INTEGRITY_SHA256;
		at += ATTRIBUTE_LEN + ((len + 3u) & ~3u);
	}
	return 0;
}

static int request_decode(struct text datagram, struct request *ret)
{
	struct request r = { .p = (const uint8_t *)datagram.p, .len = datagram.len };

	if (r.len < HEADER_LEN || r.len > STUN_REQUEST_MAX ||
	    read16(r.p) != BINDING_REQUEST || memcmp(r.p + 4, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	if (read16(r.p + 2) != r.len - HEADER_LEN || r.len % 4 != 0 ||
	    take_attributes(&r) < 0)
		return -EBADMSG;
	*ret = r;
	return 0;
}

static void begin(struct writer *w, const struct request *r, unsigned type)
{
	put16(w, type);
	put16(w, 0);
	memcpy(w->p + w->len, r->p + 4, HEADER_LEN - 4);
	w->len += HEADER_LEN - 4;
}

/* 14.2: the address, changed by the cookie and the transaction, so that no NAT on the way
 * takes it for one of its own. */
static void put_address(struct writer *w, const struct request *r, const struct addr *a)
{
	size_t len = a->family == AF_INET6 ? 16 : 4;

	put16(w, XOR_MAPPED_ADDRESS);
	put16(w, (unsigned)len + 4);
	put16(w, a->family == AF_INET6 ? 2 : 1);
	put16(w, a->port ^ read16(magic));
	for (size_t i = 0; i < len; i++)
		w->p[w->len++] = a->ip[i] ^ r->p[4 + i];
}

static void put_unknown(struct writer *w, const struct request *r)
{
	put16(w, ERROR_CODE);
	put16(w, 4);
	put32(w, 4 << 8 | 20);
	put16(w, UNKNOWN_ATTRIBUTES);
	put16(w, (unsigned)r->unknown_count * 2);
	for (size_t i = 0; i < r->unknown_count; i++)
		put16(w, r->unknown[i]);
	if (r->unknown_count % 2)
		put16(w, 0);
}

static size_t end(struct writer *w, bool fingerprint)
{
	unsigned len = (unsigned)w->len - HEADER_LEN + (fingerprint ? 8 : 0);
	uint32_t crc;

	w->p[2] = (uint8_t)(len >> 8);
	w->p[3] = (uint8_t)len;
	if (!fingerprint)
		return w->len;
	crc = crc32_of(w->p, w->len);
	put16(w, FINGERPRINT);
	put16(w, 4);
	put32(w, crc ^ FINGERPRINT_XOR);
	return w->len;
}

ptrdiff_t stun_answer(struct text datagram, const struct addr *from,
		      uint8_t ret[STUN_RESPONSE_MAX])
{
	struct writer w = { .p = ret };
	struct request r;

	if (request_decode(datagram, &r) < 0)
		return -EBADMSG;
	begin(&w, &r, r.unknown_count ? BINDING_ERROR : BINDING_RESPONSE);
	if (r.unknown_count)
		put_unknown(&w, &r);
	else
		put_address(&w, &r, from);
	return (ptrdiff_t)end(&w, r.fingerprint);
}
