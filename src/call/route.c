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
#include "call/limit.h"

static const struct refusal_text later = { .retry_after_s = 30 };

/* A frozen credential rings only while the emergency services may call back. */
static bool may_ring(const struct call *c, const struct binding *b)
{
	const struct call_config *cfg = &c->engine->cfg;
	struct account_credential credential;

	if (account_credential_by_id(cfg->book, b->credential_id, &credential) < 0 ||
	    credential.status == CREDENTIAL_REVOKED)
		return false;
	return credential.status != CREDENTIAL_FROZEN ||
	       registrar_callback_allowed(cfg->registrar, b->line_id);
}

static size_t choose(const struct call *c, struct binding *bindings, size_t count,
		     const struct flow *skip)
{
	size_t n = 0;

	for (size_t i = 0; i < count && n < CALL_BRANCHES_MAX; i++) {
		if ((skip && flow_eq(skip, &bindings[i].flow)) ||
		    !may_ring(c, &bindings[i]))
			continue;
		bindings[n++] = bindings[i];
	}
	return n;
}

/* A loaded binding does not know its socket any more. */
static bool find_socket(const struct call *c, struct flow *flow)
{
	if (flow->listener != REGISTRAR_LISTENER_UNKNOWN)
		return true;
	return net_connect(c->engine->cfg.net, flow->transport, &flow->remote, flow) == 0;
}

static int ring(struct call *c, struct binding *b)
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
	return branch_start(c, &branch);
}

static void refuse_media(struct call *c)
{
	call_refuse(c, 503, &later, "unreachable");
}

static void ring_all(struct call *c, struct binding *bindings, size_t count)
{
	unsigned rings = 0;
	int error = 0;

	for (size_t i = 0; i < count && error != -ENOSPC; i++) {
		error = ring(c, &bindings[i]);
		rings += error == 0;
	}
	if (rings)
		call_ring_start(c);
	else if (error == -ENOSPC)
		refuse_media(c);
	else
		call_refuse(c, 480, NULL, "unreachable");
}

static bool start_books(struct call *c)
{
	if (call_book_start(c) < 0) {
		call_refuse(c, 503, &later, "unreachable");
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
	}
	ring_all(c, bindings, n);
}

static int ask_trunk(struct call *c, const struct trunk_target *t)
{
	struct call_engine *e = c->engine;
	char uri[TRUNK_URI_SIZE + DESTINATION_SIZE + 32];
	struct branch branch = { .trunk = (int)t->index, .uri = uri };
	int error;

	snprintf(uri, sizeof(uri), "sip:%s@%s;user=phone", c->to.number, t->host);
	error = net_connect(e->cfg.net, t->transport, &t->addr, &branch.flow);
	if (!error)
		error = branch_start(c, &branch);
	if (!error || error == -ENOSPC)
		return error;
	trunk_report(e->cfg.trunks, t->index, 0, 0);
	log_warn("trunk name=%s result=unreachable call=%lld", t->name, (long long)c->id);
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
	c->targets = calloc(CALL_TARGETS_MAX, sizeof(*c->targets));
	if (!c->targets)
		return -1;
	c->target_count =
		trunk_select(c->engine->cfg.trunks, &c->to, c->targets, CALL_TARGETS_MAX);
	return c->target_count ? 0 : -1;
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
		call_refuse(c, 503, &later, "trunk_failed");
	else
		call_refuse(c, c->emergency ? 503 : 404, NULL, "unreachable");
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
	if (!route_next_trunk(c) && c->phase == CALL_TRYING)
		call_refuse(c, 503, NULL, "trunk_failed");
}
