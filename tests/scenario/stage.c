/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/stage.c - The statements that act. */

#include "scenario/stage.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/words.h"

enum { FILE_MAX = 65536 };

void stage_open(struct stage *st, bool verbose)
{
	*st = (struct stage){ .verbose = verbose };
	list_init(&st->peers);
	list_init(&st->cdrs_seen);
	house_open(&st->house);
}

void stage_close(struct stage *st)
{
	house_close(&st->house);
	LIST_EACH_SAFE (it, &st->peers)
		peer_free(container_of(it, struct peer, node));
	LIST_EACH_SAFE (seen, &st->cdrs_seen)
		free(seen);
	vars_free(st);
}

/* In steps, so that a message has the time at which it was sent. */
void stage_pass(struct stage *st, const struct statement *at, int64_t us)
{
	int64_t end_us = st->house.clock.mono_us + us, next_us;

	do {
		next_us = loop_next_timer_us(st->house.loop);
		next_us = next_us < end_us ? next_us : end_us;
		house_pass(&st->house, next_us > st->house.clock.mono_us
					       ? next_us - st->house.clock.mono_us
					       : 0);
		peers_collect(st, at);
	} while (st->house.clock.mono_us < end_us);
}

static enum sip_method method_word(const char *word)
{
	return word ? sip_method_of(text_of(word)) : SIP_METHOD_OTHER;
}

/* peer alice 198.51.100.7:5060 [over tcp|tls|wss] [with phone] */
static void do_peer(struct stage *st, const struct statement *s)
{
	struct peer *p;

	if (s->word_count < 3)
		play_fail(s, 0, "expected: peer NAME ADDRESS");
	p = peer_new(st, s, s->words[1], s->words[2]);
	/* Where somebody has stood who proved who he is. */
	p->known = strcmp(s->words[s->word_count - 1], "known") == 0;
	if (words_has(s, "with"))
		p->credential = house_credential(&st->house, s, words_need(s, "with"));
}

static void send_buf(struct stage *st, const struct statement *s, struct peer *p,
		     struct buf *b)
{
	if (b->error)
		play_fail(s, 0, "no memory");
	peer_send(st, s, p, buf_text(b));
	buf_free(b);
}

static void send_request(struct stage *st, const struct statement *s, struct peer *p,
			 const char *method, const char *uri, bool again,
			 const char *extra)
{
	struct buf b = BUF_GROWING;

	compose_request(st, s, p, method, uri, again, extra, &b);
	send_buf(st, s, p, &b);
}

/* Asked for its password, and asked again: what every device does. */
static void send_authorized(struct stage *st, const struct statement *s, struct peer *p,
			    const char *method, const char *uri)
{
	static const struct statement nothing_more = { .path = "" };
	struct statement ack = nothing_more;
	bool invite = strcmp(method, "INVITE") == 0;

	ack.path = s->path;
	ack.number = s->number;
	send_request(st, s, p, method, uri, false, NULL);
	expect_status(st, s, p, invite ? 407 : 401);
	if (invite)
		send_request(st, &ack, p, "ACK", NULL, false, NULL);
	send_request(st, s, p, method, uri, true, "auth");
}

static void send_status(struct stage *st, const struct statement *s, struct peer *p)
{
	struct buf b = BUF_GROWING;
	const char *reason =
		s->word_count > 3 && strcmp(s->words[3], "to") != 0 ? s->words[3] : NULL;

	compose_response(st, s, p, (unsigned)atoi(s->words[2]), reason,
			 method_word(words_after(s, "to")), &b);
	send_buf(st, s, p, &b);
}

/* Lines as they stand, each with CRLF. */
static void send_raw(struct stage *st, const struct statement *s, struct peer *p)
{
	struct buf b = BUF_GROWING;
	char line[PEER_VALUE_SIZE];

	for (unsigned i = 0; i < s->block_count; i++) {
		vars_expand(st, s, s->block[i].number, s->block[i].text, line,
			    sizeof(line));
		if (strcmp(line, ".") != 0)
			buf_puts(&b, line);
		buf_puts(&b, "\r\n");
	}
	send_buf(st, s, p, &b);
}

static void send_file(struct stage *st, const struct statement *s, struct peer *p)
{
	const char *slash = strrchr(s->path, '/');
	char path[512], bytes[FILE_MAX];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash - s->path) + 1 : 0,
		 s->path, words_need(s, "file"));
	f = fopen(path, "rb");
	if (!f)
		play_fail(s, 0, "no such file: %s", path);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	peer_send(st, s, p, (struct text){ bytes, len });
}

/* send alice INVITE sip:044@example.com [authorized] [again]; send bob 180; send eve raw;
 * send eve file FILE */
static void do_send(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);
	const char *what = s->words[2], *uri = s->words[2] ? s->words[3] : NULL;

	if (!what)
		play_fail(s, 0, "expected: send PEER METHOD-OR-STATUS");
	if (uri && (strcmp(uri, "authorized") == 0 || strcmp(uri, "again") == 0))
		uri = NULL;
	if (isdigit((unsigned char)*what))
		send_status(st, s, p);
	else if (strcmp(what, "raw") == 0)
		send_raw(st, s, p);
	else if (strcmp(what, "file") == 0)
		send_file(st, s, p);
	else if (words_has(s, "authorized"))
		send_authorized(st, s, p, what, uri);
	else
		send_request(st, s, p, what, uri, words_has(s, "again"), NULL);
}

/* resend alice [INVITE | 200]: the same bytes once more */
static void do_resend(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);
	const char *what = s->words[2];

	for (struct list *it = p->sent.prev; it != &p->sent; it = it->prev) {
		struct letter *l = container_of(it, struct letter, node);
		struct sip_msg m;

		if (what && (!letter_decode(l, &m) ||
			     (m.request ? !text_eq(m.method_name, text_of(what))
					: m.status != (unsigned)atoi(what))))
			continue;
		peer_send(st, s, p, (struct text){ l->bytes, l->len });
		return;
	}
	play_fail(s, 0, "%s has sent no such message", p->name);
}

/* register alice: with her credential, at her address; lines are headers */
static void do_register(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);
	struct statement with_contact = *s;
	char contact[PEER_VALUE_SIZE], addr[ADDR_TEXT_SIZE];

	if (!p->credential)
		play_fail(s, 0, "%s has no credential", p->name);
	snprintf(contact, sizeof(contact), "Contact: <sip:%s@%s%s>",
		 p->credential->number, addr_encode(addr, &p->addr),
		 peer_transport_param(p));
	if (with_contact.block_count < PLAY_BLOCK_MAX)
		with_contact.block[with_contact.block_count++] =
			(struct play_line){ s->number, contact };
	send_authorized(st, &with_contact, p, "REGISTER", NULL);
	expect_status(st, s, p, 200);
}

static void do_expect(struct stage *st, const struct statement *s)
{
	if (!ask_house(st, s))
		expect_message(st, s);
}

static void do_advance(struct stage *st, const struct statement *s)
{
	stage_pass(st, s, words_time_us(s, words_need(s, "advance")));
}

/* move alice 198.51.100.77:6000: another network; what she had is gone */
static void do_move(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);

	if (addr_decode(text_of(s->words[2]), 5060, &p->addr) < 0)
		play_fail(s, 0, "expected: move PEER ADDRESS");
	p->flow = (struct flow){ 0 };
	p->known = false;
	p->said = p->heard = 0;
}

static void do_close(struct stage *st, const struct statement *s)
{
	peer_close(st, peer_get(st, s, s->words[1]));
	stage_pass(st, s, 0);
}

static void set_status(struct stage *st, const struct statement *s,
		       enum credential_status status)
{
	house_set_status(&st->house, s,
			 house_credential(&st->house, s, s->words[1] ? s->words[1] : ""),
			 status);
	peers_collect(st, s);
}

static void do_freeze(struct stage *st, const struct statement *s)
{
	set_status(st, s, CREDENTIAL_FROZEN);
}

static void do_unfreeze(struct stage *st, const struct statement *s)
{
	set_status(st, s, CREDENTIAL_ACTIVE);
}

static void do_revoke(struct stage *st, const struct statement *s)
{
	set_status(st, s, CREDENTIAL_REVOKED);
}

/* refuse bob: the next connection that the house opens to him fails */
static void do_refuse(struct stage *st, const struct statement *s)
{
	struct peer *p = peer_get(st, s, s->words[1]);
	char addr[ADDR_TEXT_SIZE];

	fake_net_refuse(st->house.net, addr_encode(addr, &p->addr), ECONNREFUSED, true);
}

/* webhook fails | webhook works */
static void do_webhook(struct stage *st, const struct statement *s)
{
	st->house.pushed.error = words_has(s, "fails") ? -EIO : 0;
}

static const struct {
	const char *word;
	void (*fn)(struct stage *, const struct statement *);
} verbs[] = {
	{ "peer", do_peer },         { "send", do_send },     { "resend", do_resend },
	{ "register", do_register }, { "expect", do_expect }, { "advance", do_advance },
	{ "close", do_close },       { "freeze", do_freeze }, { "unfreeze", do_unfreeze },
	{ "move", do_move },         { "revoke", do_revoke }, { "refuse", do_refuse },
	{ "webhook", do_webhook },
};

void stage_play(struct stage *st, const struct statement *s)
{
	if (house_furnish(&st->house, s)) {
		/* A trunk is somebody to play with, too. */
		if (strcmp(s->words[0], "trunk") == 0)
			peer_new(st, s, s->words[1], s->words[2])->known = true;
		return;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(s->words[0], verbs[i].word) != 0)
			continue;
		if (verbs[i].fn != do_peer)
			house_raise_curtain(&st->house, s);
		verbs[i].fn(st, s);
		return;
	}
	play_fail(s, 0, "nobody knows how to \"%s\"", s->words[0]);
}

void stage_check_end(struct stage *st, const struct statement *last)
{
	LIST_EACH (it, &st->peers) {
		struct peer *p = container_of(it, struct peer, node);
		struct list *left = list_first(&p->inbox);

		if (left)
			play_fail(last, 0, "the play ends, and %s got:\n%s", p->name,
				  container_of(left, struct letter, node)->bytes);
	}
}
