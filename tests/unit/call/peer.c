/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/peer.c - What the peers say and hear. */

#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "rig.h"

static void send_text(struct peer *p, const char *text, size_t len)
{
	fake_net_inject(p->rig->net, &p->flow, (struct text){ text, len });
	rig_run(p->rig, 0);
}

static void put_body(char *text, size_t cap, const char *type, const char *body)
{
	size_t len = strlen(text);

	if (body && *body)
		snprintf(text + len, cap - len,
			 "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type,
			 strlen(body), body);
	else
		snprintf(text + len, cap - len, "Content-Length: 0\r\n\r\n");
}

static void copy(char *dst, size_t cap, struct text t)
{
	assert_int_equal(text_copy(dst, cap, t), 0);
}

static void send_invite(struct peer *p, const char *number, const char *headers,
			const char *type, const char *body)
{
	unsigned n = ++p->rig->branches;
	char text[8192];

	snprintf(p->branch, sizeof(p->branch), "z9hG4bK%s%u", p->name, n);
	snprintf(p->call_id, sizeof(p->call_id), "call-%s-%u", p->name, n);
	snprintf(p->own_tag, sizeof(p->own_tag), "tag-%s-%u", p->name, n);
	snprintf(p->to, sizeof(p->to), "<sip:%s@voip.example.ch>", number);
	p->cseq = p->invite_cseq = 100;
	p->their_tag[0] = '\0';
	snprintf(p->target, sizeof(p->target), "sip:%s@voip.example.ch", number);
	snprintf(text, sizeof(text),
		 "INVITE sip:%s@voip.example.ch SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP %s;branch=%s\r\nMax-Forwards: 70\r\n"
		 "From: \"I am the bank\" <sip:+41000000000@evil.example>;tag=%s\r\n"
		 "To: %s\r\nCall-ID: %s\r\nCSeq: 100 INVITE\r\n"
		 "Contact: <sip:%s@%s>\r\nUser-Agent: Secret Phone 1.0\r\n%s",
		 number, p->address, p->branch, p->own_tag, p->to, p->call_id, p->name,
		 p->address, headers ? headers : "");
	put_body(text, sizeof(text), type, body);
	send_text(p, text, strlen(text));
}

void invite(struct peer *p, const char *number, const char *headers, const char *sdp)
{
	send_invite(p, number, headers, "application/sdp", sdp);
}

void invite_with(struct peer *p, const char *number, const char *type, const char *body)
{
	send_invite(p, number, NULL, type, body);
}

/* Takes the first message to that peer out of what was sent. */
static bool take(struct peer *p, char *dst, size_t cap)
{
	struct fake_net *net = p->rig->net;
	size_t turns = net->sent_count;
	bool found = false;
	struct text bytes;
	struct flow to;
	struct {
		struct flow to;
		char text[8192];
		size_t len;
	} kept[64];
	size_t count = 0;

	for (size_t i = 0; i < turns && fake_net_sent(net, &to, &bytes); i++) {
		if (!found && addr_eq(&to.remote, &p->flow.remote)) {
			assert_true(bytes.len < cap);
			memcpy(dst, bytes.p, bytes.len);
			dst[bytes.len] = '\0';
			found = true;
			continue;
		}
		assert_true(count < COUNT(kept) && bytes.len < sizeof(kept[0].text));
		memcpy(kept[count].text, bytes.p, bytes.len);
		kept[count].len = bytes.len;
		kept[count++].to = to;
	}
	for (size_t i = 0; i < count; i++)
		net_send(&net->net, &kept[i].to,
			 (struct text){ kept[i].text, kept[i].len });
	return found;
}

/* Its dialog, when it is the called one. */
static void note_invite(struct peer *p)
{
	struct text value;

	memcpy(p->invite, p->heard, sizeof(p->invite));
	copy(p->call_id, sizeof(p->call_id), p->msg.call_id);
	copy(p->their_tag, sizeof(p->their_tag), p->msg.from.tag);
	value = sip_msg_header(&p->msg, SIP_HDR_FROM)->value;
	text_split(value, ';', &value, NULL);
	copy(p->to, sizeof(p->to), value);
	if (!p->msg.to.tag.len) {
		snprintf(p->own_tag, sizeof(p->own_tag), "tag-%s-%u", p->name,
			 ++p->rig->branches);
		p->cseq = 500;
	}
}

static void note(struct peer *p)
{
	const struct sip_header *contact = sip_msg_header(&p->msg, SIP_HDR_CONTACT);
	struct sip_address a;

	if (contact && sip_address_decode(contact->value, &a) == 0)
		copy(p->target, sizeof(p->target), a.uri_text);
	if (p->msg.request && p->msg.method == SIP_INVITE)
		note_invite(p);
	if (!p->msg.request && p->msg.to.tag.len && p->msg.cseq.method == SIP_INVITE)
		copy(p->their_tag, sizeof(p->their_tag), p->msg.to.tag);
}

void expect(struct peer *p, const char *begins)
{
	struct sip_fault fault;

	if (!take(p, p->heard, sizeof(p->heard)))
		fail_msg("%s hears nothing, not %s", p->name, begins);
	if (strncmp(p->heard, begins, strlen(begins)) != 0)
		fail_msg("%s hears\n%s\nnot %s", p->name, p->heard, begins);
	assert_int_equal(sip_msg_decode(text_of(p->heard), &p->msg, &fault), 0);
	note(p);
}

void expect_nothing(struct peer *p)
{
	if (take(p, p->heard, sizeof(p->heard)))
		fail_msg("%s hears\n%s", p->name, p->heard);
}

void heard(const struct peer *p, const char *text)
{
	if (!strstr(p->heard, text))
		fail_msg("%s\nlacks %s", p->heard, text);
}

void heard_not(const struct peer *p, const char *text)
{
	if (strstr(p->heard, text))
		fail_msg("%s\nhas %s", p->heard, text);
}

static void respond(struct peer *p, const char *request, unsigned status,
		    const char *headers, const char *sdp)
{
	struct buf b = BUF_GROWING;
	struct sip_fault fault;
	struct sip_msg m;
	char text[8192];

	assert_int_equal(sip_msg_decode(text_of(request), &m, &fault), 0);
	fail_alloc_hold(true);
	sip_response_begin(&b, &m, status, NULL,
			   status > 100 ? text_of(p->own_tag) : TEXT_NONE, TEXT_NONE, 0);
	snprintf(text, sizeof(text),
		 "%.*sContact: <sip:%s@%s>\r\nServer: Secret Phone 1.0\r\n%s",
		 TEXT_ARG(buf_text(&b)), p->name, p->address, headers ? headers : "");
	put_body(text, sizeof(text), "application/sdp", sdp);
	buf_free(&b);
	fail_alloc_hold(false);
	send_text(p, text, strlen(text));
}

void answer(struct peer *p, unsigned status)
{
	char request[8192];

	memcpy(request, p->heard, sizeof(request));
	respond(p, request, status, NULL, NULL);
}

void answer_invite(struct peer *p, unsigned status, const char *headers, const char *sdp)
{
	respond(p, p->invite, status, headers, sdp);
}

static void in_dialog(struct peer *p, const char *method, unsigned cseq,
		      const char *branch, const char *headers, const char *type,
		      const char *body)
{
	char text[8192];

	snprintf(text, sizeof(text),
		 "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s\r\nMax-Forwards: 70\r\n"
		 "From: <sip:%s@voip.example.ch>;tag=%s\r\nTo: %s;tag=%s\r\n"
		 "Call-ID: %s\r\nCSeq: %u %s\r\n%s",
		 method, p->target, p->address, branch, p->name, p->own_tag, p->to,
		 p->their_tag, p->call_id, cseq, method, headers ? headers : "");
	put_body(text, sizeof(text), type, body);
	send_text(p, text, strlen(text));
}

static const char *next_branch(struct peer *p)
{
	static char branch[64];

	snprintf(branch, sizeof(branch), "z9hG4bK%s%u", p->name, ++p->rig->branches);
	return branch;
}

/* 17.1.1.3: the ACK of a failure belongs to the INVITE's transaction. */
void ack(struct peer *p, const char *sdp)
{
	bool failed = !p->msg.request && p->msg.status >= 300;

	in_dialog(p, "ACK", p->invite_cseq, failed ? p->branch : next_branch(p), NULL,
		  "application/sdp", sdp);
}

void request(struct peer *p, const char *method, const char *headers, const char *body)
{
	const char *type = strcmp(method, "INFO") == 0 ? "application/dtmf-relay"
						       : "application/sdp";

	in_dialog(p, method, ++p->cseq, next_branch(p), headers, type, body);
}

void reinvite(struct peer *p, const char *sdp)
{
	char headers[256];

	snprintf(headers, sizeof(headers), "Contact: <sip:%s@%s>\r\n", p->name,
		 p->address);
	p->invite_cseq = ++p->cseq;
	snprintf(p->branch, sizeof(p->branch), "%s", next_branch(p));
	in_dialog(p, "INVITE", p->cseq, p->branch, headers, "application/sdp", sdp);
}

void cancel(struct peer *p, const char *headers)
{
	char text[4096];
	char to[512];

	snprintf(to, sizeof(to), "%s", p->to);
	snprintf(text, sizeof(text),
		 "CANCEL sip:x@voip.example.ch SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP %s;branch=%s\r\nMax-Forwards: 70\r\n"
		 "From: <sip:x@voip.example.ch>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\n"
		 "CSeq: %u CANCEL\r\n%sContent-Length: 0\r\n\r\n",
		 p->address, p->branch, p->own_tag, to, p->call_id, p->invite_cseq,
		 headers ? headers : "");
	send_text(p, text, strlen(text));
}

void connect_bob(struct rig *r)
{
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB],
		    *bob2 = &r->peers[BOB2];

	invite(alice, "0447654321", NULL, SDP_A);
	expect(bob, "INVITE");
	expect(bob2, "INVITE");
	answer_invite(bob2, 486, NULL, NULL);
	expect(bob2, "ACK");
	answer_invite(bob, 180, NULL, NULL);
	expect(alice, "SIP/2.0 180");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 40000); /* the INVITE transactions run out */
	fake_net_forget_sent(r->net);
}

void connect_pstn(struct rig *r, const char *number)
{
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, number, NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 200, NULL, SDP_B);
	expect(pstn, "ACK");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	fake_net_forget_sent(r->net);
}
