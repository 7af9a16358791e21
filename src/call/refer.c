/* SPDX-License-Identifier: Apache-2.0 */
/* call/refer.c - REFER inside a call (RFC 3515, RFC 4488): who may, where to, at whose
 * cost. */

#include "call/refer.h"

#include <stdlib.h>

#include "base/log.h"
#include "call/cdr.h"
#include "call/diagnose.h"
#include "call/enter.h"
#include "call/fetch.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/replaces.h"
#include "call/route.h"
#include "call/transfer.h"
#include "event/diagnosis.h"
#include "guard/reach.h"

enum { HEADERS_MAX = 16, MAX_FORWARDS = 70 };

/* A REFER whose other call is being fetched. */
struct refer_wait {
	struct leg *leg;
	struct txn_server *server; /* NULL: nobody waits for the answer any more */
	struct fetch *fetch;
};

/* What one REFER asks for. */
struct refer {
	struct leg *from;
	struct leg *party;
	struct account_credential credential;
	struct account_line line;
	struct sip_address target;
	struct destination to; /* a number, */
	struct one_device device;
	struct account_line callee;
	bool onnet;
	struct quote quote;
	char replaces[CALL_REPLACES_MAX]; /* or another call of the same line; "": none */
	struct leg *other;                /* its leg */
	struct txn_server *server; /* of a REFER that has waited; NULL: it has not */
	const char *why; /* it was refused, of event/diagnosis.h; NULL: nothing is said */
};

static unsigned refuse(struct refer *r, unsigned status, const char *why)
{
	r->why = why;
	return status;
}

/* Only a device of ours transfers, and only what it could call itself. */
static unsigned check_who(struct refer *r)
{
	const struct leg *l = r->from;
	struct account_book *book = l->call->engine->cfg.book;

	if (l->trunk >= 0 || l->call->emergency ||
	    account_credential_by_id(book, l->credential_id, &r->credential) < 0 ||
	    account_line_by_id(book, r->credential.line_id, &r->line) < 0)
		return 403;
	if (r->credential.status != CREDENTIAL_ACTIVE)
		return refuse(r, 403, "frozen");
	if (r->line.frozen || r->line.ended)
		return refuse(r, 403, r->line.ended ? "line_ended" : "line_frozen");
	return 0;
}

static unsigned check_call(struct refer *r)
{
	const struct call *c = r->from->call;

	r->party = leg_other(r->from);
	if (c->phase != CALL_LIVE || !r->party || r->party->state != LEG_CONFIRMED)
		return 403;
	return c->transfer || r->from->refer ? 491 : 0;
}

static unsigned find_target(struct refer *r, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_REFER_TO);
	struct text method;

	if (!h || sip_msg_has_several(m, SIP_HDR_REFER_TO) ||
	    sip_address_decode(h->value, &r->target) < 0)
		return refuse(r, 400, "bad_refer");
	if (sip_uri_param(&r->target.uri, TEXT("method"), &method) &&
	    !text_eq(method, TEXT("INVITE")))
		return refuse(r, 403, "transfer_no_call");
	return 0;
}

/* "Replaces=..." among the headers of the URI, with its escapes taken out. */
static bool find_replaces(const struct sip_uri *uri, char dst[CALL_REPLACES_MAX])
{
	struct text rest = uri->headers, one, name, value;

	for (unsigned i = 0; rest.len && i < HEADERS_MAX; i++) {
		text_split(rest, '&', &one, &rest);
		if (!text_split(one, '=', &name, &value) ||
		    !text_eq_nocase(name, TEXT("Replaces")))
			continue;
		return sip_uri_user(&(struct sip_uri){ .user = value }, dst,
				    CALL_REPLACES_MAX) == 0;
	}
	return false;
}

static unsigned find_other(struct refer *r)
{
	struct sip_replaces which;
	unsigned status;

	if (sip_replaces_decode(text_of(r->replaces), &which) < 0)
		return 400;
	status = call_replaces_find(r->from->call->engine, &which, r->line.id, &r->other);
	if (!status && r->other->call == r->from->call)
		return 486;
	return status;
}

/* RFC 3261 26: a transfer is a call of the line, with all that bounds one. */
static unsigned find_number(struct refer *r)
{
	struct call_engine *e = r->from->call->engine;
	const struct call_config *cfg = &e->cfg;

	if (route_resolve(e, &r->target.uri, &r->to, &r->device) < 0)
		return refuse(r, 404, diagnose_dialled(&r->target.uri));
	if (r->to.kind == DESTINATION_EMERGENCY || r->to.kind == DESTINATION_ECHO)
		return refuse(r, 403, "transfer_not_there");
	r->onnet = call_enter_finds(e, &r->to, &r->callee);
	if (r->credential.kind != CREDENTIAL_ROUTER &&
	    guard_reach(r->line.reach, &r->to, cfg->country, r->onnet) != GUARD_PASS)
		return refuse(r, 403, "out_of_reach");
	if (tariff_quote(cfg->tariffs, r->line.tariff, &r->to, cfg->country, r->onnet,
			 call_wall_us(r->from->call), &r->quote) < 0)
		return refuse(r, 403, "no_price");
	return 0;
}

static unsigned look(struct refer *r, const struct sip_msg *m)
{
	unsigned status = check_who(r);

	if (!status)
		status = check_call(r);
	if (!status)
		status = find_target(r, m);
	if (status)
		return status;
	if (!find_replaces(&r->target.uri, r->replaces))
		return find_number(r);
	/* One that has waited has its call here, or in vain. */
	if (!r->server && call_fetch_helps(r->from->call->engine, text_of(r->replaces)))
		return 0;
	return find_other(r);
}

static bool wants_silence(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header_named(m, TEXT("Refer-Sub"));

	return h && text_starts_nocase(h->value, TEXT("false"));
}

static void answer(const struct refer *r, const struct flow *from,
		   const struct sip_msg *m, unsigned status)
{
	struct txn_layer *txn = r->from->call->engine->cfg.txn;
	const struct diagnosis *why = r->why ? diagnosis_of(r->why) : NULL;
	struct buf b = BUF_GROWING;

	txn_response_begin(&b, from, m, status, NULL, TEXT_NONE);
	headers_server_put(&b);
	if (why && why->warning)
		sip_warning_put(&b, r->from->call->engine->cfg.domain, why->warning);
	if (status == 202) {
		leg_contact_put(r->from, &b);
		if (wants_silence(m))
			buf_puts(&b, "Refer-Sub: false\r\n");
	}
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error && r->server)
		txn_server_respond(r->server, status, buf_text(&b));
	else if (!b.error)
		txn_answer(txn, from, m, buf_text(&b));
	buf_free(&b);
}

static struct transfer *begin(const struct refer *r, const struct sip_msg *m,
			      struct call *next, struct leg *place)
{
	struct transfer *x = transfer_new(r->from, r->party, next, place);

	if (!x)
		return NULL;
	x->event_id = m->cseq.number;
	x->silent = wants_silence(m);
	transfer_tell(x, 100);
	return x;
}

/* A call whose caller is not there yet: the party takes that place once it is answered. */
static struct call *call_to_be(const struct refer *r, const struct sip_msg *m)
{
	struct call *c = call_new(r->from->call->engine);

	if (!c)
		return NULL;
	c->to = r->to;
	c->device = r->device;
	c->max_forwards = m->max_forwards < MAX_FORWARDS ? m->max_forwards : MAX_FORWARDS;
	c->caller = leg_new(c, &r->party->flow);
	text_copy(c->identity.number, sizeof(c->identity.number),
		  text_of(r->line.number));
	c->identity.private = r->line.clir;
	if (c->caller && call_book_onward(c, &r->line, r->credential.id, &r->quote) == 0)
		return c;
	call_finish(c, "unreachable", TEXT_NONE);
	return NULL;
}

static void call_target(const struct refer *r, const struct sip_msg *m)
{
	struct call *c = call_to_be(r, m);

	if (!c)
		return;
	if (!begin(r, m, c, c->caller))
		call_finish(c, "unreachable", TEXT_NONE);
	else if (r->onnet)
		call_enter_ours(c, &r->callee, &r->from->flow);
	else
		route_to_trunks(c);
}

static void join(const struct refer *r, const struct sip_msg *m)
{
	struct transfer *x = begin(r, m, r->other->call, r->other);

	if (x)
		transfer_join(x);
}

static void conclude(struct refer *r, const struct flow *from, const struct sip_msg *m,
		     unsigned status)
{
	log_info("transfer id=%lld line=%s to=%s result=%u", (long long)r->from->call->id,
		 r->line.number, r->other ? "replaces" : r->to.key,
		 status ? status : 202);
	answer(r, from, m, status ? status : 202);
	if (status)
		leg_diagnose(r->from, "REFER", status, r->why ? r->why : "not_now");
	else if (r->other)
		join(r, m);
	else
		call_target(r, m);
}

/* --- the other call is with another worker --- */

static void on_server_ended(void *arg, struct txn_server *t, bool answered)
{
	((struct refer_wait *)arg)->server = NULL;
}

static const struct txn_server_events server_events = { .ended = on_server_ended };

/* The leg has not ended meanwhile, or the wait had been dropped. */
static void fetched(void *arg, unsigned status)
{
	struct refer_wait *w = arg;
	struct refer r = { .from = w->leg, .server = w->server };
	const struct sip_msg *m;
	unsigned who;

	w->leg->refer = NULL;
	if (r.server) {
		m = txn_server_request(r.server);
		who = check_who(&r);
		if (!status || who)
			status = who ? who : look(&r, m);
		conclude(&r, txn_server_flow(r.server), m, status);
		txn_server_forget(r.server);
	}
	free(w);
}

static bool wait_for_it(struct refer *r, const struct flow *from, const struct sip_msg *m)
{
	struct call_engine *e = r->from->call->engine;
	struct refer_wait *w = calloc(1, sizeof(*w));

	if (!w)
		return false;
	w->leg = r->from;
	w->server = txn_server_new(e->cfg.txn, from, m, &server_events, w);
	if (w->server)
		w->fetch = call_fetch(e, text_of(r->replaces), r->line.id, fetched, w);
	if (!w->fetch) {
		r->server = w->server; /* and is answered by it, when it is there */
		free(w);
		return false;
	}
	r->from->refer = w;
	return true;
}

void call_refer_drop(struct leg *l)
{
	struct refer_wait *w = l->refer;
	struct refer r = { .from = l };

	if (!w)
		return;
	l->refer = NULL;
	call_fetch_forget(w->fetch);
	r.server = w->server;
	if (r.server) {
		answer(&r, txn_server_flow(r.server), txn_server_request(r.server), 481);
		txn_server_forget(r.server);
	}
	free(w);
}

void call_refer(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct refer r = { .from = l };
	unsigned status = look(&r, m);

	if (!status && r.replaces[0] && !r.other) {
		if (wait_for_it(&r, from, m))
			return;
		status = 503;
	}
	conclude(&r, from, m, status);
	if (r.server)
		txn_server_forget(r.server);
}
