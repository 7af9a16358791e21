/* SPDX-License-Identifier: Apache-2.0 */
/* net/ws_head.c - The opening handshake: a table of headers, and what each must say. */

#include "net/ws_head.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

enum { ACCEPT_SIZE = 32, SHA1_LEN = 20 };

enum seen {
	SEEN_HOST = 1,
	SEEN_UPGRADE = 2,
	SEEN_CONNECTION = 4,
	SEEN_KEY = 8,
	SEEN_VERSION = 16,
	SEEN_PROTOCOL = 32,
	SEEN_ALL = 63,
	SEEN_ORIGIN = 64,
};

struct reader {
	struct ws_head head;
	unsigned seen;
	unsigned status; /* 0: good so far */
};

static const struct {
	unsigned status;
	const char *phrase;
	const char *more;
} refusals[] = {
	{ 400, "Bad Request", "" },
	{ 403, "Forbidden", "" },
	{ 405, "Method Not Allowed", "Allow: GET\r\n" },
	{ 426, "Upgrade Required",
	  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" },
	{ 431, "Request Header Fields Too Large", "" },
	{ 503, "Service Unavailable", "" },
	{ 505, "HTTP Version Not Supported", "" },
};

/* The list has that token, in either case. */
static bool lists(struct text list, struct text token)
{
	struct text one;

	while (list.len) {
		text_split(list, ',', &one, &list);
		if (text_eq_nocase(text_trim(one), token))
			return true;
	}
	return false;
}

static void take_host(struct reader *r, struct text value)
{
	if (value.len == 0)
		r->status = 400;
}

static void take_upgrade(struct reader *r, struct text value)
{
	if (!lists(value, TEXT("websocket")))
		r->status = 426;
}

static void take_connection(struct reader *r, struct text value)
{
	if (!lists(value, TEXT("upgrade")))
		r->status = 426;
}

/* 16 bytes in base64. */
static void take_key(struct reader *r, struct text value)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
				       "xyz0123456789+/";
	size_t letters = 0;

	while (letters < value.len && value.p[letters] &&
	       strchr(alphabet, value.p[letters]))
		letters++;
	if (value.len != WS_KEY_LEN || letters != WS_KEY_LEN - 2 ||
	    !text_ends(value, TEXT("==")))
		r->status = 400;
	r->head.key = value;
}

static void take_version(struct reader *r, struct text value)
{
	if (!text_eq(value, TEXT("13")))
		r->status = 426;
}

static void take_protocol(struct reader *r, struct text value)
{
	if (!lists(value, TEXT("sip")))
		r->seen &= ~(unsigned)SEEN_PROTOCOL; /* another line may have it */
}

static void take_origin(struct reader *r, struct text value)
{
	r->head.origin = value;
}

/* A GET has no body, and what would be read as one is not a frame. */
static void take_body(struct reader *r, struct text value)
{
	if (!text_eq(value, TEXT("0")))
		r->status = 400;
}

static const struct {
	struct text name;
	unsigned seen; /* 0: may come again */
	void (*take)(struct reader *, struct text value);
} headers[] = {
	{ TEXT_INIT("Host"), SEEN_HOST, take_host },
	{ TEXT_INIT("Upgrade"), SEEN_UPGRADE, take_upgrade },
	{ TEXT_INIT("Connection"), SEEN_CONNECTION, take_connection },
	{ TEXT_INIT("Sec-WebSocket-Key"), SEEN_KEY, take_key },
	{ TEXT_INIT("Sec-WebSocket-Version"), SEEN_VERSION, take_version },
	{ TEXT_INIT("Sec-WebSocket-Protocol"), SEEN_PROTOCOL, take_protocol },
	{ TEXT_INIT("Origin"), SEEN_ORIGIN, take_origin },
	{ TEXT_INIT("Content-Length"), 0, take_body },
	{ TEXT_INIT("Transfer-Encoding"), 0, take_body },
};

enum { HEADERS = sizeof(headers) / sizeof(headers[0]) };

/* RFC 9110 5.6.2 */
static bool is_token(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return t.len > 0;
}

static bool is_value(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static void take_header(struct reader *r, struct text line)
{
	struct text name, value;

	if (!text_split(line, ':', &name, &value) || !is_token(name) ||
	    !is_value(value)) {
		r->status = 400;
		return;
	}
	for (size_t i = 0; i < HEADERS; i++) {
		if (!text_eq_nocase(name, headers[i].name))
			continue;
		if (r->seen & headers[i].seen)
			r->status = 400; /* twice */
		r->seen |= headers[i].seen;
		headers[i].take(r, text_trim(value));
		return;
	}
}

static void take_request(struct reader *r, struct text line)
{
	struct text method, target, version;

	text_split(line, ' ', &method, &target);
	text_split(target, ' ', &target, &version);
	if (!is_token(method) || !text_starts(target, TEXT("/")) || !is_value(target) ||
	    !text_starts(version, TEXT("HTTP/")))
		r->status = 400;
	else if (!text_eq(version, TEXT("HTTP/1.1")))
		r->status = 505;
	else if (!text_eq(method, TEXT("GET")))
		r->status = 405;
}

/* Lines end with CRLF; a CR or LF alone is none of them. */
static void take_lines(struct reader *r, struct text head)
{
	unsigned count = 0;
	size_t end;

	while (!r->status && head.len && text_find_text(head, TEXT("\r\n"), &end)) {
		struct text line = text_sub(head, 0, end);

		if (count == 0)
			take_request(r, line);
		else
			take_header(r, line);
		if (++count > WS_HEADERS_MAX)
			r->status = 431;
		head = text_from(head, end + 2);
	}
}

ptrdiff_t ws_head_decode(struct text in, struct ws_head *ret, unsigned *status)
{
	struct reader r = { .status = 0 };
	struct text seen = text_sub(in, 0, WS_HEAD_MAX);
	size_t len;

	if (!text_find_text(seen, TEXT("\r\n\r\n"), &len)) {
		*status = 431;
		return in.len >= WS_HEAD_MAX ? -EBADMSG : -EAGAIN;
	}
	take_lines(&r, text_sub(in, 0, len + 2));
	if (!r.status && (r.seen & SEEN_ALL) != SEEN_ALL)
		r.status = r.seen & SEEN_UPGRADE ? 400 : 426;
	*status = r.status;
	if (r.status)
		return -EBADMSG;
	*ret = r.head;
	return (ptrdiff_t)len + 4;
}

bool ws_origin_allowed(struct text origin, const char *const *list, unsigned count)
{
	if (!origin.p)
		origin = TEXT("none");
	else if (text_eq_nocase(origin, TEXT("none")))
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (text_eq_nocase(origin, text_of(list[i])))
			return true;
	}
	return false;
}

void ws_head_accept(struct buf *b, const struct ws_head *h)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char joined[WS_KEY_LEN + sizeof(guid)];
	unsigned char sha1[SHA1_LEN], accept[ACCEPT_SIZE];

	memcpy(joined, h->key.p, WS_KEY_LEN);
	memcpy(joined + WS_KEY_LEN, guid, sizeof(guid));
	if (!EVP_Digest(joined, sizeof(joined) - 1, sha1, NULL, EVP_sha1(), NULL)) {
		ws_head_refuse(b, 503);
		return;
	}
	EVP_EncodeBlock(accept, sha1, SHA1_LEN);
	buf_puts(b, "HTTP/1.1 101 Switching Protocols\r\n"
		    "Upgrade: websocket\r\n"
		    "Connection: Upgrade\r\n"
		    "Sec-WebSocket-Protocol: sip\r\n"
		    "Sec-WebSocket-Accept: ");
	buf_puts(b, (const char *)accept);
	buf_puts(b, "\r\n\r\n");
}

void ws_head_refuse(struct buf *b, unsigned status)
{
	size_t i = 0;

	while (refusals[i].status != status &&
	       i + 1 < sizeof(refusals) / sizeof(refusals[0]))
		i++;
	buf_printf(b,
		   "HTTP/1.1 %u %s\r\n%sConnection: close\r\nContent-Length: 0\r\n\r\n",
		   refusals[i].status, refusals[i].phrase, refusals[i].more);
}
