/* SPDX-License-Identifier: Apache-2.0 */
/* call/cdr.c - The call detail records of a call and their way into the journal. A call
 * between two of our lines has two: one that pays, one that shows who called. */

#include "call/cdr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/money.h"

static struct book *book_new(struct call *c, const struct account_line *line,
			     enum call_direction direction)
{
	struct book *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->row.id = list_empty(&c->books) ? c->id : id_new(c->engine->cfg.ids);
	b->row.customer_id = line->customer_id;
	b->row.line_id = line->id;
	b->row.direction = direction;
	list_init(&b->node);
	list_append(&c->books, &b->node);
	return b;
}

const char *cdr_line(const struct cdr_row *row)
{
	return row->direction == CALL_OUT ? row->from : row->to;
}

static void set(char *dst, size_t cap, const char *text)
{
	text_copy(dst, cap, text_sub(text_of(text), 0, cap - 1));
}

static void set_user_agent(struct cdr_row *row, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_USER_AGENT);
	struct text t =
		h ? text_sub(h->value, 0, sizeof(row->user_agent) - 1) : TEXT_NONE;

	if (text_is_utf8(t))
		text_copy(row->user_agent, sizeof(row->user_agent), t);
}

static struct book *out_new(struct call *c, const struct account_line *line,
			    int64_t credential_id, const struct quote *quote)
{
	struct book *b = book_new(c, line, CALL_OUT);

	if (!b)
		return NULL;
	b->quote = *quote;
	b->row.credential_id = credential_id;
	set(b->row.from, sizeof(b->row.from), line->number);
	set(b->row.to, sizeof(b->row.to),
	    c->device.gruu.temporary ? "anonymous" : c->to.key);
	set(b->row.class_, sizeof(b->row.class_), quote->class_);
	set(b->row.tariff, sizeof(b->row.tariff), line->tariff);
	return b;
}

int call_book_out(struct call *c, const struct account_line *line,
		  const struct account_credential *credential,
		  const struct sip_msg *invite)
{
	struct book *b = out_new(c, line, credential->id, &c->quote);

	if (!b)
		return -ENOMEM;
	addr_encode(b->row.source, &c->caller->flow.remote);
	set_user_agent(&b->row, invite);
	return 0;
}

int call_book_onward(struct call *c, const struct account_line *line,
		     int64_t credential_id, const struct quote *quote)
{
	return out_new(c, line, credential_id, quote) ? 0 : -ENOMEM;
}

static const char *shown_caller(const struct call *c)
{
	return c->identity.private || !c->identity.number[0] ? "anonymous"
							     : c->identity.number;
}

int call_book_in(struct call *c, const struct account_line *line)
{
	struct book *b = book_new(c, line, CALL_IN);

	if (!b)
		return -ENOMEM;
	set(b->row.from, sizeof(b->row.from), shown_caller(c));
	set(b->row.to, sizeof(b->row.to), line->number);
	set(b->row.class_, sizeof(b->row.class_), "incoming");
	c->rings = b;
	return 0;
}

/* What the journal said, the worst of it. An emergency call goes on whatever it says. */
static int verdict(const struct call *c, int error)
{
	if (error < 0)
		log_error("journal id=%lld error=\"%s\"", (long long)c->id,
			  strerror(-error));
	return c->emergency ? 0 : error;
}

int call_book_start(struct call *c)
{
	int64_t now = call_wall_us(c);
	int error = 0;

	LIST_EACH (it, &c->books) {
		struct cdr_row *row = &container_of(it, struct book, node)->row;
		int r;

		if (row->started_at)
			continue;
		row->started_at = now;
		r = journal_start(c->engine->cfg.journal, row);
		error = r < 0 ? r : error;
	}
	return verdict(c, error);
}

bool call_booked(const struct call *c)
{
	LIST_EACH (it, &c->books) {
		if (container_of(it, struct book, node)->row.started_at)
			return true;
	}
	return false;
}

static int64_t end_us(const struct call *c, const struct book *b)
{
	if (!b->row.answered_at)
		return call_wall_us(c);
	return b->row.answered_at + clock_mono_us(c->engine->cfg.clock) - b->answered_us;
}

static int64_t charge(const struct call *c, const struct book *b)
{
	if (!b->row.answered_at || c->emergency || b->row.direction != CALL_OUT)
		return 0;
	return tariff_charge(&b->quote, b->row.ended_at - b->row.answered_at);
}

/* How far the call is paid for, should this be the last that the journal hears of it. */
static void reckon(const struct call *c, struct book *b)
{
	b->row.ended_at = end_us(c, b);
	b->row.charge_micros = charge(c, b);
}

int call_book_go_on(struct call *c)
{
	int error = 0;

	LIST_EACH (it, &c->books) {
		struct book *b = container_of(it, struct book, node);
		int r;

		if (!b->row.answered_at)
			continue;
		reckon(c, b);
		r = journal_answer(c->engine->cfg.journal, &b->row);
		error = r < 0 ? r : error;
	}
	return verdict(c, error);
}

/* What could not be written down is not passed on, and must not be paid for either. */
static void forget_answer(struct call *c, int64_t answered_us)
{
	LIST_EACH (it, &c->books) {
		struct book *b = container_of(it, struct book, node);

		if (b->answered_us == answered_us)
			b->row.answered_at = 0;
	}
}

/* Only the line that was rung last has the device that answered. */
static void name_answerer(struct call *c, const struct leg *callee)
{
	if (!c->rings || !callee)
		return;
	c->rings->row.credential_id = callee->credential_id;
	addr_encode(c->rings->row.source, &callee->flow.remote);
}

int call_book_answer(struct call *c, const struct leg *callee)
{
	int64_t now = call_wall_us(c), mono_us = clock_mono_us(c->engine->cfg.clock);
	int error;

	LIST_EACH (it, &c->books) {
		struct book *b = container_of(it, struct book, node);

		if (b->row.answered_at)
			continue;
		b->row.answered_at = now;
		b->answered_us = mono_us;
	}
	name_answerer(c, callee);
	error = call_book_go_on(c);
	if (error < 0)
		forget_answer(c, mono_us);
	return error;
}

static void log_end(const struct call *c, const struct cdr_row *row)
{
	int64_t from = row->answered_at ? row->answered_at : row->ended_at;
	char price[MONEY_TEXT_SIZE];

	log_info("call id=%lld line=%s direction=%s from=%s to=%s cause=%s "
		 "duration_ms=%lld "
		 "charge=%s",
		 (long long)row->id, cdr_line(row),
		 row->direction == CALL_OUT ? "out" : "in", row->from, row->to,
		 row->cause, (long long)(row->ended_at - from) / 1000,
		 money_encode(price, row->charge_micros));
}

static void close_book(struct call *c, struct book *b, const char *cause)
{
	if (b->row.started_at) {
		reckon(c, b);
		set(b->row.cause, sizeof(b->row.cause), cause);
		log_end(c, &b->row);
		if (journal_end(c->engine->cfg.journal, &b->row) < 0)
			log_error("journal id=%lld lost=end", (long long)b->row.id);
	}
	list_remove(&b->node);
	free(b);
}

void call_book_end(struct call *c, const char *cause)
{
	c->rings = NULL;
	LIST_EACH_SAFE (it, &c->books) {
		close_book(c, container_of(it, struct book, node), cause);
	}
}

void call_books_free(struct call *c)
{
	LIST_EACH_SAFE (it, &c->books) {
		free(container_of(it, struct book, node));
	}
	list_init(&c->books);
}
