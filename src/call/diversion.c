/* SPDX-License-Identifier: Apache-2.0 */
/* call/diversion.c - Diversion and History-Info: read from trunks, written to trunks. */

#include "call/diversion.h"

#include <errno.h>
#include <stdlib.h>

#include "base/e164.h"
#include "sip/encode.h"

enum { ENTRIES_MAX = 32, COUNTER_MAX = 100 };

/* RFC 5806 9.1, and the causes of RFC 4458 that RFC 7044 has in History-Info. */
static const struct {
	const char *word;
	unsigned cause;
} reasons[DIVERSION_REASONS] = {
	[DIVERSION_UNKNOWN] = { "unknown", 404 },
	[DIVERSION_UNCONDITIONAL] = { "unconditional", 302 },
	[DIVERSION_BUSY] = { "user-busy", 486 },
	[DIVERSION_NO_ANSWER] = { "no-answer", 408 },
	[DIVERSION_UNAVAILABLE] = { "unavailable", 503 },
	[DIVERSION_DEFLECTION] = { "deflection", 480 },
};

static enum diversion_reason reason_of(struct text params)
{
	struct text word;

	if (!sip_param_find(params, TEXT("reason"), &word))
		return DIVERSION_UNKNOWN;
	for (unsigned i = 0; i < DIVERSION_REASONS; i++) {
		if (text_eq_nocase(word, text_of(reasons[i].word)))
			return (enum diversion_reason)i;
	}
	return DIVERSION_UNKNOWN;
}

static unsigned counter_of(struct text params)
{
	struct text word;
	uint64_t n;

	if (!sip_param_find(params, TEXT("counter"), &word) ||
	    text_to_u64(word, COUNTER_MAX, &n) < 0 || n == 0)
		return 1;
	return (unsigned)n;
}

static struct diversion *add(struct call *c, struct text number)
{
	struct diversion *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	text_copy(d->number, sizeof(d->number), number);
	d->counter = 1;
	list_init(&d->node);
	list_append(&c->diversions, &d->node);
	c->diversion_count++;
	return d;
}

/* A trunk lists the latest first; we keep the first one first. */
static void take(struct call *c, const struct sip_address *a)
{
	unsigned counter = counter_of(a->params);
	struct text word;
	struct destination to;
	struct diversion *d;

	c->diverted += counter;
	if (c->diversion_count >= CALL_FORWARDS_MAX ||
	    plan_resolve(&a->uri, c->engine->cfg.country, &to) < 0)
		return;
	d = add(c, text_of(to.number));
	if (!d)
		return;
	list_remove(&d->node);
	list_append(c->diversions.next, &d->node); /* before the first */
	d->reason = reason_of(a->params);
	d->counter = counter;
	d->private = sip_param_find(a->params, TEXT("privacy"), &word) &&
		     !text_eq_nocase(word, TEXT("off"));
}

static unsigned each(struct call *c, const struct sip_msg *m, enum sip_header_id id,
		     void (*fn)(struct call *, const struct sip_address *))
{
	unsigned n = 0;

	for (const struct sip_header *h = sip_msg_header(m, id); h;
	     h = sip_msg_header_next(m, h)) {
		struct text list = h->value, element;
		struct sip_address a;

		while (n < ENTRIES_MAX && sip_list_next(&list, &element)) {
			n++;
			if (fn && sip_address_decode(element, &a) == 0)
				fn(c, &a);
		}
	}
	return n;
}

void diversions_take(struct call *c, const struct sip_msg *invite)
{
	unsigned entries = each(c, invite, SIP_HDR_HISTORY_INFO, NULL);

	each(c, invite, SIP_HDR_DIVERSION, take);
	/* The first entry is the number that was dialled, which nobody diverted to. */
	if (entries > c->diverted + 1)
		c->diverted = entries - 1;
}

static uint64_t hash_of(const struct call_engine *e, int64_t line_id)
{
	return table_hash(&e->forwards,
			  (struct text){ (const char *)&line_id, sizeof(line_id) });
}

static void rings(struct call *c, struct diversion *d)
{
	d->rings = true;
	table_insert(&c->engine->forwards, &d->ringing, hash_of(c->engine, d->line_id));
}

void diversions_settle(struct call *c)
{
	LIST_EACH (it, &c->diversions) {
		struct diversion *d = container_of(it, struct diversion, node);

		if (d->rings)
			table_remove(&c->engine->forwards, &d->ringing);
		d->rings = false;
	}
}

unsigned diversions_ringing(struct call_engine *e, int64_t line_id, unsigned max)
{
	struct table_node *node = table_first(&e->forwards, hash_of(e, line_id));
	unsigned n = 0;

	for (; node && n < max; node = table_next(node))
		n += container_of(node, struct diversion, ringing)->line_id == line_id;
	return n;
}

int diversion_add(struct call *c, const struct account_line *line,
		  enum diversion_reason reason)
{
	struct diversion *d = add(c, text_of(line->number));

	if (!d)
		return -ENOMEM;
	d->line_id = line->id;
	d->reason = reason;
	d->private = line->clir;
	rings(c, d);
	c->diverted++;
	return 0;
}

bool diversion_met(const struct call *c, struct text number)
{
	LIST_EACH (it, &c->diversions) {
		const struct diversion *d = container_of(it, struct diversion, node);

		if (text_eq(text_of(d->number), number))
			return true;
	}
	return false;
}

void diversions_free(struct call *c)
{
	diversions_settle(c);
	LIST_EACH_SAFE (it, &c->diversions) {
		free(container_of(it, struct diversion, node));
	}
	list_init(&c->diversions);
	c->diversion_count = 0;
}

const char *diversion_last(const struct call *c)
{
	return list_empty(&c->diversions)
		       ? NULL
		       : container_of(c->diversions.prev, struct diversion, node)->number;
}

void diversion_put(const struct call *c, struct buf *b)
{
	const char *host = c->engine->cfg.domain;

	for (struct list *it = c->diversions.prev; it != &c->diversions; it = it->prev) {
		const struct diversion *d = container_of(it, struct diversion, node);

		sip_header_printf(b, SIP_HDR_DIVERSION,
				  "<sip:%s@%s>;reason=%s;counter=%u;privacy=%s",
				  d->number, host, reasons[d->reason].word, d->counter,
				  d->private ? "full" : "off");
	}
}

/* "1", "1.1", "1.1.1": each was made out of the one before. */
static void put_index(struct buf *b, unsigned depth)
{
	buf_puts(b, "1");
	for (unsigned i = 0; i < depth; i++)
		buf_puts(b, ".1");
}

static void put_entry(struct buf *b, const char *number, const char *host, unsigned cause,
		      bool private, unsigned depth)
{
	buf_put(b, sip_header_lead(SIP_HDR_HISTORY_INFO));
	buf_printf(b, "<sip:%s@%s", number, host);
	if (cause)
		buf_printf(b, ";cause=%u", cause);
	buf_printf(b, "%s>;index=", private ? "?Privacy=history" : "");
	put_index(b, depth);
	if (depth) {
		buf_puts(b, ";mp=");
		put_index(b, depth - 1);
	}
	buf_puts(b, "\r\n");
}

void history_put(const struct call *c, struct buf *b)
{
	const char *host = c->engine->cfg.domain;
	unsigned depth = 0, cause = 0;

	if (list_empty(&c->diversions))
		return;
	LIST_EACH (it, &c->diversions) {
		const struct diversion *d = container_of(it, struct diversion, node);

		put_entry(b, d->number, host, cause, d->private, depth++);
		cause = reasons[d->reason].cause;
	}
	put_entry(b, c->to.number, host, cause, false, depth);
}
