/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/compose.c - Writes the messages that a play sends: the lines that the play
 * gives, and all that a correct message needs besides. A line replaces the header of that
 * name,
 * "!Name" leaves it out. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/stage.h"

enum { DRAFT_HEADERS_MAX = 80, DRAFT_BODY_SIZE = 16384, LINE_SIZE = 2048 };

struct draft {
	struct stage *stage;
	const struct statement *at;
	struct peer *peer;
	const char *method;
	char uri[PEER_VALUE_SIZE];
	struct {
		char name[64];
		char value[LINE_SIZE];
		bool given; /* by the play */
	} headers[DRAFT_HEADERS_MAX];
	unsigned count;
	char body[DRAFT_BODY_SIZE];
};

static bool same_name(const char *a, const char *b)
{
	enum sip_header_id id = sip_header_id_of(text_of(a));

	if (id != SIP_HDR_OTHER)
		return id == sip_header_id_of(text_of(b));
	return strcasecmp(a, b) == 0;
}

static void draft_add(struct draft *d, const char *name, const char *value, bool given)
{
	unsigned i = d->count;

	if (d->count++ == DRAFT_HEADERS_MAX ||
	    strlen(name) >= sizeof(d->headers[0].name) || strlen(value) >= LINE_SIZE)
		play_fail(d->at, 0, "too many headers, or too long: %s", name);
	strcpy(d->headers[i].name, name);
	strcpy(d->headers[i].value, value);
	d->headers[i].given = given;
}

static void draft_printf(struct draft *d, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void draft_printf(struct draft *d, const char *name, const char *fmt, ...)
{
	char value[LINE_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	draft_add(d, name, value, false);
}

/* What the player put there by itself. */
static void draft_remove(struct draft *d, const char *name)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < d->count; i++) {
		if (same_name(d->headers[i].name, name) && !d->headers[i].given)
			continue;
		if (kept != i)
			d->headers[kept] = d->headers[i];
		kept++;
	}
	d->count = kept;
}

/* In the place of the player's own header of that name, when there is one. */
static void draft_give(struct draft *d, const char *name, const char *value)
{
	for (unsigned i = 0; i < d->count; i++) {
		if (!same_name(d->headers[i].name, name) || d->headers[i].given)
			continue;
		strcpy(d->headers[i].name, name);
		snprintf(d->headers[i].value, LINE_SIZE, "%s", value);
		d->headers[i].given = true;
		return;
	}
	draft_add(d, name, value, true);
}

/* sdp [HOST:PORT] [sendonly|inactive ...] */
static void give_sdp(struct draft *d, const char *line)
{
	char host[ADDR_TEXT_SIZE], direction[32] = "sendrecv", where[ADDR_TEXT_SIZE] = "";
	struct addr a = d->peer->addr;
	const char *family;

	sscanf(line, "sdp %63s %31s", where, direction);
	if (where[0] && addr_decode(text_of(where), 0, &a) < 0)
		strcpy(direction, where);
	if (!where[0] || addr_decode(text_of(where), 0, &a) < 0)
		a.port = 40000;
	family = a.family == AF_INET6 ? "IP6" : "IP4";
	addr_encode_host(host, &a, false);
	snprintf(d->body, sizeof(d->body),
		 "v=0\r\no=%s 1 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
		 "a=%s\r\n",
		 d->peer->name, family, host, family, host, a.port, direction);
	draft_give(d, "Content-Type", "application/sdp");
}

static void give_auth(struct draft *d, unsigned line, const char *text)
{
	const char *name;
	char value[LINE_SIZE];

	auth_line(d->stage, d->at, line, d->peer, text, d->method, d->uri, &name, value,
		  sizeof(value));
	draft_give(d, name, value);
}

static void give_header(struct draft *d, unsigned number, char *line)
{
	char *colon = strchr(line, ':'), *value, *end;

	if (!colon)
		play_fail(d->at, number, "expected: Header: value");
	value = colon + 1 + strspn(colon + 1, " \t");
	end = colon;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	draft_give(d, line, value);
}

static bool is_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	return strncmp(line, word, n) == 0 && (line[n] == ' ' || !line[n]);
}

static void give_line(struct draft *d, unsigned number, const char *text)
{
	char line[LINE_SIZE];

	vars_expand(d->stage, d->at, number, text, line, sizeof(line));
	if (is_word(line, "sdp"))
		give_sdp(d, line);
	else if (is_word(line, "auth"))
		give_auth(d, number, line);
	else if (*line == '!')
		draft_remove(d, line + 1);
	else
		give_header(d, number, line);
}

/* Behind "---" the lines are the body; "." is an empty one. */
static unsigned give_body(struct draft *d, unsigned i)
{
	char line[LINE_SIZE];
	size_t len = 0;

	for (; i < d->at->block_count; i++) {
		vars_expand(d->stage, d->at, d->at->block[i].number, d->at->block[i].text,
			    line, sizeof(line));
		len += (size_t)snprintf(d->body + len, sizeof(d->body) - len, "%s\r\n",
					strcmp(line, ".") == 0 ? "" : line);
		if (len >= sizeof(d->body))
			play_fail(d->at, d->at->block[i].number, "the body is too long");
	}
	return i;
}

static void give_block(struct draft *d, const char *extra_line)
{
	for (unsigned i = 0; i < d->at->block_count; i++) {
		const struct play_line *l = &d->at->block[i];

		if (strcmp(l->text, "---") == 0)
			i = give_body(d, i + 1);
		else
			give_line(d, l->number, l->text);
	}
	if (extra_line)
		give_line(d, 0, extra_line);
}

static void finish(struct draft *d, struct buf *b)
{
	char length[24];

	snprintf(length, sizeof(length), "%zu", strlen(d->body));
	for (unsigned i = 0; i < d->count; i++) {
		bool automatic = same_name(d->headers[i].name, "Content-Length") &&
				 !d->headers[i].given;

		buf_puts(b, d->headers[i].name);
		buf_puts(b, ": ");
		buf_puts(b, automatic ? length : d->headers[i].value);
		buf_puts(b, "\r\n");
	}
	buf_puts(b, "\r\n");
	buf_puts(b, d->body);
	if (b->error)
		play_fail(d->at, 0, "no memory");
}

static void put_via(struct draft *d)
{
	char addr[ADDR_TEXT_SIZE], name[8];
	const char *via = transport_via_name(d->peer->transport);

	snprintf(name, sizeof(name), "%s", via);
	draft_printf(d, "Via", "SIP/2.0/%s %s;branch=z9hG4bK%s%u", name,
		     addr_encode(addr, &d->peer->addr), d->peer->name, ++d->peer->serial);
}

static void identity(const struct draft *d, char *dst, size_t cap)
{
	char addr[ADDR_TEXT_SIZE];

	if (d->peer->credential)
		snprintf(dst, cap, "<sip:%s@%s>", d->peer->credential->number,
			 d->stage->house.domain);
	else
		snprintf(dst, cap, "<sip:%s@%s>", d->peer->name,
			 addr_encode(addr, &d->peer->addr));
}

static void put_contact(struct draft *d)
{
	char addr[ADDR_TEXT_SIZE];
	const char *user =
		d->peer->credential ? d->peer->credential->number : d->peer->name;

	draft_printf(d, "Contact", "<sip:%s@%s%s>", user,
		     addr_encode(addr, &d->peer->addr), peer_transport_param(d->peer));
}

static void new_tag(struct peer *p)
{
	snprintf(p->tag, sizeof(p->tag), "%s-%u", p->name, ++p->serial);
}

static void put_register(struct draft *d)
{
	struct peer *p = d->peer;
	char me[PEER_VALUE_SIZE];

	if (!p->register_call_id[0]) {
		new_tag(p);
		snprintf(p->register_call_id, sizeof(p->register_call_id), "register-%s",
			 p->name);
	}
	identity(d, me, sizeof(me));
	draft_printf(d, "From", "%s;tag=%s", me, p->tag);
	draft_printf(d, "To", "%s", me);
	draft_printf(d, "Call-ID", "%s", p->register_call_id);
	draft_printf(d, "CSeq", "%u REGISTER", ++p->register_cseq);
}

/* A new dialog, or what shall become one. */
static void begin_dialog(struct draft *d)
{
	struct peer *p = d->peer;
	char me[PEER_VALUE_SIZE];

	new_tag(p);
	identity(d, me, sizeof(me));
	p->dialog = (struct dialog){ .cseq = 0 };
	snprintf(p->dialog.call_id, sizeof(p->dialog.call_id), "%s-call-%u", p->name,
		 ++p->serial);
	snprintf(p->dialog.local, sizeof(p->dialog.local), "%.900s;tag=%s", me, p->tag);
	snprintf(p->dialog.remote, sizeof(p->dialog.remote), "<%.1000s>", d->uri);
}

static void put_dialog(struct draft *d)
{
	struct dialog *dialog = &d->peer->dialog;

	draft_printf(d, "From", "%s", dialog->local);
	draft_printf(d, "To", "%s", dialog->remote);
	draft_printf(d, "Call-ID", "%s", dialog->call_id);
	draft_printf(d, "CSeq", "%u %s", ++dialog->cseq, d->method);
	if (strcmp(d->method, "INVITE") == 0)
		put_contact(d);
}

static void copy_header(struct draft *d, const struct sip_msg *m, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(m, id);
	char name[64];

	text_copy(name, sizeof(name), sip_header_name(id));
	for (; h; h = sip_msg_header_next(m, h))
		draft_printf(d, name, "%.*s", TEXT_ARG(h->value));
}

/* ACK and CANCEL speak of the INVITE that was sent last (17.1.1.3, 13.2.2.4, 9.1). */
static void put_hop(struct draft *d)
{
	struct sip_msg invite, response;
	struct peer *p = d->peer;
	bool ack = strcmp(d->method, "ACK") == 0;
	bool answered = ack && peer_find_response(&p->received, SIP_INVITE, &response);

	if (!peer_find_request(&p->sent, SIP_INVITE, &invite))
		play_fail(d->at, 0, "%s has sent no INVITE", p->name);
	snprintf(d->uri, sizeof(d->uri), "%.*s", TEXT_ARG(invite.uri_text));
	if (answered && response.status < 300) {
		snprintf(d->uri, sizeof(d->uri), "%s", p->dialog.target);
		put_via(d);
	} else {
		copy_header(d, &invite, SIP_HDR_VIA);
	}
	draft_printf(d, "Max-Forwards", "70");
	copy_header(d, &invite, SIP_HDR_FROM);
	copy_header(d, answered ? &response : &invite, SIP_HDR_TO);
	copy_header(d, &invite, SIP_HDR_CALL_ID);
	draft_printf(d, "CSeq", "%u %s", invite.cseq.number, d->method);
}

static void put_request(struct draft *d, const char *uri, bool again)
{
	bool registers = strcmp(d->method, "REGISTER") == 0;

	if (!uri && !registers)
		uri = d->peer->dialog.target;
	else if (!registers && !again)
		begin_dialog(d);
	if (uri && !*uri)
		play_fail(d->at, 0, "%s is in no call: give a URI", d->peer->name);
	put_via(d);
	draft_printf(d, "Max-Forwards", "70");
	if (registers)
		put_register(d);
	else
		put_dialog(d);
}

static const char *header_in(const struct draft *d, const char *name,
			     const char *otherwise)
{
	for (unsigned i = 0; i < d->count; i++) {
		if (same_name(d->headers[i].name, name))
			return d->headers[i].value;
	}
	return otherwise;
}

/* What the play has written itself is what the call goes on with. */
static void keep_dialog(struct draft *d)
{
	struct dialog *dialog = &d->peer->dialog;

	if (strcmp(d->method, "INVITE") != 0)
		return;
	snprintf(dialog->local, sizeof(dialog->local), "%.1000s",
		 header_in(d, "From", dialog->local));
	snprintf(dialog->call_id, sizeof(dialog->call_id), "%.1000s",
		 header_in(d, "Call-ID", dialog->call_id));
}

void compose_request(struct stage *st, const struct statement *s, struct peer *p,
		     const char *method, const char *uri, bool again,
		     const char *extra_line, struct buf *b)
{
	struct draft *d = calloc(1, sizeof(*d));
	bool hop = strcmp(method, "ACK") == 0 || strcmp(method, "CANCEL") == 0;

	if (!d)
		play_fail(s, 0, "no memory");
	*d = (struct draft){ .stage = st, .at = s, .peer = p, .method = method };
	if (uri)
		vars_expand(st, s, 0, uri, d->uri, sizeof(d->uri));
	else if (strcmp(method, "REGISTER") == 0)
		snprintf(d->uri, sizeof(d->uri), "sip:%s", st->house.domain);
	else
		snprintf(d->uri, sizeof(d->uri), "%s", p->dialog.target);
	if (hop && !uri)
		put_hop(d);
	else
		put_request(d, uri, again);
	draft_printf(d, "Content-Length", "0");
	give_block(d, extra_line);
	keep_dialog(d);
	buf_printf(b, "%s %s SIP/2.0\r\n", method, d->uri);
	finish(d, b);
	free(d);
}

/* The peer's side of a dialog that the house began. */
static void answer_dialog(struct peer *p, const struct sip_msg *m)
{
	struct dialog *dialog = &p->dialog;

	if (m->to.tag.len > 0)
		return;
	*dialog = (struct dialog){ .cseq = 0 };
	text_copy(dialog->call_id, sizeof(dialog->call_id), m->call_id);
	snprintf(dialog->local, sizeof(dialog->local), "%.*s;tag=%s",
		 TEXT_ARG(sip_msg_header(m, SIP_HDR_TO)->value), p->tag);
	text_copy(dialog->remote, sizeof(dialog->remote),
		  sip_msg_header(m, SIP_HDR_FROM)->value);
	peer_uri_of(m, SIP_HDR_CONTACT, dialog->target, sizeof(dialog->target));
}

static void put_to(struct draft *d, const struct sip_msg *m, unsigned status)
{
	struct text to = sip_msg_header(m, SIP_HDR_TO)->value;

	if (!d->peer->tag[0]) /* its first answer, and not to an INVITE */
		new_tag(d->peer);
	if (m->to.tag.len > 0 || status == 100)
		draft_printf(d, "To", "%.*s", TEXT_ARG(to));
	else
		draft_printf(d, "To", "%.*s;tag=%s", TEXT_ARG(to), d->peer->tag);
}

void compose_response(struct stage *st, const struct statement *s, struct peer *p,
		      unsigned status, const char *reason, enum sip_method to,
		      struct buf *b)
{
	struct draft *d = calloc(1, sizeof(*d));
	struct sip_msg m;

	if (!d || !peer_find_request(&p->received, to, &m))
		play_fail(s, 0, "%s has received no such request", p->name);
	*d = (struct draft){ .stage = st, .at = s, .peer = p, .method = "" };
	if (m.method == SIP_INVITE && status > 100)
		answer_dialog(p, &m);
	copy_header(d, &m, SIP_HDR_VIA);
	copy_header(d, &m, SIP_HDR_FROM);
	put_to(d, &m, status);
	copy_header(d, &m, SIP_HDR_CALL_ID);
	copy_header(d, &m, SIP_HDR_CSEQ);
	if (m.method == SIP_INVITE && status > 100 && status < 300)
		put_contact(d);
	draft_printf(d, "Content-Length", "0");
	give_block(d, NULL);
	buf_printf(b, "SIP/2.0 %u %s\r\n", status,
		   reason ? reason : sip_reason_phrase(status));
	finish(d, b);
	free(d);
}
