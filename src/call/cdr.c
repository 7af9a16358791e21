/* SPDX-License-Identifier: Apache-2.0 */
/* call/cdr.c - The call detail records of a call and their way into the journal. A call
 * between two of our lines has two: one that pays, one that shows who called. */

#include "call/cdr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/money.h"

static struct cdr_row *row_new(const struct call *c, int64_t id,
			       const struct account_line *line,
			       enum call_direction direction)
{
	struct cdr_row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->id = id;
	row->customer_id = line->customer_id;
	row->line_id = line->id;
	row->direction = direction;
	return row;
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

int call_book_out(struct call *c, const struct account_line *line,
		  const struct account_credential *credential,
		  const struct sip_msg *invite)
{
	struct cdr_row *row = row_new(c, c->id, line, CALL_OUT);

	if (!row)
		return -ENOMEM;
	row->credential_id = credential->id;
	set(row->from, sizeof(row->from), line->number);
	set(row->to, sizeof(row->to), c->to.key);
	set(row->class_, sizeof(row->class_), c->quote.class_);
	set(row->tariff, sizeof(row->tariff), line->tariff);
	addr_encode(row->source, &c->caller->flow.remote);
	set_user_agent(row, invite);
	c->out = row;
	return 0;
}

static const char *shown_caller(const struct call *c)
{
	return c->identity.private || !c->identity.number[0] ? "anonymous"
							     : c->identity.number;
}

int call_book_in(struct call *c, const struct account_line *line)
{
	int64_t id = c->out ? id_new(c->engine->cfg.ids) : c->id;
	struct cdr_row *row = row_new(c, id, line, CALL_IN);

	if (!row)
		return -ENOMEM;
	set(row->from, sizeof(row->from), shown_caller(c));
	set(row->to, sizeof(row->to), line->number);
	set(row->class_, sizeof(row->class_), "incoming");
	c->in = row;
	return 0;
}

static int each(struct call *c, int (*fn)(struct journal *, const struct cdr_row *))
{
	struct cdr_row *rows[] = { c->out, c->in };
	int error = 0;

	for (size_t i = 0; i < 2; i++) {
		int r = rows[i] ? fn(c->engine->cfg.journal, rows[i]) : 0;

		error = r < 0 ? r : error;
	}
	if (error < 0)
		log_error("journal id=%lld error=\"%s\"", (long long)c->id,
			  strerror(-error));
	return c->emergency ? 0 : error;
}

int call_book_start(struct call *c)
{
	int64_t now = call_wall_us(c);

	if (c->out)
		c->out->started_at = now;
	if (c->in)
		c->in->started_at = now;
	return each(c, journal_start);
}

bool call_booked(const struct call *c)
{
	return (c->out && c->out->started_at) || (c->in && c->in->started_at);
}

static int64_t end_us(const struct call *c, const struct cdr_row *row)
{
	if (!row->answered_at)
		return call_wall_us(c);
	return row->answered_at + clock_mono_us(c->engine->cfg.clock) - c->answered_us;
}

static int64_t charge(const struct call *c, const struct cdr_row *row)
{
	if (!row->answered_at || c->emergency)
		return 0;
	return tariff_charge(&c->quote, row->ended_at - row->answered_at);
}

/* How far the call is paid for, should this be the last that the journal hears of it. */
static void reckon(const struct call *c, struct cdr_row *row)
{
	if (!row)
		return;
	row->ended_at = end_us(c, row);
	row->charge_micros = row->direction == CALL_OUT ? charge(c, row) : 0;
}

int call_book_go_on(struct call *c)
{
	reckon(c, c->out);
	reckon(c, c->in);
	return each(c, journal_answer);
}

/* What could not be written down is not passed on, and must not be paid for either. */
static void forget_answer(struct call *c)
{
	if (c->out)
		c->out->answered_at = 0;
	if (c->in)
		c->in->answered_at = 0;
}

int call_book_answer(struct call *c, const struct leg *callee)
{
	int64_t now = call_wall_us(c);
	int error;

	c->answered_us = clock_mono_us(c->engine->cfg.clock);
	if (c->out)
		c->out->answered_at = now;
	if (c->in) {
		c->in->answered_at = now;
		c->in->credential_id = callee->credential_id;
		addr_encode(c->in->source, &callee->flow.remote);
	}
	error = call_book_go_on(c);
	if (error < 0)
		forget_answer(c);
	return error;
}

static void log_end(const struct call *c, const struct cdr_row *row)
{
	int64_t from = row->answered_at ? row->answered_at : row->ended_at;
	char price[MONEY_TEXT_SIZE];

	log_info("call id=%lld line=%s direction=%s from=%s to=%s cause=%s "
		 "duration_ms=%lld "
		 "charge=%s",
		 (long long)row->id, row->direction == CALL_OUT ? row->from : row->to,
		 row->direction == CALL_OUT ? "out" : "in", row->from, row->to,
		 row->cause, (long long)(row->ended_at - from) / 1000,
		 money_encode(price, row->charge_micros));
}

static void close_row(struct call *c, struct cdr_row **where, const char *cause)
{
	struct cdr_row *row = *where;

	*where = NULL;
	if (!row)
		return;
	if (row->started_at) {
		reckon(c, row);
		set(row->cause, sizeof(row->cause), cause);
		log_end(c, row);
		if (journal_end(c->engine->cfg.journal, row) < 0)
			log_error("journal id=%lld lost=end", (long long)row->id);
	}
	free(row);
}

void call_book_end(struct call *c, const char *cause)
{
	close_row(c, &c->out, cause);
	close_row(c, &c->in, cause);
}
