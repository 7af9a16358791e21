/* SPDX-License-Identifier: Apache-2.0 */
/* bench/calls.c - Authenticated calls in a closed loop over UDP, in batches, from several
 * sockets; caller and callee are both here.
 *
 * calls HOST:PORT DOMAIN USERS.csv SECONDS WINDOW LIVE line|trunk=PORT
 * USERS.csv: number,auth_name,password. All register once; the first half calls. With
 * "line" the second half is called, with "trunk=PORT" a number outside, and the callee is
 * the trunk at that port of loopback. A call is INVITE 407 ACK INVITE 180 200 ACK BYE 200
 * with a challenge of its own; WINDOW of them are on their way at a time, LIVE stay answered
 * meanwhile: each that is answered makes the oldest one end. Prints: calls ended per second,
 * its own CPU share, resends, failures, what the kernel dropped at its sockets,
 * microseconds from the INVITE with credentials to the 200 and from BYE to its 200. */
#include <errno.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "net/addr.h"
#include "sip/digest.h"

enum { SOCKETS = 16, BATCH = 32, ANSWERS_MAX = 2, MESSAGE_MAX = 2000, RESEND_US = 1000000,
       LATENCY_US_MAX = 2000000, USERS_MAX = 1000000, REGISTER_WINDOW = 64,
       WARM_UP_US = 6000000 }; /* longer than either server keeps most of a call */

struct user {
	char number[20], auth_name[40], password[40];
	uint8_t ha1[DIGEST_HASH_MAX];
	char realm[80];
};

enum state { CALL_IDLE, CALL_REGISTERS, CALL_ASKS, CALL_INVITES, CALL_LIVE, CALL_ENDS };

/* A call, or in the beginning a registration. */
struct call {
	enum state state;
	unsigned user, run, cseq, socket;
	int64_t sent_us, begun_us; /* of the last request; of the first of its kind */
	char nonce[160], to_tag[80], target[160], routes[400];
	struct call *newer; /* live ones of a socket */
};

struct place {
	int fd;
	uint16_t port;
	struct call *oldest, *newest; /* live */
	unsigned live;
};

struct latency {
	uint32_t *at_us;
	uint64_t count;
};

struct run {
	const char *domain;
	bool trunk, counting;
	uint16_t trunk_port;
	struct user *users;
	struct call *calls;
	unsigned user_count, user_next, call_count, live_max, registered;
	struct place callers[SOCKETS], callees[SOCKETS];
	unsigned callee_count;
	uint64_t done, resent, failed;
	struct latency answer, end;
};

struct batch {
	char text[BATCH * ANSWERS_MAX][MESSAGE_MAX];
	struct iovec iov[BATCH * ANSWERS_MAX];
	struct mmsghdr msg[BATCH * ANSWERS_MAX];
	unsigned count;
};

/* The header lines that matter, without their line ends; the first one of each. */
struct fields {
	struct text via[4], routes[4], from, to, call_id, cseq, contact, challenge;
	unsigned via_count, route_count;
};

static const char sdp[] = "v=0\r\no=bench 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
			  "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 0 101\r\n"
			  "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
			  "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n";

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static void field_keep(struct fields *f, struct text line)
{
	static const struct {
		const char *name;
		size_t at;
	} single[] = {
		{ "From: ", offsetof(struct fields, from) },
		{ "To: ", offsetof(struct fields, to) },
		{ "Call-ID: ", offsetof(struct fields, call_id) },
		{ "CSeq: ", offsetof(struct fields, cseq) },
		{ "Contact: ", offsetof(struct fields, contact) },
		{ "Proxy-Authenticate: ", offsetof(struct fields, challenge) },
		{ "WWW-Authenticate: ", offsetof(struct fields, challenge) },
	};

	if (line.p[0] == 'V' && text_starts(line, TEXT("Via: ")) && f->via_count < 4)
		f->via[f->via_count++] = line;
	if (line.p[0] == 'R' && text_starts(line, TEXT("Record-Route: ")) &&
	    f->route_count < 4)
		f->routes[f->route_count++] = line;
	if (!strchr("FTCPW", line.p[0]))
		return;
	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		if (text_starts(line, text_of(single[i].name)))
			*(struct text *)((char *)f + single[i].at) = line;
	}
}

static void fields_take(struct text rest, struct fields *f)
{
	struct text line;

	*f = (struct fields){ 0 };
	while (text_split(rest, '\n', &line, &rest) && line.len > 1) {
		line.len--;
		field_keep(f, line);
	}
}

/* What stands behind the mark, up to one of the ends. */
static void part_copy(char *dst, size_t cap, struct text t, const char *mark, const char *ends)
{
	size_t at, len = 0;

	dst[0] = '\0';
	if (!text_find_text(t, text_of(mark), &at))
		return;
	t = text_from(t, at + strlen(mark));
	while (len < t.len && !strchr(ends, t.p[len]))
		len++;
	text_copy(dst, cap, text_sub(t, 0, len));
}

static char *message_new(struct batch *b)
{
	return b->text[b->count];
}

static void message_add(struct batch *b, int len)
{
	b->iov[b->count] = (struct iovec){ b->text[b->count], (size_t)len };
	b->msg[b->count].msg_hdr =
		(struct msghdr){ .msg_iov = &b->iov[b->count], .msg_iovlen = 1 };
	b->count++;
}

static void batch_send(int fd, struct batch *b)
{
	unsigned sent = 0;

	while (sent < b->count) {
		int n = sendmmsg(fd, b->msg + sent, b->count - sent, 0);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		if (n > 0)
			sent += (unsigned)n;
	}
	b->count = 0;
}

static unsigned call_index(const struct run *r, const struct call *c)
{
	return (unsigned)(c - r->calls);
}

/* Whom the n-th user calls. */
static void uri_put(const struct run *r, const struct call *c, char dst[160])
{
	if (c->state == CALL_REGISTERS)
		snprintf(dst, 160, "sip:%s", r->domain);
	else if (r->trunk)
		snprintf(dst, 160, "sip:+4179%07u@%s", c->user, r->domain);
	else
		snprintf(dst, 160, "sip:%s@%s",
			 r->users[c->user + r->user_count / 2].number, r->domain);
}

static void authorization_put(const struct run *r, const struct call *c, const char *name,
			      const char *method, char dst[700])
{
	const struct user *u = &r->users[c->user];
	struct sip_digest d = { .nonce = text_of(c->nonce), .cnonce = TEXT("0a4f113b"),
				.nc = TEXT("00000001"), .qop = TEXT("auth"),
				.algorithm = DIGEST_MD5 };
	char uri[160], hex[DIGEST_HEX_SIZE];

	dst[0] = '\0';
	if (!c->nonce[0])
		return;
	uri_put(r, c, uri);
	d.uri = text_of(uri);
	digest_response(DIGEST_MD5, u->ha1, &d, text_of(method), hex);
	snprintf(dst, 700,
		 "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
		 "response=\"%s\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, "
		 "nc=00000001\r\n",
		 name, u->auth_name, u->realm, c->nonce, uri, hex);
}

static int head_put(const struct run *r, const struct call *c, const char *method,
		    const char *uri, char *dst)
{
	const char *number = r->users[c->user].number;

	return snprintf(dst, MESSAGE_MAX,
		"%s %s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;rport;branch=z9hG4bK%08x%08x%04x\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=b%x\r\nTo: <sip:%s>%s%s\r\n"
		"Call-ID: %x-%x@bench\r\nCSeq: %u %s\r\nUser-Agent: bench 1.0\r\n",
		method, c->target[0] ? c->target : uri, r->callers[c->socket].port,
		call_index(r, c), c->run, c->cseq, number, r->domain, c->run, uri + 4,
		c->to_tag[0] ? ";tag=" : "", c->to_tag, call_index(r, c), c->run, c->cseq,
		method);
}

/* Where that user has registered. */
static struct place *home_of(struct run *r, const struct call *c)
{
	bool called = c->user >= r->user_count / 2 && !r->trunk;

	return (called ? r->callees : r->callers) + c->socket;
}

static void register_put(struct run *r, struct batch *b, struct call *c)
{
	char auth[700], *dst = message_new(b);
	unsigned port = home_of(r, c)->port;
	int len;

	authorization_put(r, c, "Authorization", "REGISTER", auth);
	len = snprintf(dst, MESSAGE_MAX,
		"REGISTER sip:%s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;rport;branch=z9hG4bK%08x%08x%04x\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=b%x\r\nTo: <sip:%s@%s>\r\n"
		"Call-ID: %x-%x@bench\r\nCSeq: %u REGISTER\r\n"
		"Contact: <sip:%s@127.0.0.1:%u>\r\nExpires: 3600\r\nUser-Agent: bench 1.0\r\n"
		"%sContent-Length: 0\r\n\r\n",
		r->domain, port, call_index(r, c), c->run, c->cseq,
		r->users[c->user].number, r->domain, c->run, r->users[c->user].number,
		r->domain, call_index(r, c), c->run, c->cseq, r->users[c->user].number, port,
		auth);
	message_add(b, len);
	c->sent_us = now_us();
}

static void invite_put(struct run *r, struct batch *b, struct call *c)
{
	char uri[160], auth[700], *dst = message_new(b);
	int len;

	uri_put(r, c, uri);
	authorization_put(r, c, "Proxy-Authorization", "INVITE", auth);
	len = head_put(r, c, "INVITE", uri, dst);
	len += snprintf(dst + len, MESSAGE_MAX - (size_t)len,
		"Contact: <sip:%s@127.0.0.1:%u>\r\n"
		"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"
		"Supported: timer, replaces\r\n%s"
		"Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
		r->users[c->user].number, r->callers[c->socket].port, auth, sizeof(sdp) - 1,
		sdp);
	message_add(b, len);
	c->sent_us = now_us();
}

/* ACK or BYE; the ACK of a 407 has the INVITE's branch, as the run's CSeq is the same. */
static void simple_put(struct run *r, struct batch *b, struct call *c, const char *method)
{
	char uri[160], *dst = message_new(b);
	int len;

	uri_put(r, c, uri);
	len = head_put(r, c, method, uri, dst);
	len += snprintf(dst + len, MESSAGE_MAX - (size_t)len, "%sContent-Length: 0\r\n\r\n",
			c->routes);
	message_add(b, len);
}

static void bye_put(struct run *r, struct batch *b, struct call *c)
{
	simple_put(r, b, c, "BYE");
	c->sent_us = now_us();
}

static void ack_put(struct run *r, struct batch *b, struct call *c, struct text to)
{
	part_copy(c->to_tag, sizeof(c->to_tag), to, ";tag=", ";");
	simple_put(r, b, c, "ACK");
}

/* The next user of that socket. */
static void call_begin(struct run *r, struct batch *b, struct call *c)
{
	unsigned per_socket = r->user_count / 2 / SOCKETS;

	c->user = c->socket + SOCKETS * (r->user_next++ / SOCKETS % per_socket);
	c->state = CALL_ASKS;
	c->run++;
	c->cseq = 1;
	c->nonce[0] = c->to_tag[0] = c->target[0] = c->routes[0] = '\0';
	invite_put(r, b, c);
}

static void registration_begin(struct run *r, struct batch *b, struct call *c)
{
	unsigned at = r->user_next;

	c->state = CALL_IDLE;
	if (at >= r->user_count)
		return;
	r->user_next++;
	c->state = CALL_REGISTERS;
	c->user = at;
	c->socket = at % SOCKETS;
	c->run++;
	c->cseq = 1;
	c->nonce[0] = c->to_tag[0] = c->target[0] = '\0';
	register_put(r, b, c);
}

static void challenge_take(struct run *r, struct call *c, const struct fields *f)
{
	struct user *u = &r->users[c->user];
	char realm[sizeof(u->realm)];

	part_copy(c->nonce, sizeof(c->nonce), f->challenge, "nonce=\"", "\"");
	part_copy(realm, sizeof(realm), f->challenge, "realm=\"", "\"");
	if (!strcmp(realm, u->realm))
		return;
	memcpy(u->realm, realm, sizeof(realm));
	digest_ha1(DIGEST_MD5, text_of(u->auth_name), text_of(realm), text_of(u->password),
		   u->ha1);
}

static void latency_add(struct run *r, struct latency *l, int64_t us)
{
	if (!r->counting)
		return;
	l->at_us[us < LATENCY_US_MAX ? us : LATENCY_US_MAX - 1]++;
	l->count++;
}

static void call_end(struct run *r, struct batch *b, struct call *c)
{
	c->state = CALL_ENDS;
	c->cseq++;
	c->begun_us = now_us();
	bye_put(r, b, c);
}

/* It stays; the oldest one of that socket ends when there are enough. */
static void call_stay(struct run *r, struct batch *b, struct call *c)
{
	struct place *p = &r->callers[c->socket];
	struct call *oldest;

	c->state = CALL_LIVE;
	c->newer = NULL;
	if (p->newest)
		p->newest->newer = c;
	else
		p->oldest = c;
	p->newest = c;
	if (++p->live * SOCKETS <= r->live_max)
		return;
	oldest = p->oldest;
	p->oldest = oldest->newer;
	if (!p->oldest)
		p->newest = NULL;
	p->live--;
	call_end(r, b, oldest);
}

/* A route set in reverse, as RFC 3261 12.1.2 wants it. */
static void dialog_take(struct call *c, const struct fields *f)
{
	size_t len = 0;

	part_copy(c->target, sizeof(c->target), f->contact, "<", ">");
	c->routes[0] = '\0';
	for (unsigned i = f->route_count; i-- > 0 && len < sizeof(c->routes);) {
		struct text route = text_from(f->routes[i], strlen("Record-"));

		len += (size_t)snprintf(c->routes + len, sizeof(c->routes) - len, "%.*s\r\n",
					TEXT_ARG(route));
	}
}

static void answered(struct run *r, struct batch *b, struct call *c, const struct fields *f)
{
	dialog_take(c, f);
	ack_put(r, b, c, f->to);
	latency_add(r, &r->answer, now_us() - c->begun_us);
	call_stay(r, b, c);
}

static void challenged(struct run *r, struct batch *b, struct call *c, const struct fields *f)
{
	ack_put(r, b, c, f->to);
	c->to_tag[0] = '\0';
	challenge_take(r, c, f);
	c->cseq++;
	c->state = CALL_INVITES;
	c->begun_us = now_us();
	invite_put(r, b, c);
}

/* While the live ones are being built up nothing ends, and this is the next one. */
static struct call *idle_call(struct run *r, unsigned socket)
{
	for (unsigned i = socket; i < r->call_count; i += SOCKETS) {
		if (r->calls[i].state == CALL_IDLE)
			return &r->calls[i];
	}
	return NULL;
}

static void failed(struct run *r, struct batch *b, struct call *c, struct text line,
		   const struct fields *f)
{
	if (r->failed++ < 5)
		fprintf(stderr, "calls: %.*s, state %d\n", TEXT_ARG(line), c->state);
	if (c->state == CALL_INVITES || c->state == CALL_ASKS)
		ack_put(r, b, c, f->to);
	call_begin(r, b, c);
}

static void call_response(struct run *r, struct batch *b, struct call *c, unsigned status,
			  struct text line, const struct fields *f)
{
	struct call *next;

	if (status < 200)
		return;
	if (c->state == CALL_ASKS && status == 407) {
		challenged(r, b, c, f);
	} else if (c->state == CALL_INVITES && status == 200) {
		answered(r, b, c, f);
		next = r->callers[c->socket].live * SOCKETS < r->live_max
			       ? idle_call(r, c->socket)
			       : NULL;
		if (next)
			call_begin(r, b, next);
	} else if (c->state == CALL_ENDS && status == 200) {
		latency_add(r, &r->end, now_us() - c->begun_us);
		r->done += r->counting;
		call_begin(r, b, c);
	} else if (c->state == CALL_LIVE) {
		ack_put(r, b, c, f->to); /* our ACK was lost */
	} else {
		failed(r, b, c, line, f);
	}
}

static void register_response(struct run *r, struct batch *b, struct call *c, unsigned status,
			      struct text line, const struct fields *f)
{
	if (status == 401 && !c->nonce[0]) {
		challenge_take(r, c, f);
		c->cseq++;
		register_put(r, b, c);
		return;
	}
	if (status != 200) {
		fprintf(stderr, "calls: REGISTER got %.*s\n", TEXT_ARG(line));
		exit(1);
	}
	r->registered++;
	c->state = CALL_IDLE;
}

static void response_take(struct run *r, struct batch *b, struct text message)
{
	unsigned index, run, cseq, status = (unsigned)atoi(message.p + strlen("SIP/2.0 "));
	struct fields f;
	struct text line;
	struct call *c;
	size_t at;

	if (!text_find_text(message, TEXT("branch=z9hG4bK"), &at) ||
	    sscanf(message.p + at + 14, "%8x%8x%4x", &index, &run, &cseq) != 3 ||
	    index >= r->call_count)
		return;
	c = &r->calls[index];
	if (run != c->run || cseq != c->cseq || c->state == CALL_IDLE)
		return; /* the answer to a resent one */
	text_split(message, '\r', &line, NULL);
	fields_take(message, &f);
	if (c->state == CALL_REGISTERS)
		register_response(r, b, c, status, line, &f);
	else
		call_response(r, b, c, status, line, &f);
}

static void answer_put(struct batch *b, const char *status, const struct fields *f,
		       const char *tag, const char *tail)
{
	char *dst = message_new(b);
	size_t len = (size_t)snprintf(dst, MESSAGE_MAX, "SIP/2.0 %s\r\n", status);

	for (unsigned i = 0; i < f->via_count; i++)
		len += (size_t)snprintf(dst + len, MESSAGE_MAX - len, "%.*s\r\n",
					TEXT_ARG(f->via[i]));
	for (unsigned i = 0; i < f->route_count; i++)
		len += (size_t)snprintf(dst + len, MESSAGE_MAX - len, "%.*s\r\n",
					TEXT_ARG(f->routes[i]));
	len += (size_t)snprintf(dst + len, MESSAGE_MAX - len,
				"%.*s\r\n%.*s%s\r\n%.*s\r\n%.*s\r\n%s",
				TEXT_ARG(f->from), TEXT_ARG(f->to), tag, TEXT_ARG(f->call_id),
				TEXT_ARG(f->cseq), tail);
	message_add(b, (int)len);
}

/* The callee has no memory: what it needs is in the request. */
static void request_take(const struct place *p, struct batch *b, struct text message)
{
	struct fields f;
	char tail[800];

	if (text_starts(message, TEXT("ACK")))
		return;
	fields_take(message, &f);
	if (!text_starts(message, TEXT("INVITE"))) {
		answer_put(b, "200 OK", &f, "", "Content-Length: 0\r\n\r\n");
		return;
	}
	snprintf(tail, sizeof(tail), "Contact: <sip:callee@127.0.0.1:%u>\r\n"
		 "Content-Length: 0\r\n\r\n", p->port);
	answer_put(b, "180 Ringing", &f, ";tag=callee", tail);
	snprintf(tail, sizeof(tail), "Contact: <sip:callee@127.0.0.1:%u>\r\n"
		 "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"
		 "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
		 p->port, sizeof(sdp) - 1, sdp);
	answer_put(b, "200 OK", &f, ";tag=callee", tail);
}

static void socket_serve(struct run *r, struct place *p, struct batch *in, struct batch *out)
{
	int n;

	for (unsigned i = 0; i < BATCH; i++) {
		in->iov[i] = (struct iovec){ in->text[i], MESSAGE_MAX - 1 };
		in->msg[i].msg_hdr =
			(struct msghdr){ .msg_iov = &in->iov[i], .msg_iovlen = 1 };
	}
	n = recvmmsg(p->fd, in->msg, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		struct text message = { in->text[i], in->msg[i].msg_len };

		in->text[i][message.len] = '\0';
		if (text_starts(message, TEXT("SIP/2.0 ")))
			response_take(r, out, message);
		else
			request_take(p, out, message);
	}
	batch_send(p->fd, out);
}

static void again(struct run *r, struct batch *b, struct call *c)
{
	r->resent++;
	if (c->state == CALL_REGISTERS)
		register_put(r, b, c);
	else if (c->state == CALL_ENDS)
		bye_put(r, b, c);
	else
		invite_put(r, b, c);
	batch_send(home_of(r, c)->fd, b);
}

static void lost_resend(struct run *r, struct batch *out)
{
	int64_t late = now_us() - RESEND_US;

	for (unsigned i = 0; i < r->call_count; i++) {
		struct call *c = &r->calls[i];

		if (c->state != CALL_IDLE && c->state != CALL_LIVE && c->sent_us < late)
			again(r, out, c);
	}
}

static void turn(struct run *r, struct batch *in, struct batch *out)
{
	struct pollfd fds[2 * SOCKETS];

	for (unsigned i = 0; i < SOCKETS; i++)
		fds[i] = (struct pollfd){ r->callers[i].fd, POLLIN, 0 };
	for (unsigned i = 0; i < r->callee_count; i++)
		fds[SOCKETS + i] = (struct pollfd){ r->callees[i].fd, POLLIN, 0 };
	poll(fds, SOCKETS + r->callee_count, 100);
	for (unsigned i = 0; i < SOCKETS + r->callee_count; i++) {
		if (fds[i].revents)
			socket_serve(r, i < SOCKETS ? &r->callers[i] : &r->callees[i - SOCKETS],
				     in, out);
	}
}

static void run_until(struct run *r, struct batch *in, struct batch *out, int64_t end_us)
{
	int64_t scan = now_us() + RESEND_US;

	while (now_us() < end_us) {
		turn(r, in, out);
		if (now_us() > scan) {
			lost_resend(r, out);
			scan = now_us() + RESEND_US;
		}
	}
}

/* All users once, a few at a time. */
static void register_all(struct run *r, struct batch *in, struct batch *out)
{
	int64_t scan = now_us() + RESEND_US;

	r->user_next = 0;
	while (r->registered < r->user_count) {
		for (unsigned i = 0; i < REGISTER_WINDOW && i < r->call_count; i++) {
			if (r->calls[i].state != CALL_IDLE)
				continue;
			registration_begin(r, out, &r->calls[i]);
			batch_send(home_of(r, &r->calls[i])->fd, out);
		}
		turn(r, in, out);
		if (now_us() > scan) {
			lost_resend(r, out);
			scan = now_us() + RESEND_US;
		}
	}
	r->user_next = 0;
}

static unsigned live_count(const struct run *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SOCKETS; i++)
		n += r->callers[i].live;
	return n;
}

static void calls_begin(struct run *r, struct batch *in, struct batch *out, unsigned window)
{
	for (unsigned i = 0; i < r->call_count; i++)
		r->calls[i].socket = i % SOCKETS;
	for (unsigned i = 0; i < window && i < r->call_count; i++) {
		call_begin(r, out, &r->calls[i]);
		batch_send(r->callers[r->calls[i].socket].fd, out);
	}
	while (live_count(r) < r->live_max)
		run_until(r, in, out, now_us() + 100000);
}

static unsigned users_read(struct run *r, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];

	if (!f)
		return 0;
	r->users = calloc(USERS_MAX, sizeof(*r->users));
	while (r->users && fgets(line, sizeof(line), f) && r->user_count < USERS_MAX) {
		struct user *u = &r->users[r->user_count];

		if (sscanf(line, "%19[^,],%39[^,],%39[^,\n]", u->number, u->auth_name,
			   u->password) == 3 && u->number[0] == '+')
			r->user_count++;
	}
	fclose(f);
	r->user_count -= r->user_count % (2 * SOCKETS);
	return r->user_count;
}

static int place_open(struct place *p, const struct addr *server, uint16_t port)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_storage to;
	socklen_t to_len = addr_to_sockaddr(server, &to), own_len = sizeof(own);
	int size = 4 << 20;

	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (p->fd < 0 || bind(p->fd, (struct sockaddr *)&own, sizeof(own)) ||
	    connect(p->fd, (struct sockaddr *)&to, to_len))
		return -errno;
	if (setsockopt(p->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	getsockname(p->fd, (struct sockaddr *)&own, &own_len);
	p->port = ntohs(own.sin_port);
	return 0;
}

static int places_open(struct run *r, const char *target)
{
	struct addr server;
	int error = addr_decode(text_of(target), 5060, &server);

	r->callee_count = r->trunk ? 1 : SOCKETS;
	for (unsigned i = 0; i < SOCKETS && !error; i++)
		error = place_open(&r->callers[i], &server, 0);
	for (unsigned i = 0; i < r->callee_count && !error; i++)
		error = place_open(&r->callees[i], &server, r->trunk_port);
	return error;
}

static unsigned drops_of(const struct place *p)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	getsockopt(p->fd, SOL_SOCKET, SO_MEMINFO, info, &len);
	return info[SK_MEMINFO_DROPS];
}

static unsigned drops(const struct run *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SOCKETS; i++)
		n += drops_of(&r->callers[i]);
	for (unsigned i = 0; i < r->callee_count; i++)
		n += drops_of(&r->callees[i]);
	return n;
}

static unsigned latency_at(const struct latency *l, double share)
{
	uint64_t want = (uint64_t)((double)l->count * share), seen = 0;

	for (unsigned us = 0; us < LATENCY_US_MAX; us++) {
		seen += l->at_us[us];
		if (seen > want)
			return us;
	}
	return LATENCY_US_MAX;
}

static double cpu_s(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

/* The script that drives us measures the server between these two lines. */
static void measure(struct run *r, struct batch *in, struct batch *out, double s)
{
	int64_t begin;
	double cpu;

	run_until(r, in, out, now_us() + WARM_UP_US);
	printf("begin\n");
	fflush(stdout);
	r->counting = true;
	begin = now_us();
	cpu = cpu_s();
	run_until(r, in, out, begin + (int64_t)(s * 1e6));
	s = (double)(now_us() - begin) / 1e6;
	printf("{\"rate\": %.0f, \"cpu\": %.2f, \"resent\": %llu, \"failed\": %llu, "
	       "\"dropped\": %u, \"live\": %u, \"answer_p50_us\": %u, \"answer_p99_us\": %u, "
	       "\"end_p50_us\": %u, \"end_p99_us\": %u, \"calls\": %llu}\n",
	       (double)r->done / s, (cpu_s() - cpu) / s, (unsigned long long)r->resent,
	       (unsigned long long)r->failed, drops(r), live_count(r),
	       latency_at(&r->answer, 0.5), latency_at(&r->answer, 0.99),
	       latency_at(&r->end, 0.5), latency_at(&r->end, 0.99),
	       (unsigned long long)r->done);
	fflush(stdout);
}

/* Until standard input ends, so that the script can look at the server meanwhile. */
static void stay(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	struct batch *in = calloc(1, sizeof(*in)), *out = calloc(1, sizeof(*out));
	unsigned window;

	if (argc != 8 || !in || !out) {
		fprintf(stderr, "calls HOST:PORT DOMAIN USERS.csv SECONDS WINDOW LIVE "
				"line|trunk=PORT\n");
		return 2;
	}
	r.domain = argv[2];
	r.trunk = !strncmp(argv[7], "trunk=", 6);
	r.trunk_port = r.trunk ? (uint16_t)atoi(argv[7] + 6) : 0;
	window = (unsigned)atoi(argv[5]);
	r.live_max = ((unsigned)atoi(argv[6]) + SOCKETS - 1) / SOCKETS * SOCKETS;
	r.call_count = (window + r.live_max + SOCKETS) / SOCKETS * SOCKETS + REGISTER_WINDOW;
	r.calls = calloc(r.call_count, sizeof(*r.calls));
	r.answer.at_us = calloc(LATENCY_US_MAX, sizeof(uint32_t));
	r.end.at_us = calloc(LATENCY_US_MAX, sizeof(uint32_t));
	if (!r.calls || !r.answer.at_us || !r.end.at_us || !users_read(&r, argv[3]) ||
	    places_open(&r, argv[1])) {
		fprintf(stderr, "calls: cannot read the users or open the sockets\n");
		return 1;
	}
	register_all(&r, in, out);
	calls_begin(&r, in, out, window);
	measure(&r, in, out, atof(argv[4]));
	stay();
	return 0;
}
