/* SPDX-License-Identifier: Apache-2.0 */
/* call/flows.c - One flow of a device at a time (RFC 5626 section 7). */

#include "call/flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/route.h"

static bool same_instance(const struct binding *a, const struct binding *b)
{
	return a->reg_id && b->reg_id && a->credential_id == b->credential_id &&
	       text_eq_nocase(text_of(a->instance), text_of(b->instance));
}

bool flows_of_caller(const struct binding *b, const struct binding *bindings,
		     size_t count, const struct flow *caller)
{
	/* Behind one proxy all devices have one flow. */
	if (b->path[0])
		return false;
	if (flow_eq(caller, &b->flow))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (flow_eq(caller, &bindings[i].flow) && same_instance(b, &bindings[i]))
			return true;
	}
	return false;
}

static int newest_first(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;

	return (x->refreshed_us < y->refreshed_us) - (x->refreshed_us > y->refreshed_us);
}

static bool has_newer(const struct binding *bindings, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (same_instance(&bindings[i], &bindings[at]))
			return true;
	}
	return false;
}

size_t flows_hold_back(struct call *c, struct binding *bindings, size_t count)
{
	size_t spares = 0, n = 0;

	qsort(bindings, count, sizeof(*bindings), newest_first);
	for (size_t i = 1; i < count; i++)
		spares += has_newer(bindings, i);
	c->flows = spares ? calloc(spares, sizeof(*c->flows)) : NULL;
	if (!c->flows)
		return count;
	for (size_t i = 0; i < count; i++) {
		if (has_newer(bindings, i))
			c->flows[c->flow_count++] = bindings[i];
		else
			bindings[n++] = bindings[i];
	}
	return n;
}

static bool flow_failed(unsigned status)
{
	return status == 0 || status == 408 || status == 430;
}

static bool take(struct call *c, int64_t credential_id, const char *instance,
		 struct binding *ret)
{
	size_t i = 0;

	while (i < c->flow_count &&
	       (c->flows[i].credential_id != credential_id ||
		!text_eq_nocase(text_of(c->flows[i].instance), text_of(instance))))
		i++;
	if (i == c->flow_count)
		return false;
	*ret = c->flows[i];
	c->flow_count--;
	memmove(&c->flows[i], &c->flows[i + 1], (c->flow_count - i) * sizeof(*c->flows));
	return true;
}

int flows_ring(struct call *c, struct binding *b)
{
	struct binding next = *b;
	int error = route_ring(c, b);

	while (error == -ENOTCONN && next.reg_id &&
	       take(c, next.credential_id, next.instance, &next))
		error = route_ring(c, &next);
	return error;
}

bool flows_next(struct leg *l, unsigned status)
{
	struct binding next;

	return l->instance && flow_failed(status) &&
	       take(l->call, l->credential_id, l->instance, &next) &&
	       flows_ring(l->call, &next) == 0;
}

void flows_forget(struct call *c)
{
	free(c->flows);
	c->flows = NULL;
	c->flow_count = 0;
}
