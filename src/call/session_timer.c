/* SPDX-License-Identifier: Apache-2.0 */
/* call/session_timer.c - Session timers (RFC 4028). */

#include "call/session_timer.h"

#include "base/log.h"
#include "call/await.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/offer.h"
#include "call/sdp.h"

enum {
	BEFORE_END_S = 32
}; /* 10: BYE goes out so long before the end, or a third of it */

static bool known(const struct sip_msg *m)
{
	return sip_msg_has_token(m, SIP_HDR_SUPPORTED, TEXT("timer")) ||
	       sip_msg_has_token(m, SIP_HDR_REQUIRE, TEXT("timer"));
}

/* Session-Expires and its refresher (4), Min-SE (5). False: there is none. */
static bool read_header(const struct sip_msg *m, enum sip_header_id id, uint32_t *ret,
			struct text *refresher)
{
	const struct sip_header *h = sip_msg_header(m, id);
	struct text number, params = TEXT_NONE;

	*refresher = TEXT_NONE;
	if (!h)
		return false;
	if (!text_split(h->value, ';', &number, &params))
		params = TEXT_NONE;
	else
		params = text_from(h->value, number.len);
	if (text_to_u32(text_trim_lws(number), UINT32_MAX, ret) < 0)
		return false;
	sip_param_find(params, TEXT("refresher"), refresher);
	return true;
}

bool session_timer_too_small(const struct call_engine *e, const struct sip_msg *m)
{
	struct text refresher;
	uint32_t expires_s;

	return known(m) &&
	       read_header(m, SIP_HDR_SESSION_EXPIRES, &expires_s, &refresher) &&
	       expires_s < e->cfg.session_min_s;
}

void session_timer_min_put(const struct call_engine *e, struct buf *b)
{
	sip_header_printf(b, SIP_HDR_MIN_SE, "%u", e->cfg.session_min_s);
}

void session_timer_stop(struct leg *l)
{
	timer_stop(&l->session);
	l->session_s = 0;
}

static void on_session(struct timer *t);

/* Half-time is for the refresh, what is left of it for its failing. */
static void run(struct leg *l, bool refreshed)
{
	uint32_t before_s =
		l->session_s / 3 < BEFORE_END_S ? l->session_s / 3 : BEFORE_END_S;
	uint32_t after_s = l->session_s - before_s;

	l->session_due = l->session_ours && refreshed;
	if (l->session_due)
		after_s = l->session_s / 2;
	else if (l->session_ours)
		after_s -= l->session_s / 2;
	timer_start(l->call->engine->cfg.loop, &l->session, after_s * 1000LL, on_session);
}

static void begin(struct leg *l, uint32_t expires_s, bool ours)
{
	l->session_s = expires_s > SESSION_MAX_S ? SESSION_MAX_S : expires_s;
	l->session_ours = ours;
	run(l, true);
}

static void lost(struct leg *l)
{
	if (l->state == LEG_CONFIRMED)
		leg_bye(l, TEXT_NONE);
	call_finish(l->call, "unreachable", TEXT_NONE);
}

static void refreshed(struct leg *l, unsigned status, const struct sip_msg *m)
{
	if (l->state != LEG_CONFIRMED)
		return;
	if (status == 408 || status == 481)
		lost(l);
	else if (status < 300)
		session_timer_take(l, m);
	else if (status == 422 && session_timer_longer(l, m))
		timer_start(l->call->engine->cfg.loop, &l->session, 0, on_session);
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg;

	if (m->status < 200)
		return;
	txn_client_forget(t);
	l->session_client = NULL;
	if (m->status < 300)
		leg_refresh(l, m);
	refreshed(l, m->status, m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct leg *l = arg;

	txn_client_forget(t);
	l->session_client = NULL;
	refreshed(l, 408, NULL);
}

static const struct txn_client_events events = {
	.response = on_response,
	.failed = on_failed,
};

static int update(struct leg *l)
{
	struct buf b = BUF_GROWING;
	int error;

	leg_request_begin(l, &b, SIP_UPDATE, leg_next_cseq(l));
	leg_contact_put(l, &b);
	headers_allow_put(&b);
	headers_supported_put(&b, false);
	session_timer_request_put(l, &b);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	error = b.error ? b.error
			: leg_send(l, SIP_UPDATE, buf_text(&b), &events, l,
				   &l->session_client);
	buf_free(&b);
	return error;
}

/* Nothing is new in it; the answer may say so all the same. */
static void take_answer(struct leg *l, const struct sip_msg *m)
{
	struct leg *other = leg_other(l);
	struct buf ignored = BUF_GROWING;
	struct text sdp;

	if (other && headers_sdp(m, &sdp) == 0 &&
	    call_sdp_answer(l, other, sdp, &ignored) == 0)
		call_sdp_settle(l->call, true);
	buf_free(&ignored);
}

static int refresh(struct leg *l);

static void on_offered(void *arg, struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct await_what what = { l, leg_other(l), MEDIA_ANSWER };

	if (status == 503 && !m) { /* it had to wait, and takes UPDATE meanwhile */
		refresh(l);
		return;
	}
	if (status < 300 && what.to && await_media(l, &what, m, take_answer))
		take_answer(l, m);
	if (status != 408 && status != 481) /* else the call ends by itself */
		refreshed(l, status, m);
}

static int refresh(struct leg *l)
{
	if (l->session_client)
		return 0;
	if (l->allows_update)
		return update(l);
	return leg_offer_again(l, on_offered, NULL);
}

static void on_session(struct timer *t)
{
	struct leg *l = container_of(t, struct leg, session);

	if (l->state != LEG_CONFIRMED)
		return;
	if (l->session_due) {
		run(l, false);
		refresh(l); /* should it not leave, the end comes at its time */
		return;
	}
	log_info("call id=%lld session_expired=%s", (long long)l->call->id,
		 l == l->call->caller ? "caller" : "callee");
	call_finish(l->call, "session_expired", TEXT_NONE);
}

static uint32_t wanted_s(const struct leg *l)
{
	uint32_t expires_s = l->call->engine->cfg.session_expires_s;

	return expires_s < l->session_min_s ? l->session_min_s : expires_s;
}

/* What the peer asks for, when it is not longer than we want; and its refresher. */
void session_timer_answer_put(struct leg *l, struct buf *b, const struct sip_msg *req)
{
	const struct call_config *cfg = &l->call->engine->cfg;
	uint32_t expires_s, min_s;
	struct text refresher, ignored;
	bool uac;

	if (!known(req) || l->call->emergency) {
		session_timer_stop(l);
		return;
	}
	if (read_header(req, SIP_HDR_MIN_SE, &min_s, &ignored) &&
	    min_s > l->session_min_s)
		l->session_min_s = min_s < SESSION_MAX_S ? min_s : SESSION_MAX_S;
	if (!read_header(req, SIP_HDR_SESSION_EXPIRES, &expires_s, &refresher) ||
	    expires_s > wanted_s(l))
		expires_s = wanted_s(l);
	if (expires_s < cfg->session_min_s)
		expires_s = cfg->session_min_s;
	uac = text_eq_nocase(refresher, TEXT("uac"));
	headers_number(b, SIP_HDR_SESSION_EXPIRES, expires_s,
		       uac ? ";refresher=uac" : ";refresher=uas");
	if (uac)
		sip_header_put(b, SIP_HDR_REQUIRE, TEXT("timer"));
	begin(l, expires_s, !uac);
}

void session_timer_request_put(const struct leg *l, struct buf *b)
{
	bool theirs = l->session_s && !l->session_ours;

	if (l->call->emergency)
		return;
	headers_number(b, SIP_HDR_SESSION_EXPIRES,
		       l->session_s ? l->session_s : wanted_s(l),
		       theirs ? ";refresher=uas" : ";refresher=uac");
	headers_number(b, SIP_HDR_MIN_SE,
		       l->session_min_s > l->call->engine->cfg.session_min_s
			       ? l->session_min_s
			       : l->call->engine->cfg.session_min_s,
		       "");
}

/* A peer that says nothing of it does not know it. */
void session_timer_take(struct leg *l, const struct sip_msg *response)
{
	struct text refresher;
	uint32_t expires_s;

	if (l->call->emergency ||
	    !read_header(response, SIP_HDR_SESSION_EXPIRES, &expires_s, &refresher) ||
	    expires_s < l->call->engine->cfg.session_min_s) {
		session_timer_stop(l);
		return;
	}
	l->session_tries = 0;
	begin(l, expires_s, !text_eq_nocase(refresher, TEXT("uas")));
}

bool session_timer_longer(struct leg *l, const struct sip_msg *response)
{
	struct text ignored;
	uint32_t min_s;

	if (!read_header(response, SIP_HDR_MIN_SE, &min_s, &ignored) ||
	    min_s <= l->session_min_s || min_s > SESSION_MAX_S ||
	    ++l->session_tries > SESSION_TRIES_MAX)
		return false;
	l->session_min_s = min_s;
	if (l->session_s && l->session_s < min_s)
		l->session_s = min_s;
	return true;
}
