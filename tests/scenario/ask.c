/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/ask.c - What the house must know now.
 *
 *	expect cdr out to=+41445550102 charge=0.079 cause=caller_hung_up duration=60
 *	expect no cdr
 *	expect bindings +41445550101 2
 *	expect calls 0
 *	expect transactions 0
 *	expect event credential_revoked [~text]
 *
 * Each CDR answers one "expect cdr" only, in any order. */

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "scenario/stage.h"
#include "scenario/words.h"

enum { CDRS_MAX = 100, EVENTS_MAX = 200 };

struct seen {
	struct list node;
	int64_t id;
	int direction;
};

struct cdrs {
	struct cdr_row rows[CDRS_MAX];
	unsigned count;
};

static int keep_cdr(void *arg, const struct cdr_row *row)
{
	struct cdrs *all = arg;

	if (all->count < CDRS_MAX)
		all->rows[all->count++] = *row;
	return 0;
}

static int read_cdrs(struct store_db *db, void *arg)
{
	((struct cdrs *)arg)->count = 0;
	return store_cdr_each(db, &(struct cdr_filter){ 0 }, keep_cdr, arg);
}

static void field_text(struct stage *st, const struct cdr_row *r, const char *name,
		       char dst[128])
{
	int64_t talked_us = r->answered_at ? r->ended_at - r->answered_at : 0;
	char money[MONEY_TEXT_SIZE];

	*dst = '\0';
	if (strcmp(name, "to") == 0)
		snprintf(dst, 128, "%s", r->to);
	else if (strcmp(name, "from") == 0)
		snprintf(dst, 128, "%s", r->from);
	else if (strcmp(name, "charge") == 0)
		snprintf(dst, 128, "%s", money_encode(money, r->charge_micros));
	else if (strcmp(name, "cause") == 0)
		snprintf(dst, 128, "%s", r->cause);
	else if (strcmp(name, "class") == 0)
		snprintf(dst, 128, "%s", r->class_);
	else if (strcmp(name, "tariff") == 0)
		snprintf(dst, 128, "%s", r->tariff);
	else if (strcmp(name, "duration") == 0)
		snprintf(dst, 128, "%lld", (long long)talked_us / 1000000);
	else if (strcmp(name, "answered") == 0)
		snprintf(dst, 128, "%s", r->answered_at ? "yes" : "no");
	for (unsigned i = 0;
	     strcmp(name, "credential") == 0 && i < st->house.credential_count; i++) {
		if (st->house.credentials[i].id == r->credential_id)
			snprintf(dst, 128, "%s", st->house.credentials[i].name);
	}
}

static bool cdr_fits(struct stage *st, const struct statement *s, const struct cdr_row *r)
{
	for (unsigned i = 2; i < s->word_count; i++) {
		char name[32], has[128];
		struct text word = text_of(s->words[i]), key, value;

		if (strcmp(s->words[i], "out") == 0 || strcmp(s->words[i], "in") == 0) {
			if ((r->direction == CALL_OUT) != (s->words[i][0] == 'o'))
				return false;
			continue;
		}
		if (!text_split(word, '=', &key, &value) ||
		    text_copy(name, sizeof(name), key) < 0)
			play_fail(s, 0, "expected: expect cdr [out|in] field=value");
		field_text(st, r, name, has);
		if (!text_eq(value, text_of(has)))
			return false;
	}
	return true;
}

static bool was_seen(const struct stage *st, const struct cdr_row *r)
{
	LIST_EACH (it, &st->cdrs_seen) {
		const struct seen *seen = container_of(it, struct seen, node);

		if (seen->id == r->id && seen->direction == (int)r->direction)
			return true;
	}
	return false;
}

static void mark_seen(struct stage *st, const struct cdr_row *r)
{
	struct seen *seen = malloc(sizeof(*seen));

	if (!seen)
		abort();
	seen->id = r->id;
	seen->direction = (int)r->direction;
	list_append(&st->cdrs_seen, &seen->node);
}

static void print_cdrs(struct stage *st, const struct cdrs *all)
{
	static const char *const names[] = {
		"from",     "to",       "class", "charge",
		"duration", "answered", "cause", "credential"
	};
	char value[128];

	for (unsigned i = 0; i < all->count; i++) {
		fprintf(stderr, "  cdr %s%s",
			all->rows[i].direction == CALL_OUT ? "out" : "in",
			was_seen(st, &all->rows[i]) ? " (seen)" : "");
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			field_text(st, &all->rows[i], names[n], value);
			fprintf(stderr, " %s=%s", names[n], value);
		}
		fputc('\n', stderr);
	}
}

/* The journal is drained into the store within a second. */
static void load_cdrs(struct stage *st, const struct statement *s, struct cdrs *all)
{
	if (house_ask(&st->house, STORE_READ, read_cdrs, all) < 0)
		play_fail(s, 0, "the store does not tell its CDRs");
}

static void ask_cdr(struct stage *st, const struct statement *s)
{
	static struct cdrs all;

	load_cdrs(st, s, &all);
	for (unsigned i = all.count; i-- > 0;) {
		if (was_seen(st, &all.rows[i]) || !cdr_fits(st, s, &all.rows[i]))
			continue;
		mark_seen(st, &all.rows[i]);
		return;
	}
	print_cdrs(st, &all);
	play_fail(s, 0, "there is no such CDR");
}

static void ask_no_cdr(struct stage *st, const struct statement *s)
{
	static struct cdrs all;

	load_cdrs(st, s, &all);
	for (unsigned i = 0; i < all.count; i++) {
		if (was_seen(st, &all.rows[i]))
			continue;
		print_cdrs(st, &all);
		play_fail(s, 0, "there is a CDR");
	}
}

static void ask_bindings(struct stage *st, const struct statement *s)
{
	struct binding found[REGISTRAR_LINE_BINDINGS_MAX];
	struct account_line line;
	size_t count;

	if (s->word_count < 4 ||
	    account_line_by_number(st->house.book, text_of(s->words[2]), &line) < 0)
		play_fail(s, 0, "expected: expect bindings LINE COUNT");
	count = registrar_line_bindings(st->house.registrar, line.id, found,
					REGISTRAR_LINE_BINDINGS_MAX);
	if (count == (size_t)atoi(s->words[3]))
		return;
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  binding %s\n", found[i].contact);
	play_fail(s, 0, "there are %zu bindings", count);
}

static void ask_level(struct stage *st, const struct statement *s)
{
	struct edge_counters n;
	uint64_t level;

	edge_count(st->house.edge, &n);
	level = strcmp(s->words[1], "calls") == 0 ? n.calls : n.transactions;
	if (s->word_count < 3 || level != (uint64_t)atoi(s->words[2]))
		play_fail(s, 0, "there are %llu", (unsigned long long)level);
}

struct wanted_event {
	const char *kind;
	const char *pattern; /* NULL: any */
	bool found;
};

static int look_at_event(void *arg, const struct event_row *row)
{
	struct wanted_event *w = arg;
	regex_t re;

	if (strcmp(row->kind, w->kind) != 0)
		return 0;
	if (w->pattern && regcomp(&re, w->pattern, REG_EXTENDED | REG_NOSUB) == 0) {
		w->found = regexec(&re, row->text, 0, NULL, 0) == 0;
		regfree(&re);
	} else {
		w->found = true;
	}
	return w->found;
}

static int read_events(struct store_db *db, void *arg)
{
	int r = store_event_each(db, 0, 0, EVENTS_MAX, look_at_event, arg);

	return r > 0 ? 0 : r;
}

/* expect event KIND [~regular expression to the end of the line] */
static void ask_event(struct stage *st, const struct statement *s)
{
	const char *tilde = strchr(s->text, '~');
	struct wanted_event w = { .kind = words_need(s, "event"),
				  .pattern = tilde ? tilde + 1 : NULL };

	if (house_ask(&st->house, STORE_READ, read_events, &w) < 0 || !w.found)
		play_fail(s, 0, "there is no such event");
}

/* expect push "prid":"abc" | expect push none; each answers one such line */
static void ask_push(struct stage *st, const struct statement *s)
{
	struct house_push *pushed = &st->house.pushed;
	const char *wanted = words_need(s, "push");

	if (strcmp(wanted, "none") == 0 ? pushed->json[0] != '\0'
					: !strstr(pushed->json, wanted))
		play_fail(s, 0, "pushed: %s", pushed->json);
	pushed->json[0] = '\0';
}

/* expect engine "m=audio 5000" */
static void ask_engine(struct stage *st, const struct statement *s)
{
	if (!strstr(st->house.media.asked, words_need(s, "engine")))
		play_fail(s, 0, "rtpengine was told: %s", st->house.media.asked);
}

static const struct {
	const char *word;
	void (*fn)(struct stage *, const struct statement *);
} questions[] = {
	{ "cdr", ask_cdr },
	{ "no", ask_no_cdr },
	{ "bindings", ask_bindings },
	{ "calls", ask_level },
	{ "transactions", ask_level },
	{ "event", ask_event },
	{ "push", ask_push },
	{ "engine", ask_engine },
};

bool ask_house(struct stage *st, const struct statement *s)
{
	for (size_t i = 0;
	     s->word_count > 1 && i < sizeof(questions) / sizeof(questions[0]); i++) {
		if (strcmp(s->words[1], questions[i].word) != 0)
			continue;
		stage_pass(st, s, 0);
		questions[i].fn(st, s);
		return true;
	}
	return false;
}
