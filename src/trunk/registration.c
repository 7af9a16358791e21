/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/registration.c - Our own registration with a trunk (RFC 3261 10.2): in time again,
 * with a digest when it asks for one, address after address, and slower after failures.
 * The states are a table; "change" is the one place where the state changes. */

#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "sip/encode.h"
#include "trunk/keep.h"

enum {
	PATIENCE_MS = 8000,   /* for an answer, before the next address */
	NO_ADDRESS_MS = 1000, /* the name is still being asked for */
	FIRST_MS = 1000,      /* spread of the first round */
	RENEW_LEAST_S = 30,   /* after the last one: a trunk may close every connection */
	BACK_OFF_S = 30,
	BACK_OFF_MAX_S = 1800,
	EXPIRES_MAX_S = 86400,
};

enum event { DUE, ACCEPTED, CHALLENGED, TOO_BRIEF, REFUSED, UNANSWERED, EVENTS };

typedef enum registered step_fn(struct kept *k, const struct sip_msg *m);

static step_fn begin_round, accepted, challenged, too_brief, refused, unanswered;

static step_fn *const steps[REGISTERED_STATES][EVENTS] = {
	[REGISTERED_NOT] = { [DUE] = begin_round },
	[REGISTERED_ASKING] = { [ACCEPTED] = accepted,
				[CHALLENGED] = challenged,
				[TOO_BRIEF] = too_brief,
				[REFUSED] = refused,
				[UNANSWERED] = unanswered },
	[REGISTERED_YES] = { [DUE] = begin_round },
	[REGISTERED_WAITING] = { [DUE] = begin_round },
};

static const char *const names[REGISTERED_STATES] = { [REGISTERED_NOT] = "no",
						      [REGISTERED_ASKING] = "asking",
						      [REGISTERED_YES] = "yes",
						      [REGISTERED_WAITING] = "waiting" };

const char *registered_name(enum registered r)
{
	return names[r];
}

/* A refresh is no news; coming and going is. */
static void tell(const struct trunk *t, enum registered before, enum registered after,
		 unsigned status)
{
	if (after == REGISTERED_WAITING)
		log_warn("trunk name=%s registered=%s result=%u", t->cfg.name,
			 names[after], status);
	else if (after == REGISTERED_YES && t->registration.failed)
		log_info("trunk name=%s registered=%s", t->cfg.name, names[after]);
}

static void change(struct kept *k, enum event event, const struct sip_msg *m)
{
	struct trunk *t = k->trunk;
	enum registered before = t->registration.state, after;
	step_fn *fn = steps[before][event];

	if (!fn) /* a late answer of a round that is over */
		return;
	after = fn(k, m);
	tell(t, before, after, m ? m->status : 0);
	pthread_rwlock_wrlock(&t->set->lock);
	t->registration.state = after;
	t->registration.failed = after == REGISTERED_WAITING ||
				 (t->registration.failed && after != REGISTERED_YES);
	if (m)
		t->registration.status = m->status;
	pthread_rwlock_unlock(&t->set->lock);
}

/* --- the request --- */

static void on_timer(struct timer *timer)
{
	struct kept *k = container_of(timer, struct kept, registration.timer);

	change(k, k->trunk->registration.state == REGISTERED_ASKING ? UNANSWERED : DUE,
	       NULL);
}

static void wait_ms(struct kept *k, int64_t ms)
{
	timer_start(k->keeper->cfg.loop, &k->registration.timer, ms, on_timer);
}

static void forget(struct registration *r)
{
	timer_stop(&r->timer);
	if (r->client)
		txn_client_forget(r->client);
	r->client = NULL;
}

static enum event event_of(const struct sip_msg *m)
{
	if (m->status < 300)
		return ACCEPTED;
	if (m->status == 401 || m->status == 407)
		return CHALLENGED;
	if (m->status == 423)
		return TOO_BRIEF;
	return m->status == 408 || m->status == 503 ? UNANSWERED : REFUSED;
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct kept *k = arg;

	if (m->status < 200)
		return;
	forget(&k->registration);
	change(k, event_of(m), m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct kept *k = arg;

	forget(&k->registration);
	change(k, UNANSWERED, NULL);
}

static void on_ended(void *arg, struct txn_client *t)
{
	((struct kept *)arg)->registration.client = NULL;
}

static const struct txn_client_events events = {
	.response = on_response,
	.failed = on_failed,
	.ended = on_ended,
};

static const char *account_of(const struct trunk_config *cfg)
{
	return cfg->account[0] ? cfg->account : cfg->user;
}

static void write_contact(struct kept *k)
{
	struct registration *r = &k->registration;
	char own[ADDR_TEXT_SIZE];
	bool udp = r->flow.transport == TRANSPORT_UDP;

	kept_own_host(k, &r->flow, own);
	snprintf(r->contact, sizeof(r->contact), "sip:%s@%s%s%s",
		 account_of(&k->trunk->cfg), own, udp ? "" : ";transport=",
		 udp ? "" : transport_uri_name(r->flow.transport));
}

static void write_register(struct kept *k, unsigned expires_s, struct buf *b)
{
	const struct trunk_keeper_config *cfg = &k->keeper->cfg;
	struct text host = k->trunk->question.host;
	struct registration *r = &k->registration;
	char uri[TRUNK_URI_SIZE + 8];

	snprintf(uri, sizeof(uri), "sip:%.*s", TEXT_ARG(host));
	sip_request_begin(b, SIP_REGISTER, text_of(uri));
	sip_header_put(b, SIP_HDR_MAX_FORWARDS, TEXT("70"));
	sip_header_printf(b, SIP_HDR_FROM, "<sip:%s@%.*s>;tag=%s",
			  account_of(&k->trunk->cfg), TEXT_ARG(host), r->tag);
	sip_header_printf(b, SIP_HDR_TO, "<sip:%s@%.*s>", account_of(&k->trunk->cfg),
			  TEXT_ARG(host));
	sip_header_put(b, SIP_HDR_CALL_ID, text_of(r->call_id));
	sip_header_printf(b, SIP_HDR_CSEQ, "%u REGISTER", ++r->cseq);
	sip_header_printf(b, SIP_HDR_CONTACT, "<%s>", r->contact);
	sip_header_printf(b, SIP_HDR_EXPIRES, "%u", expires_s);
	trunk_digest_put(r->digest, &k->trunk->cfg, cfg->random, SIP_REGISTER,
			 text_of(uri), b);
	sip_header_put(b, SIP_HDR_USER_AGENT, TEXT("Ownline"));
	sip_body(b, TEXT_NONE, TEXT_NONE);
}

static int send_register(struct kept *k, unsigned expires_s,
			 const struct txn_client_events *ev, struct txn_client **ret)
{
	struct buf b = BUF_GROWING;
	int error;

	write_contact(k);
	write_register(k, expires_s, &b);
	error = b.error;
	if (!error)
		error = txn_client_new(k->keeper->cfg.txn, &k->registration.flow,
				       SIP_REGISTER, buf_text(&b), ev, k, ret);
	buf_free(&b);
	return error;
}

/* --- the steps --- */

static enum registered back_off(struct kept *k, unsigned retry_after_s)
{
	struct registration *r = &k->registration;
	unsigned s = BACK_OFF_S << (r->failures < 6 ? r->failures : 6);

	r->failures++;
	if (s > BACK_OFF_MAX_S)
		s = BACK_OFF_MAX_S;
	if (s < retry_after_s)
		s = retry_after_s;
	wait_ms(k, s * 1000LL + random_below(k->keeper->cfg.random, s * 100 + 1));
	return REGISTERED_WAITING;
}

static enum registered ask_again(struct kept *k)
{
	struct registration *r = &k->registration;

	if (send_register(k, r->expires_s, &events, &r->client) < 0)
		return back_off(k, 0);
	wait_ms(k, PATIENCE_MS);
	return REGISTERED_ASKING;
}

static enum registered ask_next(struct kept *k, unsigned retry_after_s)
{
	struct registration *r = &k->registration;

	while (r->target_at < r->target_count) {
		const struct trunk_target *to = &r->targets[r->target_at++];

		if (net_connect_name(k->keeper->cfg.net, to->transport, &to->addr,
				     to->host, &r->flow) == 0)
			return ask_again(k);
	}
	return back_off(k, retry_after_s);
}

static enum registered begin_round(struct kept *k, const struct sip_msg *m)
{
	struct registration *r = &k->registration;

	r->target_count = trunk_targets(k->trunk, r->targets, RESOLVE_HOPS_MAX);
	r->target_at = 0;
	trunk_digest_again(r->digest);
	if (!r->target_count) {
		wait_ms(k, NO_ADDRESS_MS);
		return REGISTERED_NOT;
	}
	return ask_next(k, 0);
}

static bool is_ours(const struct kept *k, const struct sip_address *a)
{
	struct sip_uri own;

	return sip_uri_decode(text_of(k->registration.contact), &own) == 0 &&
	       text_eq(a->uri.user, own.user) && text_eq_nocase(a->uri.host, own.host) &&
	       a->uri.port == own.port;
}

/* What was granted to our contact; to all of them when it does not say. */
static unsigned granted_s(const struct kept *k, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTACT);
	uint32_t s = k->registration.expires_s;
	struct text list, element, value;
	struct sip_address a;

	sip_msg_number(m, SIP_HDR_EXPIRES, &s);
	for (; h; h = sip_msg_header_next(m, h)) {
		list = h->value;
		while (sip_list_next(&list, &element)) {
			if (sip_address_decode(element, &a) == 0 && is_ours(k, &a) &&
			    sip_param_find(a.params, TEXT("expires"), &value))
				text_to_u32(value, EXPIRES_MAX_S, &s);
		}
	}
	return s < EXPIRES_MAX_S ? s : EXPIRES_MAX_S;
}

/* Again when eight to nine tenths of it are over, so that not all come at once and a round
 * that fails leaves time for another. */
static enum registered accepted(struct kept *k, const struct sip_msg *m)
{
	unsigned s = granted_s(k, m);
	int64_t until_us = clock_mono_us(k->keeper->cfg.clock) + s * 1000000LL;

	if (!s) /* taken, and forgotten at once: no registration */
		return back_off(k, 0);
	pthread_rwlock_wrlock(&k->trunk->set->lock);
	k->trunk->registration.until_us = until_us;
	pthread_rwlock_unlock(&k->trunk->set->lock);
	k->registration.failures = 0;
	k->registration.refused = false;
	k->registration.accepted_us = clock_mono_us(k->keeper->cfg.clock);
	wait_ms(k, s * 800LL + random_below(k->keeper->cfg.random, s * 100 + 1));
	return REGISTERED_YES;
}

static enum registered challenged(struct kept *k, const struct sip_msg *m)
{
	if (trunk_digest_take(&k->registration.digest, &k->trunk->cfg, m) < 0)
		return refused(k, m);
	return ask_again(k);
}

/* 10.3 step 7: once; who says so of more than a day says so for ever. */
static enum registered too_brief(struct kept *k, const struct sip_msg *m)
{
	struct registration *r = &k->registration;
	uint32_t least_s;

	if (sip_msg_number(m, SIP_HDR_MIN_EXPIRES, &least_s) < 0 ||
	    least_s <= r->expires_s || least_s > EXPIRES_MAX_S)
		return refused(k, m);
	r->expires_s = least_s;
	return ask_again(k);
}

/* What was registered until now may be so still; a refusal ends it. */
static enum registered refused(struct kept *k, const struct sip_msg *m)
{
	pthread_rwlock_wrlock(&k->trunk->set->lock);
	k->trunk->registration.until_us = 0;
	pthread_rwlock_unlock(&k->trunk->set->lock);
	k->registration.refused = true;
	return back_off(k, kept_retry_after_s(m, 0));
}

static enum registered unanswered(struct kept *k, const struct sip_msg *m)
{
	forget(&k->registration);
	k->registration.refused = m != NULL;
	return ask_next(k, m ? kept_retry_after_s(m, 0) : 0);
}

void registration_start(struct kept *k)
{
	struct registration *r = &k->registration;

	r->expires_s = k->trunk->cfg.expires_s;
	txn_token(k->keeper->cfg.txn, r->call_id);
	txn_token(k->keeper->cfg.txn, r->tag);
	wait_ms(k, random_below(k->keeper->cfg.random, FIRST_MS + 1));
}

void registration_renew(struct kept *k)
{
	struct registration *r = &k->registration;
	enum registered state = k->trunk->registration.state;
	int64_t due_us = r->accepted_us + RENEW_LEAST_S * 1000000LL;
	int64_t now_us = clock_mono_us(k->keeper->cfg.clock);
	int64_t ms = random_below(k->keeper->cfg.random, FIRST_MS + 1);

	if (!k->trunk->cfg.registers ||
	    (state != REGISTERED_YES && (state != REGISTERED_WAITING || r->refused)))
		return;
	if (r->accepted_us && due_us > now_us)
		ms += (due_us - now_us) / 1000;
	timer_stop(&r->timer);
	wait_ms(k, ms);
}

void registration_stop(struct kept *k)
{
	struct registration *r = &k->registration;
	struct txn_client *ignored;

	forget(r);
	if (k->trunk->registration.until_us > clock_mono_us(k->keeper->cfg.clock))
		send_register(k, 0, NULL, &ignored);
	trunk_digest_free(r->digest);
}
