/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/record.c - One binding in memory. */

#include "registrar/record.h"

#include <stdlib.h>
#include <string.h>

static char *put_text(char *at, struct text t)
{
	if (t.len)
		memcpy(at, t.p, t.len);
	at[t.len] = '\0';
	return at + t.len + 1;
}

struct record *record_new(const struct text texts[RECORD_TEXTS])
{
	size_t len = RECORD_TEXTS;
	struct record *r;
	char *at;

	for (unsigned i = 0; i < RECORD_TEXTS; i++)
		len += texts[i].len;
	r = calloc(1, sizeof(*r) + len);
	if (!r)
		return NULL;
	r->told_s = RECORD_NEVER;
	r->holders = 1;
	at = r->texts;
	for (unsigned i = 0; i < RECORD_TEXTS; i++) {
		r->lens[i] = (uint16_t)texts[i].len;
		at = put_text(at, texts[i]);
	}
	return r;
}

struct text record_text(const struct record *r, enum record_text which)
{
	size_t at = 0;

	for (unsigned i = 0; i < (unsigned)which; i++)
		at += (size_t)r->lens[i] + 1;
	return (struct text){ r->texts + at, r->lens[which] };
}

bool record_same_row(const struct record *a, const struct record *b)
{
	return a->reg_id == b->reg_id &&
	       text_eq(record_text(a, RECORD_CONTACT), record_text(b, RECORD_CONTACT)) &&
	       text_eq(record_text(a, RECORD_INSTANCE), record_text(b, RECORD_INSTANCE));
}

bool record_hold(struct record *r)
{
	if (r->holders == UINT8_MAX)
		return false;
	r->holders++;
	return true;
}

void record_let_go(struct record *r)
{
	if (atomic_fetch_sub(&r->holders, 1) == 1)
		free(r);
}

void record_let_go_all(struct record *list)
{
	while (list) {
		struct record *next = list->next;

		record_let_go(list);
		list = next;
	}
}

void record_show(const struct record *r, int64_t wall_minus_mono_us, struct binding *ret)
{
	*ret = (struct binding){
		.credential_id = r->credential_id,
		.line_id = r->line_id,
		.generation = r->generation,
		.flow = r->flow,
		.q = r->q,
		.epoch = r->epoch,
		.reg_id = r->reg_id,
		.push = r->push,
		.asleep = r->asleep,
		.registered_at = r->registered_us,
		.refreshed_us = r->refreshed_us,
		.expires_at = r->expires_us + wall_minus_mono_us,
	};
	text_copy(ret->contact, sizeof(ret->contact), record_text(r, RECORD_CONTACT));
	text_copy(ret->instance, sizeof(ret->instance), record_text(r, RECORD_INSTANCE));
	text_copy(ret->path, sizeof(ret->path), record_text(r, RECORD_PATH));
	text_copy(ret->user_agent, sizeof(ret->user_agent),
		  record_text(r, RECORD_USER_AGENT));
}
