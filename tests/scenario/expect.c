/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/expect.c - What a peer must receive now, and how it must look.
 *
 *	expect alice 200 [within 2s | after 500ms]
 *		Contact: ~expires=36[0-9]*     a regular expression (POSIX, extended)
 *		To: ~tag=([a-z0-9]+) as tag    its first group becomes ${tag}
 *		CSeq: 2 REGISTER               exactly this
 *		Date                           is there
 *		!Record-Route                  is not there
 *		!To: ~tag=a$                   none of that name is so
 *		uri ~^sip:alice@               of a request
 *		body ~m=audio 0                !body: none
 *		sent to 198.51.100.7:5060      where it went
 *	expect alice nothing [for 2s] */

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/stage.h"
#include "scenario/words.h"

enum { LINE_SIZE = 2048 };

struct scene {
	struct stage *stage;
	const struct statement *at;
	struct peer *peer;
	const struct letter *letter;
	struct sip_msg msg;
};

static _Noreturn void differs(const struct scene *c, unsigned line, const char *what)
{
	play_fail(c->at, line, "%s: %s\n--- %s got:\n%s---", c->peer->name, what,
		  c->peer->name, c->letter->bytes);
}

/* The regular expression, and what " as NAME" behind it captures. */
static bool matches(const struct scene *c, unsigned line, const char *pattern,
		    struct text value)
{
	char expression[LINE_SIZE], *as, *subject = text_dup(value);
	regmatch_t groups[2];
	regex_t re;
	bool good;

	snprintf(expression, sizeof(expression), "%s", pattern);
	as = strstr(expression, " as ");
	if (as)
		*as = '\0';
	if (regcomp(&re, expression, REG_EXTENDED) != 0)
		play_fail(c->at, line, "no regular expression: %s", expression);
	good = regexec(&re, subject, 2, groups, 0) == 0;
	if (good && as) {
		regmatch_t *g = re.re_nsub ? &groups[1] : &groups[0];

		vars_set(c->stage, c->at, as + strlen(" as "),
			 text_sub(text_of(subject), (size_t)g->rm_so,
				  (size_t)(g->rm_eo - g->rm_so)));
	}
	regfree(&re);
	free(subject);
	return good;
}

static bool value_fits(const struct scene *c, unsigned line, const char *wanted,
		       struct text value)
{
	if (*wanted == '~')
		return matches(c, line, wanted + 1, value);
	return text_eq(text_trim_lws(value), text_of(wanted));
}

static bool has_header(const struct scene *c, unsigned line, const char *name,
		       const char *wanted)
{
	const struct sip_header *h = sip_msg_header_named(&c->msg, text_of(name));

	for (; h; h = sip_msg_header_next(&c->msg, h)) {
		if (!sip_msg_header_named(&c->msg, text_of(name)) ||
		    (h->id == SIP_HDR_OTHER && !text_eq_nocase(h->name, text_of(name))))
			continue;
		if (!wanted || value_fits(c, line, wanted, h->value))
			return true;
	}
	return false;
}

static void check_header(const struct scene *c, unsigned line, const char *name,
			 const char *wanted)
{
	char what[LINE_SIZE + 128];

	if (has_header(c, line, name, wanted))
		return;
	snprintf(what, sizeof(what), "expected %s: %s", name, wanted ? wanted : "(any)");
	differs(c, line, what);
}

static void check_uri(const struct scene *c, unsigned line, const char *wanted)
{
	if (!c->msg.request || !value_fits(c, line, wanted, c->msg.uri_text))
		differs(c, line, "another Request-URI");
}

static void check_body(const struct scene *c, unsigned line, const char *wanted)
{
	if (!value_fits(c, line, wanted, c->msg.body))
		differs(c, line, "another body");
}

static void check_sent_to(const struct scene *c, unsigned line, const char *wanted)
{
	char addr[ADDR_TEXT_SIZE];

	addr_encode(addr, &c->letter->flow.remote);
	if (strcmp(addr, wanted) != 0)
		differs(c, line, addr);
}

/* "Name", or "Name: value", and cuts it there. NULL: any value. */
static const char *cut_value(char *line)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return NULL;
	*colon = '\0';
	return colon + 1 + strspn(colon + 1, " \t");
}

static void check_absent(const struct scene *c, unsigned line, const char *what)
{
	char name[LINE_SIZE];
	const char *value;

	snprintf(name, sizeof(name), "%s", what);
	value = cut_value(name);
	if (strcmp(name, "body") == 0 ? c->msg.body.len > 0
				      : has_header(c, line, name, value))
		differs(c, line, "this must not be there");
}

static const struct {
	const char *prefix;
	void (*fn)(const struct scene *, unsigned line, const char *wanted);
} checks[] = {
	{ "!", check_absent },
	{ "uri ", check_uri },
	{ "body ", check_body },
	{ "sent to ", check_sent_to },
};

static void check_line(const struct scene *c, unsigned number, const char *text)
{
	char line[LINE_SIZE];
	const char *value;

	vars_expand(c->stage, c->at, number, text, line, sizeof(line));
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		size_t n = strlen(checks[i].prefix);

		if (strncmp(line, checks[i].prefix, n) != 0)
			continue;
		checks[i].fn(c, number, line + n);
		return;
	}
	value = cut_value(line);
	check_header(c, number, line, value);
}

static void remember_challenge(struct peer *p, const struct sip_msg *m)
{
	bool proxy = m->status == 407;
	const struct sip_header *h = sip_msg_header(m, proxy ? SIP_HDR_PROXY_AUTHENTICATE
							     : SIP_HDR_WWW_AUTHENTICATE);

	if (m->request || (m->status != 401 && m->status != 407) || !h)
		return;
	text_copy(p->challenge, sizeof(p->challenge), h->value);
	p->proxy_challenge = proxy;
	p->nc = 0;
}

/* 12.1, 12.2.1.2: where the other side is now. */
static void remember_dialog(struct peer *p, const struct sip_msg *m)
{
	struct dialog *d = &p->dialog;
	char target[PEER_VALUE_SIZE];

	if (m->cseq.method != SIP_INVITE || !text_eq(m->call_id, text_of(d->call_id)))
		return;
	if (!m->request && m->to.tag.len > 0 && m->status < 300)
		text_copy(d->remote, sizeof(d->remote),
			  sip_msg_header(m, SIP_HDR_TO)->value);
	peer_uri_of(m, SIP_HDR_CONTACT, target, sizeof(target));
	if (target[0] && (m->request || m->status < 300))
		strcpy(d->target, target);
}

static void remember(struct peer *p, const struct sip_msg *m)
{
	/* A new call gets a tag of its own. */
	if (m->request && m->method == SIP_INVITE && m->to.tag.len == 0)
		snprintf(p->tag, sizeof(p->tag), "%s-%u", p->name, ++p->serial);
	remember_challenge(p, m);
	remember_dialog(p, m);
}

static struct letter *take(struct peer *p)
{
	struct list *first = list_first(&p->inbox);

	if (!first)
		return NULL;
	list_remove(first);
	list_append(&p->received, first);
	return container_of(first, struct letter, node);
}

static bool right_kind(const struct scene *c, const char *kind)
{
	if (!c->msg.request)
		return (unsigned)atoi(kind) == c->msg.status;
	return text_eq(c->msg.method_name, text_of(kind));
}

/* An answer to a message without From has none either: then only the status counts, and
 * what headers there are. */
static bool answers_fault(struct scene *c, const char *kind)
{
	char start[32];

	snprintf(start, sizeof(start), "SIP/2.0 %s ", kind);
	return !letter_decode(c->letter, &c->msg) &&
	       strncmp(c->letter->bytes, start, strlen(start)) == 0;
}

static void check_kind(struct scene *c, const char *kind)
{
	char what[128];

	snprintf(what, sizeof(what), "expected %s", kind);
	if (strcmp(kind, "pong") == 0 || strcmp(kind, "ping") == 0) {
		if (strcmp(c->letter->bytes, kind[1] == 'o' ? "\r\n" : "\r\n\r\n") != 0)
			differs(c, 0, what);
		return;
	}
	if (answers_fault(c, kind))
		return;
	if (!letter_decode(c->letter, &c->msg))
		differs(c, 0, "no SIP message");
	if (!right_kind(c, kind))
		differs(c, 0, what);
	remember(c->peer, &c->msg);
}

/* Lets time pass until something is there: at most "within", or just "after". */
static void wait_for(struct stage *st, const struct statement *s, struct peer *p)
{
	int64_t start_us = st->house.clock.mono_us, wait_us, end_us, next_us;
	const char *after = words_after(s, "after"), *within = words_after(s, "within");

	wait_us = after || within ? words_time_us(s, after ? after : within) : 0;
	end_us = start_us + wait_us;
	stage_pass(st, s, 0);
	while (list_empty(&p->inbox) && st->house.clock.mono_us < end_us) {
		next_us = loop_next_timer_us(st->house.loop);
		next_us = next_us < end_us ? next_us : end_us;
		stage_pass(st, s,
			   next_us > st->house.clock.mono_us
				   ? next_us - st->house.clock.mono_us
				   : 0);
	}
	if (list_empty(&p->inbox))
		play_fail(s, 0, "%s got nothing", p->name);
	if (after && st->house.clock.mono_us != end_us)
		play_fail(s, 0, "%s got it after %lld ms", p->name,
			  (long long)(st->house.clock.mono_us - start_us) / 1000);
}

static void expect_nothing(struct stage *st, const struct statement *s, struct peer *p)
{
	struct scene c = { st, s, p };

	stage_pass(st, s,
		   words_has(s, "for") ? words_time_us(s, words_need(s, "for")) : 0);
	c.letter = take(p);
	if (c.letter)
		differs(&c, 0, "expected nothing");
}

static void expect_kind(struct stage *st, const struct statement *s, struct peer *p,
			const char *kind)
{
	struct scene c = { st, s, p };

	wait_for(st, s, p);
	c.letter = take(p);
	check_kind(&c, kind);
	for (unsigned i = 0; i < s->block_count; i++)
		check_line(&c, s->block[i].number, s->block[i].text);
}

void expect_message(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);

	if (s->word_count < 3)
		play_fail(s, 0, "expected: expect PEER STATUS-OR-METHOD");
	if (strcmp(s->words[2], "nothing") == 0)
		expect_nothing(st, s, p);
	else
		expect_kind(st, s, p, s->words[2]);
}

void expect_status(struct stage *st, const struct statement *s, struct peer *p,
		   unsigned status)
{
	struct scene c = { st, s, p };
	char kind[16];

	snprintf(kind, sizeof(kind), "%u", status);
	stage_pass(st, s, 0);
	c.letter = take(p);
	if (!c.letter)
		play_fail(s, 0, "%s got no %s", p->name, kind);
	check_kind(&c, kind);
}
