/* SPDX-License-Identifier: Apache-2.0 */
/* call/route.c - Where a call goes. */

#include "call/route.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "call/branch.h"
#include "call/cdr.h"
#include "call/finish.h"
#include "call/flows.h"
#include "call/forward.h"
#include "call/limit.h"
#include "call/wake.h"

static const struct refusal_text codec_refused = { .why = "codec_not_allowed" };
static const struct refusal_text media_full = { .why = "media_full" };
static const struct refusal_text journal_away = { .why = "journal_away" };
static const struct refusal_text no_such_number = { .why = "no_such_number" };
static const struct refusal_text trunk_away = { .why = "trunk_away" };

/* Who calls by sips wants TLS to the other end, too (RFC 5630 3.1.1). */
static bool secure_enough(const struct call *c, const struct binding *b)
{
	return !c->caller->sips || transport_secure(b->flow.transport);
}

/* A frozen credential rings only while the emergency services may call back. */
bool route_may_ring(const struct call *c, const struct binding *b)
{
	const struct call_config *cfg = &c->engine->cfg;
	struct account_credential credential;

	if (account_credential_by_id(cfg->book, b->credential_id, &credential) < 0 ||
	    credential.status == CREDENTIAL_REVOKED)
		return false;
	if (credential.status == CREDENTIAL_FROZEN &&
	    !registrar_callback_allowed(cfg->registrar, b->line_id))
		return false;
	return secure_enough(c, b) &&
	       (!c->device.meant ||
		registrar_gruu_names(cfg->registrar, &c->device.gruu, b));
}

/* What a GRUU of ours stands for; "dialled" is what plan_resolve made of it, by "dialled_r".
 * A temporary one does not show its number (RFC 5627 3.1). */
static int resolve_device(struct call_engine *e, const struct sip_uri *uri, int dialled_r,
			  const struct destination *dialled, struct destination *to,
			  struct one_device *device)
{
	struct account_credential callee;
	struct one_device one = { 0 };
	struct destination d = *dialled;
	struct sip_uri number = *uri;
	int r = registrar_gruu_open(e->cfg.registrar, uri, &one.gruu);

	if (r < 0 && r != -ENOENT)
		return r;
	one.meant = r == 0;
	if (one.gruu.temporary) {
		if (account_credential_by_id(e->cfg.book, one.gruu.credential_id,
					     &callee) < 0)
			return -ENOENT;
		number.user = text_of(callee.number);
		dialled_r = plan_resolve(&number, e->cfg.country, &d);
	}
	if (dialled_r < 0)
		return dialled_r;
	*to = d;
	*device = one;
	return 0;
}

/* Help first, whatever else stands in the URI. */
int route_resolve(struct call_engine *e, const struct sip_uri *uri,
		  struct destination *to, struct one_device *device)
{
	struct destination d = { 0 };
	int r = plan_resolve(uri, e->cfg.country, &d);

	if (r < 0 || d.kind != DESTINATION_EMERGENCY)
		return resolve_device(e, uri, r, &d, to, device);
	*to = d;
	*device = (struct one_device){ 0 };
	return 0;
}

static size_t choose(const struct call *c, struct binding *bindings, size_t count,
		     const struct flow *skip)
{
	bool left_out[REGISTRAR_LINE_BINDINGS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		left_out[i] =
			(skip && flows_of_caller(&bindings[i], bindings, count, skip)) ||
			!route_may_ring(c, &bindings[i]);
	for (size_t i = 0; i < count && n < CALL_BRANCHES_MAX; i++) {
		if (!left_out[i])
			bindings[n++] = bindings[i];
	}
	return n;
}

/* A loaded binding does not know its socket any more. */
static bool find_socket(const struct call *c, struct flow *flow)
{
	struct addr remote = flow->remote;

	if (flow->listener != REGISTRAR_LISTENER_UNKNOWN)
		return true;
	return net_connect(c->engine->cfg.net, flow->transport, &remote, flow) == 0;
}

int route_ring(struct call *c, struct binding *b)
{
	struct text uri;
	struct branch branch = { .trunk = -1, .credential_id = b->credential_id };

	if (!find_socket(c, &b->flow))
		return -ENOTCONN;
	/* 19.1.1: no headers in a Request-URI. */
	text_split(text_of(b->contact), '?', &uri, NULL);
	b->contact[uri.len] = '\0';
	branch.uri = b->contact;
	branch.flow = b->flow;
	branch.routes = b->path;
	branch.instance = b->reg_id ? b->instance : NULL;
	return branch_start(c, &branch);
}

static void refuse_media(struct call *c)
{
	call_refuse(c, 503, &media_full, "unreachable");
}

static void ring_all(struct call *c, struct binding *bindings, size_t count)
{
	unsigned rings = 0;
	int error = 0;

	for (size_t i = 0; i < count && error != -ENOSPC; i++) {
		error = flows_ring(c, &bindings[i]);
		rings += error == 0;
	}
	if (rings || wake_pending(c))
		call_ring_start(c);
	else if (error == -ENOSPC)
		refuse_media(c);
	else if (!call_forward(c, FORWARD_UNREACHABLE))
		call_refuse(c, 480, NULL, "unreachable");
}

static bool start_books(struct call *c)
{
	if (call_book_start(c) < 0) {
		call_refuse(c, 503, &journal_away, "unreachable");
		return false;
	}
	call_notify(c);
	return true;
}

void route_to_line(struct call *c, const struct account_line *line,
		   const struct flow *skip)
{
	struct registrar *registrar = c->engine->cfg.registrar;
	struct binding bindings[REGISTRAR_LINE_BINDINGS_MAX];
	size_t n = 0;

	if (!start_books(c))
		return;
	if (!line->frozen || registrar_callback_allowed(registrar, line->id)) {
		n = registrar_line_bindings(registrar, line->id, bindings,
					    REGISTRAR_LINE_BINDINGS_MAX);
		n = choose(c, bindings, n, skip);
		n = flows_hold_back(c, bindings, n);
		n = wake_hold_back(c, line, bindings, n);
	}
	ring_all(c, bindings, n);
}

static int ask_trunk(struct call *c, const struct trunk_target *t)
{
	struct call_engine *e = c->engine;
	char uri[TRUNK_URI_SIZE + DESTINATION_SIZE + 32];
	struct branch branch = { .trunk = (int)t->index, .uri = uri };
	int error;

	if (c->emergency &&
	    trunk_get(e->cfg.trunks, t->index)->emergency == TRUNK_EMERGENCY_NO)
		log_warn("call id=%lld trunk=%s emergency=trunk_not_marked",
			 (long long)c->id, t->name);
	snprintf(uri, sizeof(uri), "sip:%s@%s;user=phone", c->to.number, t->host);
	error = net_connect_name(e->cfg.net, t->transport, &t->addr, t->host,
				 &branch.flow);
	if (!error)
		error = branch_start(c, &branch);
	if (!error || error == -ENOSPC)
		return error;
	if (error != -EBUSY && error != -ENOTSUP)
		trunk_report(e->cfg.trunks, t->index, &t->addr, 0, 0);
	if (error == -ENOTSUP)
		c->best_status = 488;
	log_warn("trunk name=%s result=%s call=%lld", t->name,
		 error == -EBUSY     ? "full"
		 : error == -ENOTSUP ? "codec_not_allowed"
				     : "unreachable",
		 (long long)c->id);
	return error;
}

bool route_next_trunk(struct call *c)
{
	while (c->phase == CALL_TRYING && c->target_at < c->target_count &&
	       c->branch_count < CALL_BRANCHES_MAX) {
		int error = ask_trunk(c, &c->targets[c->target_at++]);

		if (!error)
			call_patience_start(c);
		if (error == -ENOSPC)
			refuse_media(c);
		if (!error || error == -ENOSPC)
			return true;
	}
	return false;
}

static int find_trunks(struct call *c)
{
	struct trunk_target found[CALL_TARGETS_MAX];
	size_t n = trunk_select(c->engine->cfg.trunks, &c->to, found, CALL_TARGETS_MAX);

	c->targets = n ? malloc(n * sizeof(*found)) : NULL;
	if (!c->targets)
		return -1;
	memcpy(c->targets, found, n * sizeof(*found));
	c->target_count = n;
	return 0;
}

/* Nobody carries it: there is no such number here. Somebody does, but has no address yet:
 * that is our trouble, and it passes. */
static void refuse_untaken(struct call *c)
{
	bool carried = trunk_carries(c->engine->cfg.trunks, &c->to);

	if (c->emergency)
		log_error("call id=%lld to=%s result=503 reason=%s", (long long)c->id,
			  c->to.key,
			  carried ? "trunk_without_address" : "no_emergency_trunk");
	if (carried)
		call_refuse(c, 503, &trunk_away, "trunk_failed");
	else
		call_refuse(c, c->emergency ? 503 : 404,
			    c->emergency ? NULL : &no_such_number, "unreachable");
}

void route_to_trunks(struct call *c)
{
	if (find_trunks(c) < 0) {
		refuse_untaken(c);
		return;
	}
	if (!start_books(c))
		return;
	call_ring_start(c);
	if (route_next_trunk(c) || c->phase != CALL_TRYING)
		return;
	if (c->best_status == 488)
		call_refuse(c, 488, &codec_refused, "rejected");
	else
		call_refuse(c, 503, &trunk_away, "trunk_failed");
}
