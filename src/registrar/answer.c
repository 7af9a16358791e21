/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/answer.c - Answers to REGISTER (RFC 3261 10.3 step 8, 21.4.17). */

#include <time.h>

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

static void put_contact(struct buf *b, const struct binding *is, int64_t now_us)
{
	long long s = (is->expires_at - now_us + REGISTRAR_US - 1) / REGISTRAR_US;

	if (is->q < 1000)
		sip_header_printf(b, SIP_HDR_CONTACT, "<%s>;expires=%lld;q=0.%03u",
				  is->contact, s, is->q);
	else
		sip_header_printf(b, SIP_HDR_CONTACT, "<%s>;expires=%lld", is->contact,
				  s);
}

/* RFC 1123, always in English: the C library's names follow the locale. */
static void put_date(struct buf *b, int64_t wall_s)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t at = (time_t)wall_s;
	struct tm tm;

	if (!gmtime_r(&at, &tm))
		return;
	sip_header_printf(b, SIP_HDR_DATE, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT",
			  days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
			  tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void register_answer(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct outcome *o, struct buf *b)
{
	int64_t now_us = clock_wall_us(r->cfg.clock);

	begin(r, from, m, &(struct refusal){ 200, NULL }, b);
	for (size_t i = 0; i < o->count; i++)
		put_contact(b, &o->is[i].binding, now_us);
	put_date(b, now_us / REGISTRAR_US);
	sip_body(b, TEXT_NONE, TEXT_NONE);
}

void register_refuse(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct refusal *why, struct buf *b)
{
	begin(r, from, m, why, b);
	if (why->status == 423)
		sip_header_printf(b, SIP_HDR_MIN_EXPIRES, "%u", r->cfg.expires_min_s);
	if (why->status == 500)
		sip_header_put(b, SIP_HDR_RETRY_AFTER, TEXT("5"));
	sip_body(b, TEXT_NONE, TEXT_NONE);
}
