/* SPDX-License-Identifier: Apache-2.0 */
/* call/wake.c - A call waits, bounded, for the apps that it has woken (RFC 8599 5.3). An
 * app that does not come is asked by the flow that it had, if it still has one: the push
 * may have failed, and not the app. */

#include "call/wake.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "call/branch.h"
#include "call/flows.h"
#include "call/route.h"
#include "registrar/pn.h"

enum { FRESH_S = 5 /* who has registered just now is awake */ };

struct sleeper {
	struct list node; /* call->sleepers */
	struct call *call;
	struct push_job *job; /* NULL: sent */
	struct binding binding;
	struct push_target target;
	int64_t since_us; /* monotonic */
};

bool wake_pending(const struct call *c)
{
	return !list_empty(&c->sleepers);
}

static void sleeper_free(struct sleeper *s)
{
	push_forget(s->job);
	list_remove(&s->node);
	free(s);
}

void wake_stop(struct call *c)
{
	timer_stop(&c->wake);
	registrar_wait_free(c->wait);
	c->wait = NULL;
	LIST_EACH_SAFE (it, &c->sleepers)
		sleeper_free(container_of(it, struct sleeper, node));
}

/* The last resort for one that did not come. */
static void ring_old_flow(struct sleeper *s)
{
	struct call *c = s->call;
	struct binding b = s->binding;

	sleeper_free(s);
	if (!b.asleep && route_may_ring(c, &b))
		flows_ring(c, &b);
}

static void conclude_if_alone(struct call *c)
{
	if (wake_pending(c))
		return;
	wake_stop(c);
	if (!branches_ring(c))
		branches_conclude(c);
}

static void on_deadline(struct timer *t)
{
	struct call *c = container_of(t, struct call, wake);

	LIST_EACH_SAFE (it, &c->sleepers)
		ring_old_flow(container_of(it, struct sleeper, node));
	conclude_if_alone(c);
}

static bool is_same_app(const struct sleeper *s, const struct binding *b)
{
	struct push_target target;

	if (b->refreshed_us < s->since_us || b->asleep)
		return false;
	if (b->instance[0] &&
	    text_eq_nocase(text_of(b->instance), text_of(s->binding.instance)))
		return true;
	return pn_of_contact(text_of(b->contact), &target) == 0 &&
	       pn_same_app(&target, &s->target);
}

static void look_for(struct sleeper *s)
{
	struct call *c = s->call;
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	size_t n = registrar_credential_bindings(c->engine->cfg.registrar,
						 s->binding.credential_id, bindings,
						 REGISTRAR_BINDINGS_MAX);

	for (size_t i = 0; i < n; i++) {
		if (!is_same_app(s, &bindings[i]))
			continue;
		sleeper_free(s);
		if (route_may_ring(c, &bindings[i]))
			flows_ring(c, &bindings[i]);
		return;
	}
}

static void on_register(void *arg)
{
	struct call *c = arg;

	LIST_EACH_SAFE (it, &c->sleepers)
		look_for(container_of(it, struct sleeper, node));
	conclude_if_alone(c);
}

static void on_pushed(void *arg, int status, const char *reason)
{
	struct sleeper *s = arg;
	struct call *c = s->call;

	s->job = NULL;
	log_info("push call=%lld provider=%s result=%s", (long long)c->id,
		 s->target.provider, status < 0 ? reason : "ok");
	if (status == 0)
		return;
	ring_old_flow(s);
	conclude_if_alone(c);
}

static struct sleeper *sleeper_new(struct call *c, const struct binding *b)
{
	struct sleeper *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->call = c;
	s->binding = *b;
	s->since_us = clock_mono_us(c->engine->cfg.clock);
	list_init(&s->node);
	list_append(&c->sleepers, &s->node);
	return s;
}

static bool wake(struct call *c, const struct binding *b)
{
	struct call_engine *e = c->engine;
	struct sleeper *s = sleeper_new(c, b);
	int error = -ENOMEM;

	if (!s)
		return false;
	if (pn_of_contact(text_of(b->contact), &s->target) == 0)
		error = push_send(e->cfg.push, e->cfg.loop, &s->target, c->id, on_pushed,
				  s, &s->job);
	if (error < 0) {
		log_warn("push call=%lld provider=%s error=%d", (long long)c->id,
			 s->target.provider, -error);
		sleeper_free(s);
	}
	return error == 0;
}

static bool must_be_woken(const struct call *c, const struct binding *b)
{
	int64_t since_us = clock_mono_us(c->engine->cfg.clock) - b->refreshed_us;

	return b->push && c->engine->cfg.push &&
	       (b->asleep || since_us > FRESH_S * CALL_US);
}

size_t wake_hold_back(struct call *c, const struct account_line *line,
		      struct binding *bindings, size_t count)
{
	const struct call_config *cfg = &c->engine->cfg;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (must_be_woken(c, &bindings[i]) && wake(c, &bindings[i]))
			continue;
		if (!bindings[i].asleep)
			bindings[n++] = bindings[i];
	}
	if (!wake_pending(c))
		return n;
	timer_start(cfg->loop, &c->wake, cfg->wake_s * 1000LL, on_deadline);
	c->wait = registrar_wait_new(cfg->registrar, line->id, cfg->loop, on_register, c);
	return n;
}
