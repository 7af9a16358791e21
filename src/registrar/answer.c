/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/answer.c - Answers to REGISTER (RFC 3261 10.3 step 8, 21.4.17; RFC 5626 6;
 * RFC 3327 5.3). */

#include <time.h>

#include "event/diagnosis.h"
#include "registrar/gruu.h"
#include "registrar/register.h"
#include "txn/txn.h"

enum { TAG_LEN = 12 };

static void begin(struct registrar *r, const struct flow *from, const struct sip_msg *m,
		  const struct refusal *status, struct buf *b)
{
	char tag[TAG_LEN + 1];

	random_text(r->cfg.random, tag, TAG_LEN, RANDOM_TOKEN);
	txn_response_begin(b, from, m, status->status, status->reason, text_of(tag));
	sip_header_put(b, SIP_HDR_SERVER, TEXT("Ownline"));
}

void register_answer_contact(const struct registrar *r, const char *number,
			     const struct record *is, int64_t now_us, struct buf *b)
{
	int64_t left_us = is->expires_us - now_us + REGISTRAR_US - 1;
	struct text instance = record_text(is, RECORD_INSTANCE);

	buf_put(b, TEXT("Contact: <"));
	buf_put(b, record_text(is, RECORD_CONTACT));
	buf_put(b, TEXT(">;expires="));
	buf_put_u64(b, left_us > 0 ? (uint64_t)left_us / REGISTRAR_US : 0);
	if (is->q < 1000)
		buf_printf(b, ";q=0.%03u", is->q);
	if (instance.len) {
		buf_puts(b, ";+sip.instance=\"");
		buf_put(b, instance);
		buf_putc(b, '"');
	}
	if (is->reg_id)
		buf_printf(b, ";reg-id=%u", is->reg_id);
	if (number)
		gruu_put(r, number, is, b);
	buf_put(b, TEXT("\r\n"));
}

/* RFC 8599 4.1, 5.2: a device that asks by an empty pn-provider hears of every service that
 * we can wake it by, another one whether its own is among them. */
static void put_push(const struct registrar *r, const struct wishes *w, struct buf *b)
{
	const char *name;

	if (!w->count || !w->asks_push)
		return;
	for (unsigned i = 0; (name = push_name(r->cfg.push, i)); i++) {
		if (!w->provider.len || text_eq(w->provider, text_of(name)))
			sip_header_printf(b, SIP_HDR_FEATURE_CAPS, "*;+sip.pns=\"%s\"",
					  name);
	}
}

/* RFC 5626 6: a flow was registered, and how long it may be silent. */
static void put_outbound(const struct registrar *r, struct buf *b)
{
	sip_header_put(b, SIP_HDR_REQUIRE, TEXT("outbound"));
	if (r->cfg.flow_timer_s)
		sip_header_printf(b, SIP_HDR_FLOW_TIMER, "%u", r->cfg.flow_timer_s);
}

static void put_extensions(const struct registrar *r, const struct wishes *w,
			   struct buf *b)
{
	sip_header_put(b, SIP_HDR_SUPPORTED, TEXT(REGISTRAR_SUPPORTED));
	put_push(r, w, b);
	if (w->path[0] && w->tell_path)
		sip_header_put(b, SIP_HDR_PATH, text_of(w->path));
	if (w->outbound)
		put_outbound(r, b);
}

static void put_two(struct buf *b, int n, char after)
{
	buf_putc(b, (char)('0' + n / 10 % 10));
	buf_putc(b, (char)('0' + n % 10));
	buf_putc(b, after);
}

/* RFC 1123, always in English: the C library's names follow the locale. */
static void date_encode(struct buf *b, time_t at)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	if (!gmtime_r(&at, &tm))
		return;
	buf_put(b, sip_header_lead(SIP_HDR_DATE));
	buf_put(b, (struct text){ days + 3 * tm.tm_wday, 3 });
	buf_puts(b, ", ");
	put_two(b, tm.tm_mday, ' ');
	buf_put(b, (struct text){ months + 3 * tm.tm_mon, 3 });
	buf_putc(b, ' ');
	buf_put_u64(b, (uint64_t)(tm.tm_year + 1900));
	buf_putc(b, ' ');
	put_two(b, tm.tm_hour, ':');
	put_two(b, tm.tm_min, ':');
	put_two(b, tm.tm_sec, ' ');
	buf_puts(b, "GMT\r\n");
}

/* Every answer of a second has the same. */
static void put_date(struct buf *b, int64_t wall_s)
{
	static _Thread_local int64_t at = INT64_MIN;
	static _Thread_local char line[48];
	static _Thread_local size_t len;
	struct buf l = BUF_FIXED(line);

	if (at != wall_s) {
		date_encode(&l, (time_t)wall_s);
		at = wall_s;
		len = l.error ? 0 : l.len;
	}
	buf_put(b, (struct text){ line, len });
}

void register_answer_begin(struct registrar *r, const struct flow *from,
			   const struct sip_msg *m, struct buf *b)
{
	begin(r, from, m, &(struct refusal){ 200, NULL, NULL }, b);
}

void register_answer_again(const struct registrar *r, bool outbound, struct buf *b)
{
	buf_put(b, TEXT("Supported: " REGISTRAR_SUPPORTED "\r\n"));
	if (outbound)
		put_outbound(r, b);
	put_date(b, clock_wall_us(r->cfg.clock) / REGISTRAR_US);
	buf_put(b, TEXT("Content-Length: 0\r\n\r\n"));
}

void register_answer_end(const struct registrar *r, const struct wishes *w, struct buf *b)
{
	put_extensions(r, w, b);
	put_date(b, clock_wall_us(r->cfg.clock) / REGISTRAR_US);
	sip_body(b, TEXT_NONE, TEXT_NONE);
}

void register_refuse(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct refusal *why, struct buf *b)
{
	const struct diagnosis *d = why->why ? diagnosis_of(why->why) : NULL;

	begin(r, from, m, why, b);
	if (d && d->warning)
		sip_warning_put(b, r->cfg.domain, d->warning);
	if (why->status == 423)
		sip_header_printf(b, SIP_HDR_MIN_EXPIRES, "%u", r->cfg.expires_min_s);
	if (why->status == 500)
		sip_header_put(b, SIP_HDR_RETRY_AFTER, TEXT("5"));
	sip_body(b, TEXT_NONE, TEXT_NONE);
}
