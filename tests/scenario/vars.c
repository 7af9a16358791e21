/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/vars.c - ${name}: what a play has captured, and what the peers are.
 *
 * ${alice} her address as in a URI, ${alice.ip}, ${alice.number}, ${alice.target} (where
 * the other side of her call wants requests), ${alice.tag}, ${domain}, ${us}, and every
 * name that "... as NAME" has captured. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/stage.h"

static const char *captured(const struct stage *st, struct text name)
{
	for (unsigned i = 0; i < st->var_count; i++) {
		if (text_eq(name, text_of(st->vars[i].name)))
			return st->vars[i].value;
	}
	return NULL;
}

void vars_set(struct stage *st, const struct statement *s, const char *name,
	      struct text value)
{
	unsigned i = 0;

	while (i < st->var_count && strcmp(st->vars[i].name, name) != 0)
		i++;
	if (i == STAGE_VARS_MAX || strlen(name) >= PEER_NAME_SIZE)
		play_fail(s, 0, "too many names, or too long: %s", name);
	if (i == st->var_count)
		st->var_count++;
	else
		free(st->vars[i].value);
	strcpy(st->vars[i].name, name);
	st->vars[i].value = text_dup(value);
}

void vars_free(struct stage *st)
{
	for (unsigned i = 0; i < st->var_count; i++)
		free(st->vars[i].value);
}

static struct peer *peer_named(const struct stage *st, struct text name)
{
	LIST_EACH (it, &st->peers) {
		struct peer *p = container_of(it, struct peer, node);

		if (text_eq(name, text_of(p->name)))
			return p;
	}
	return NULL;
}

static bool put_peer(const struct peer *p, struct text what, struct buf *b)
{
	char addr[ADDR_TEXT_SIZE];

	if (what.len == 0)
		buf_puts(b, addr_encode(addr, &p->addr));
	else if (text_eq(what, TEXT("ip")))
		buf_puts(b, addr_encode_host(addr, &p->addr, false));
	else if (text_eq(what, TEXT("number")))
		buf_puts(b, p->credential ? p->credential->number : p->name);
	else if (text_eq(what, TEXT("target")))
		buf_puts(b, p->dialog.target);
	else if (text_eq(what, TEXT("tag")))
		buf_puts(b, p->tag);
	else
		return false;
	return true;
}

static bool put_var(struct stage *st, struct text name, struct buf *b)
{
	const char *value = captured(st, name);
	struct text peer, what;
	struct peer *p;

	if (text_eq(name, TEXT("domain")))
		value = st->house.domain;
	if (text_eq(name, TEXT("us")))
		value = "192.0.2.1:5060";
	if (value) {
		buf_puts(b, value);
		return true;
	}
	text_split(name, '.', &peer, &what);
	p = peer_named(st, peer);
	return p && put_peer(p, what, b);
}

void vars_expand(struct stage *st, const struct statement *s, unsigned line,
		 const char *text, char *dst, size_t cap)
{
	struct buf b = { .p = dst, .cap = cap, .fixed = true };
	const char *end;

	for (; *text; text++) {
		if (text[0] != '$' || text[1] != '{') {
			buf_putc(&b, *text);
			continue;
		}
		end = strchr(text, '}');
		if (!end ||
		    !put_var(st, (struct text){ text + 2, (size_t)(end - text) - 2 }, &b))
			play_fail(s, line, "nobody knows %s", text);
		text = end;
	}
	buf_putc(&b, '\0');
	if (b.error)
		play_fail(s, line, "too long");
}
