/* SPDX-License-Identifier: Apache-2.0 */
/* bench/device.c - REGISTERs written and their answers read. */

#include "device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "md5.h"
#include "wire.h"

/* What changes in the text: each stands in the source as one byte of this value. */
enum field { PORT = 1, INDEX, CSEQ, NUMBER, AUTH, NONCE, COUNT, RESPONSE, FIELDS };
_Static_assert(FIELDS < '\n', "fields and line ends");

enum {
	PORT_LEN = 5,
	DIGITS = 7,
	NUMBER_LEN = 12,
	AUTH_LEN = 12,
	COUNT_LEN = 8,
	CSEQ_FIRST = 1000000, /* always as many digits */
	PLACES_MAX = 40,
	VIA_WITHIN = 400,
};

#define BRANCH "z9hG4bK-"
#define CNONCE "0a4f113b"

struct shape {
	char source[WIRE_MESSAGE_MAX];
	char text[WIRE_MESSAGE_MAX]; /* with room for the fields */
	size_t len;
	unsigned count;
	struct place {
		uint16_t at;
		uint8_t field, width;
	} places[PLACES_MAX];
	uint8_t nonce_len;
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static void shape_lay(struct shape *s, uint8_t nonce_len)
{
	const uint8_t widths[FIELDS] = {
		[PORT] = PORT_LEN,     [INDEX] = DIGITS,    [CSEQ] = DIGITS,
		[NUMBER] = NUMBER_LEN, [AUTH] = AUTH_LEN,   [NONCE] = nonce_len,
		[COUNT] = COUNT_LEN,   [RESPONSE] = MD5_HEX
	};

	s->nonce_len = nonce_len;
	s->len = s->count = 0;
	for (const char *p = s->source; *p; p++) {
		uint8_t field = (uint8_t)*p < FIELDS ? (uint8_t)*p : 0;
		uint8_t width = field ? widths[field] : 1;

		if (s->len + width > sizeof(s->text) || s->count == PLACES_MAX)
			die("the message is too long");
		if (field)
			s->places[s->count++] =
				(struct place){ (uint16_t)s->len, field, width };
		else
			s->text[s->len] = *p;
		s->len += width;
	}
}

static size_t shape_fill(const struct shape *s, char *dst,
			 const char *const fields[FIELDS])
{
	memcpy(dst, s->text, s->len);
	for (unsigned i = 0; i < s->count; i++) {
		const struct place *p = &s->places[i];

		memcpy(dst + p->at, fields[p->field], p->width);
	}
	return s->len;
}

static struct shape *shape_new(const struct devices_config *cfg,
			       const char *authorization)
{
	struct shape *s = calloc(1, sizeof(*s));
	bool udp = !strcmp(cfg->transport, "udp");
	char via[4], push[200] = "";

	if (!s)
		die("no memory");
	for (int i = 0; i < 4; i++)
		via[i] = cfg->transport[i] & ~0x20;
	if (cfg->push)
		snprintf(push, sizeof(push),
			 ";pn-provider=apns;pn-param=DEF123GHIJ.ch.example.phone.voip;pn-"
			 "prid="
			 "00fc13adff785122b4ad28809a3420982341241421348097878e577c9%c",
			 INDEX);
	snprintf(s->source, sizeof(s->source),
		 "REGISTER sip:%s SIP/2.0\r\n"
		 "Via: SIP/2.0/%s 127.0.0.1:%c;rport;branch=" BRANCH "%c-%c\r\n"
		 "Max-Forwards: 70\r\nFrom: <sip:%c@%s>;tag=b%c\r\nTo: <sip:%c@%s>\r\n"
		 "Call-ID: bench-%c\r\nCSeq: %c REGISTER\r\n"
		 "Contact: <sip:%c@127.0.0.1:%c%s%s%s>\r\n"
		 "Expires: %s\r\nUser-Agent: bench\r\n%sContent-Length: 0\r\n\r\n",
		 cfg->domain, via, PORT, INDEX, CSEQ, NUMBER, cfg->domain, INDEX, NUMBER,
		 cfg->domain, INDEX, CSEQ, NUMBER, PORT,
		 udp ? "" : ";transport=", udp ? "" : cfg->transport, push, cfg->expires,
		 authorization);
	shape_lay(s, 0);
	return s;
}

static bool device_read(struct device *u, const char *line, const char *domain)
{
	char number[20], auth[20], password[40];

	if (sscanf(line, "%19[^,],%19[^,],%39[^,\n]", number, auth, password) != 3 ||
	    strlen(number) != NUMBER_LEN || strlen(auth) != AUTH_LEN)
		return false;
	memcpy(u->number, number, NUMBER_LEN);
	memcpy(u->auth_name, auth, AUTH_LEN);
	md5_joined(u->ha1, auth, domain, password);
	u->cseq = CSEQ_FIRST;
	u->before = u->after = DEVICE_NONE;
	return true;
}

static void users_read(struct devices *d, const struct devices_config *cfg)
{
	FILE *f = fopen(cfg->users_path, "r");
	int32_t room = 0;
	char line[256];

	if (!f)
		die("cannot read the users");
	while (fgets(line, sizeof(line), f)) {
		if (d->count == room) {
			room = room ? 2 * room : 1024;
			d->all = realloc(d->all, (size_t)room * sizeof(*d->all));
		}
		if (!d->all)
			die("no memory");
		d->all[d->count] = (struct device){ 0 };
		d->count += device_read(&d->all[d->count], line, cfg->domain);
	}
	fclose(f);
	d->count -= d->count % cfg->ends;
	if (!d->count)
		die("there are no users");
}

void devices_open(struct devices *d, const struct devices_config *cfg)
{
	char uri[128], authorization[500];

	*d = (struct devices){ .oldest = DEVICE_NONE, .newest = DEVICE_NONE };
	users_read(d, cfg);
	snprintf(uri, sizeof(uri), "sip:%s", cfg->domain);
	md5_joined(d->ha2, "REGISTER", uri, NULL);
	snprintf(authorization, sizeof(authorization),
		 "Authorization: Digest username=\"%c\", realm=\"%s\", nonce=\"%c\", "
		 "uri=\"%s\", response=\"%c\", algorithm=MD5, cnonce=\"" CNONCE "\", "
		 "qop=auth, nc=%c\r\n",
		 AUTH, cfg->domain, NONCE, uri, RESPONSE, COUNT);
	d->bare = shape_new(cfg, "");
	d->answering = shape_new(cfg, authorization);
}

static void digits_put(char *dst, unsigned width, uint32_t n)
{
	while (width--) {
		dst[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

/* nc:cnonce:qop, of which nc stands in the message as well. */
static void count_put(char dst[COUNT_LEN], uint32_t n)
{
	for (unsigned i = COUNT_LEN; i--; n >>= 4)
		dst[i] = "0123456789abcdef"[n & 15];
}

static void response_put(const struct devices *d, const struct device *u,
			 char hex[MD5_HEX], const char *count, size_t count_len)
{
	MD5_CTX ctx;

	MD5_Init(&ctx);
	ctx.A = u->begun[0];
	ctx.B = u->begun[1];
	ctx.C = u->begun[2];
	ctx.D = u->begun[3];
	ctx.Nl = 8 * MD5_BLOCK;
	md5_response(hex, &ctx, u->nonce, u->nonce_len, count, count_len, d->ha2);
}

size_t device_register(struct devices *d, int32_t at, uint16_t port, char *dst)
{
	struct device *u = &d->all[at];
	char port_text[PORT_LEN], index[DIGITS], cseq[DIGITS], response[MD5_HEX];
	char count[] = "00000000:" CNONCE ":auth";
	const char *const fields[FIELDS] = {
		[PORT] = port_text,   [INDEX] = index,       [CSEQ] = cseq,
		[NUMBER] = u->number, [AUTH] = u->auth_name, [NONCE] = u->nonce,
		[COUNT] = count,      [RESPONSE] = response,
	};

	digits_put(port_text, PORT_LEN, port);
	digits_put(index, DIGITS, (uint32_t)at);
	digits_put(cseq, DIGITS, ++u->cseq);
	if (!u->nonce_len)
		return shape_fill(d->bare, dst, fields);
	count_put(count, ++u->nc);
	response_put(d, u, response, count, sizeof(count) - 1);
	if (d->answering->nonce_len != u->nonce_len)
		shape_lay(d->answering, u->nonce_len);
	return shape_fill(d->answering, dst, fields);
}

void device_sent(struct devices *d, int32_t at, int64_t now_ns)
{
	struct device *u = &d->all[at];

	u->sent_ns = now_ns;
	u->under_way = true;
	u->before = d->newest;
	u->after = DEVICE_NONE;
	if (d->newest == DEVICE_NONE)
		d->oldest = at;
	else
		d->all[d->newest].after = at;
	d->newest = at;
	d->under_way++;
}

void device_answered(struct devices *d, int32_t at)
{
	struct device *u = &d->all[at];

	if (u->before == DEVICE_NONE)
		d->oldest = u->after;
	else
		d->all[u->before].after = u->after;
	if (u->after == DEVICE_NONE)
		d->newest = u->before;
	else
		d->all[u->after].before = u->before;
	u->under_way = false;
	d->under_way--;
}

static uint32_t digits_read(const char *p)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < DIGITS; i++)
		n = 10 * n + (uint32_t)(p[i] - '0');
	return n;
}

int32_t device_of_response(const struct devices *d, const char *text, size_t len)
{
	const char *branch = memmem(text, len < VIA_WITHIN ? len : VIA_WITHIN, BRANCH,
				    sizeof(BRANCH) - 1);
	int32_t at;

	if (!branch || text + len < branch + sizeof(BRANCH) + 2 * DIGITS)
		return DEVICE_NONE;
	branch += sizeof(BRANCH) - 1;
	at = (int32_t)digits_read(branch);
	if (at >= d->count || !d->all[at].under_way ||
	    digits_read(branch + DIGITS + 1) != d->all[at].cseq)
		return DEVICE_NONE;
	return at;
}

bool device_challenged(struct devices *d, int32_t at, const char *text, int64_t now_ns)
{
	struct device *u = &d->all[at];
	const char *nonce = strstr(text, "nonce=\""), *end;
	MD5_CTX ctx;

	nonce = nonce ? nonce + sizeof("nonce=\"") - 1 : NULL;
	end = nonce ? strchr(nonce, '"') : NULL;
	if (!end || end - nonce > (ptrdiff_t)sizeof(u->nonce) ||
	    end - nonce < MD5_NONCE_KEPT)
		return false;
	u->nonce_len = (uint8_t)(end - nonce);
	memcpy(u->nonce, nonce, u->nonce_len);
	u->nonce_ns = now_ns;
	u->nc = 0;
	md5_begin(&ctx, u->ha1, u->nonce);
	memcpy(u->begun, (uint32_t[]){ ctx.A, ctx.B, ctx.C, ctx.D }, sizeof(u->begun));
	return true;
}
