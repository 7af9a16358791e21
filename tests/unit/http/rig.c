/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/rig.c - Web process, core and browsers. */

#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ops/frame.h"

enum { PATIENCE_US = 5000000, READ_SIZE = 65536 };

static unsigned turn(struct rig *r)
{
	return r->elsewhere ? 0 : loop_turn(r->loop);
}

static void core_gone(void *arg)
{
	((struct rig *)arg)->gone++;
}

static int listen_on(uint16_t *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(listen(fd, 256), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	*port = ntohs(sin.sin_port);
	return fd;
}

void rig_open(struct rig *r, void (*change)(struct web_config *))
{
	char reason[WEB_REASON_SIZE] = "";
	int pair[2];

	*r = (struct rig){ .from_web = BUF_GROWING };
	fake_clock_init(&r->clock);
	r->loop = loop_new(&r->clock.clock);
	assert_non_null(r->loop);
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair),
		0);
	r->core = pair[0];
	r->config = (struct web_config){ .loop = r->loop,
					 .listen_fd = listen_on(&r->port),
					 .core_fd = pair[1],
					 .core_gone = core_gone,
					 .arg = r };
	if (change)
		change(&r->config);
	if (web_start(&r->config, &r->web, reason))
		fail_msg("web_start: %s", reason);
}

void rig_close(struct rig *r)
{
	web_free(r->web);
	loop_free(r->loop);
	core_close(r);
	buf_free(&r->from_web);
}

void rig_turn(struct rig *r, int64_t began_us, const char *what)
{
	static struct timespec moment = { .tv_nsec = 200000 };

	if (turn(r) > 0)
		return;
	if (clock_mono_us(clock_real()) - began_us > PATIENCE_US)
		fail_msg("never came: %s", what);
	ppoll(NULL, 0, &moment, NULL);
}

/* Loopback delivers at once; what does not come in some quiet turns does not come. */
void rig_settle(struct rig *r)
{
	unsigned quiet = 0;

	while (quiet < 5) {
		static const struct timespec moment = { .tv_nsec = 200000 };

		quiet = turn(r) > 0 ? 0 : quiet + 1;
		ppoll(NULL, 0, &moment, NULL);
	}
}

void rig_advance(struct rig *r, unsigned seconds)
{
	rig_settle(r);
	for (; seconds > 0; seconds--) {
		fake_clock_advance_us(&r->clock, 1000000);
		turn(r);
	}
	rig_settle(r);
}

static bool take_frame(struct rig *r, json_t **ret)
{
	char *at = buf_reserve(&r->from_web, READ_SIZE);
	ssize_t n = recv(r->core, at, READ_SIZE, MSG_DONTWAIT);
	ptrdiff_t used;

	r->from_web.len += n > 0 ? (size_t)n : 0;
	used = frame_next(buf_text(&r->from_web), FRAME_REQUEST_MAX, ret);
	if (used < 0)
		return false;
	buf_consume(&r->from_web, (size_t)used);
	return true;
}

json_t *core_next(struct rig *r)
{
	json_t *frame = NULL;

	RIG_WAIT(r, take_frame(r, &frame));
	return frame;
}

json_t *core_poll(struct rig *r)
{
	json_t *frame;

	rig_settle(r);
	return take_frame(r, &frame) ? frame : NULL;
}

bool core_is_quiet(struct rig *r)
{
	json_t *frame = core_poll(r);

	json_decref(frame);
	return !frame;
}

void core_say(struct rig *r, const json_t *frame, json_t *answer)
{
	struct buf b = BUF_GROWING;

	assert_non_null(answer);
	json_object_set(answer, "id", json_object_get(frame, "id"));
	assert_int_equal(frame_put(&b, answer, FRAME_ANSWER_MAX), 0);
	for (size_t at = 0; at < b.len;) {
		ssize_t n =
			send(r->core, b.p + at, b.len - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		turn(r);
	}
	buf_free(&b);
	json_decref(answer);
}

void core_serve(struct rig *r, const char *op)
{
	json_t *frame = core_next(r);

	assert_string_equal(json_string_value(json_object_get(frame, "op")), op);
	core_say(r, frame, json_pack("{s:b, s:{}}", "ok", 1, "out"));
	json_decref(frame);
}

void core_close(struct rig *r)
{
	if (r->core >= 0)
		close(r->core);
	r->core = -1;
}

struct browser *browser_open(struct rig *r)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
				   .sin_port = htons(r->port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct browser *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(b->fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	fcntl(b->fd, F_SETFL, O_NONBLOCK);
	return b;
}

struct browser *browser_open_tls(struct rig *r, SSL_CTX *ctx)
{
	struct browser *b = browser_open(r);

	b->ssl = SSL_new(ctx);
	SSL_set_fd(b->ssl, b->fd);
	RIG_WAIT(r, SSL_connect(b->ssl) == 1);
	return b;
}

void browser_close(struct browser *b)
{
	SSL_free(b->ssl);
	close(b->fd);
	buf_free(&b->in);
	free(b);
}

static ssize_t put(struct browser *b, struct text t)
{
	int n;

	if (!b->ssl)
		return send(b->fd, t.p, t.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	n = SSL_write(b->ssl, t.p, (int)t.len);
	return n > 0 ? n : -1;
}

/* A server that has hung up takes nothing more: its last words still count. */
void browser_send(struct rig *r, struct browser *b, struct text bytes)
{
	while (bytes.len > 0) {
		ssize_t n = put(b, bytes);

		if (n < 0 && !b->ssl && errno != EAGAIN)
			return;
		bytes = text_from(bytes, n > 0 ? (size_t)n : 0);
		turn(r);
	}
}

void browser_say(struct rig *r, struct browser *b, const char *bytes)
{
	browser_send(r, b, text_of(bytes));
}

static ssize_t get(struct browser *b, char *at)
{
	int n;

	if (!b->ssl)
		return recv(b->fd, at, READ_SIZE, MSG_DONTWAIT);
	n = SSL_read(b->ssl, at, READ_SIZE);
	if (n > 0)
		return n;
	return SSL_get_error(b->ssl, n) == SSL_ERROR_WANT_READ ? -1 : 0;
}

void browser_receive(struct browser *b)
{
	char *at = buf_reserve(&b->in, READ_SIZE);
	ssize_t n = get(b, at);

	if (n > 0)
		b->in.len += (size_t)n;
	else if (n == 0 || (!b->ssl && errno != EAGAIN))
		b->closed = true;
}

/* The length of a whole reply with Content-Length (or none), 0 while it is not. */
static size_t whole_reply(struct browser *b, size_t *head_len)
{
	struct reply probe;
	uint32_t length = 0;
	size_t end;

	browser_receive(b);
	if (!text_find_text(buf_text(&b->in), TEXT("\r\n\r\n"), &end)) {
		assert_false(b->closed);
		return 0;
	}
	*head_len = end + 4;
	probe.head = text_sub(buf_text(&b->in), 0, *head_len);
	text_to_u32(reply_header(&probe, "Content-Length"), 1 << 24, &length);
	return b->in.len >= *head_len + length ? *head_len + length : 0;
}

void browser_read(struct rig *r, struct browser *b, struct reply *ret)
{
	size_t len = 0, head_len = 0;
	uint32_t status;

	RIG_WAIT(r, (len = whole_reply(b, &head_len)) > 0);
	assert_true(len < sizeof(ret->text));
	memcpy(ret->text, b->in.p, len);
	ret->text[len] = '\0';
	buf_consume(&b->in, len);
	ret->head = (struct text){ ret->text, head_len };
	ret->body = (struct text){ ret->text + head_len, len - head_len };
	assert_true(text_starts(ret->head, TEXT("HTTP/1.1 ")));
	assert_int_equal(text_to_u32(text_sub(ret->head, 9, 3), 599, &status), 0);
	ret->status = status;
}

void rig_once(struct rig *r, const char *request, struct reply *ret)
{
	struct browser *b = browser_open(r);

	browser_say(r, b, request);
	browser_read(r, b, ret);
	browser_close(b);
}

struct text reply_header(const struct reply *reply, const char *name)
{
	struct text rest = reply->head, line, key, value;

	while (rest.len > 0) {
		text_split(rest, '\n', &line, &rest);
		if (text_split(line, ':', &key, &value) &&
		    text_eq_nocase(key, text_of(name)))
			return text_trim_lws(value);
	}
	return TEXT_NONE;
}

bool reply_has_error(const struct reply *reply, unsigned status, const char *code)
{
	json_t *j = json_loadb(reply->body.p, reply->body.len, 0, NULL);
	const char *found =
		json_string_value(json_object_get(json_object_get(j, "error"), "code"));
	bool same = reply->status == status && found && strcmp(found, code) == 0 &&
		    json_string_length(
			    json_object_get(json_object_get(j, "error"), "message")) > 0;

	if (!same)
		print_message("got %u %s\n", reply->status, found ? found : "");
	json_decref(j);
	return same;
}
