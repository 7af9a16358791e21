/* SPDX-License-Identifier: Apache-2.0 */
/* ops/link.c - Frames in, frames out. */

#include "ops/link.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "ops/error.h"
#include "ops/frame.h"

enum { READ_SIZE = 65536 };

struct link {
	struct ops *ops;
	struct loop *loop;
	struct watch watch;
	enum ops_front front;
	struct buf in, out;
	size_t out_at;
	struct list asks;
	unsigned ask_count;
	int file; /* came with the frame that is being read; -1 */
	bool broken;
	struct task closing;
	void (*closed)(void *);
	void *arg;
};

struct ask {
	struct ops_reply reply;
	struct list node;
	struct link *link;
	json_int_t id;
};

static void ask_free(struct ask *a)
{
	a->link->ask_count--;
	list_remove(&a->node);
	free(a);
}

void link_free(struct link *l)
{
	if (!l)
		return;
	watch_stop(&l->watch);
	loop_cancel(l->loop, &l->closing);
	LIST_EACH_SAFE (it, &l->asks) {
		struct ask *a = container_of(it, struct ask, node);

		ops_cancel(l->ops, &a->reply);
		ask_free(a);
	}
	close(l->watch.fd);
	if (l->file >= 0)
		close(l->file);
	buf_free_secret(&l->in);
	buf_free_secret(&l->out);
	free(l);
}

static void close_now(struct task *t)
{
	struct link *l = container_of(t, struct link, closing);
	void (*closed)(void *) = l->closed;
	void *arg = l->arg;

	link_free(l);
	if (closed)
		closed(arg);
}

/* Later, not now: whoever is at work with the link may still touch it. */
static void break_link(struct link *l, const char *reason)
{
	if (l->broken)
		return;
	l->broken = true;
	watch_stop(&l->watch);
	log_debug("link front=%s result=closed reason=%s",
		  l->front == OPS_WEB ? "web" : "admin", reason);
	l->closing.fn = close_now;
	loop_defer(l->loop, &l->closing);
}

static void forget_written(struct link *l)
{
	if (l->out_at == l->out.len) {
		if (l->out.p)
			sodium_memzero(l->out.p, l->out.len);
		buf_reset(&l->out);
		l->out_at = 0;
	}
}

static void flush(struct link *l)
{
	while (!l->broken && l->out_at < l->out.len) {
		ssize_t n = send(l->watch.fd, l->out.p + l->out_at,
				 l->out.len - l->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			break_link(l, "write");
		else
			l->out_at += (size_t)n;
	}
	forget_written(l);
	if (!l->broken)
		watch_change(&l->watch,
			     l->out.len > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void put(struct link *l, const json_t *frame)
{
	if (l->broken)
		return;
	if (!frame || frame_put(&l->out, frame, FRAME_ANSWER_MAX) ||
	    l->out.len - l->out_at > LINK_OUT_MAX)
		break_link(l, "answer_too_large");
	else
		flush(l);
}

static void answered(struct ops_reply *reply, const json_t *answer)
{
	struct ask *a = container_of(reply, struct ask, reply);
	struct link *l = a->link;

	ask_free(a);
	put(l, answer);
}

static void event(struct ops_reply *reply, const json_t *frame)
{
	put(container_of(reply, struct ask, reply)->link, frame);
}

static void cancel(struct link *l, json_int_t id)
{
	LIST_EACH_SAFE (it, &l->asks) {
		struct ask *a = container_of(it, struct ask, node);

		if (a->id != id)
			continue;
		ops_cancel(l->ops, &a->reply);
		ask_free(a);
		return;
	}
}

static void refuse(struct link *l, json_int_t id)
{
	const struct op_error_info *busy = op_error_info(OP_BUSY);
	json_t *answer = json_pack("{s:I, s:b, s:{s:s, s:s, s:i}}", "id", id, "ok", 0,
				   "error", "code", busy->code, "message", busy->message,
				   "http", (int)busy->http);

	put(l, answer);
	json_decref(answer);
}

static void ask(struct link *l, const json_t *request)
{
	json_int_t id = json_integer_value(json_object_get(request, "id"));
	unsigned most = l->front == OPS_WEB ? LINK_WEB_ASKS_MAX : LINK_ADMIN_ASKS_MAX;
	struct ask *a = l->ask_count < most ? calloc(1, sizeof(*a)) : NULL;
	int file = l->file;

	if (!a) {
		refuse(l, id);
		return;
	}
	l->file = -1;
	a->reply = (struct ops_reply){ .answered = answered, .event = event };
	a->link = l;
	a->id = id;
	list_init(&a->node);
	list_append(&l->asks, &a->node);
	l->ask_count++;
	ops_ask(l->ops, request, file, l->front, &a->reply);
}

static void take(struct link *l, const json_t *request)
{
	const char *op = json_string_value(json_object_get(request, "op"));

	if (!json_is_integer(json_object_get(request, "id")))
		break_link(l, "no_id");
	else if (op && strcmp(op, "cancel") == 0)
		cancel(l, json_integer_value(json_object_get(request, "id")));
	else
		ask(l, request);
}

static void take_all(struct link *l)
{
	size_t at = 0;
	ptrdiff_t n = 0;
	json_t *request;

	while (!l->broken) {
		n = frame_next(text_from(buf_text(&l->in), at), FRAME_REQUEST_MAX,
			       &request);
		if (n < 0)
			break;
		take(l, request);
		json_decref(request);
		sodium_memzero(l->in.p + at, (size_t)n);
		at += (size_t)n;
	}
	buf_consume(&l->in, at);
	if (n < 0 && n != -EAGAIN)
		break_link(l, "bad_frame");
}

/* The one descriptor that may come with a request of the operator's. */
static void take_file(struct link *l, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    c->cmsg_len != CMSG_LEN(sizeof(int)))
			continue;
		if (l->file >= 0)
			close(l->file);
		memcpy(&l->file, CMSG_DATA(c), sizeof(int));
	}
}

static ssize_t receive(struct link *l, char *at)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { at, READ_SIZE };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (l->front == OPS_ADMIN) {
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
	}
	n = recvmsg(l->watch.fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n > 0 && l->front == OPS_ADMIN)
		take_file(l, &m);
	return n;
}

static void ready(struct watch *w, unsigned events)
{
	struct link *l = container_of(w, struct link, watch);
	char *at;
	ssize_t n;

	if (events & LOOP_WRITE)
		flush(l);
	if (!(events & LOOP_READ) || l->broken)
		return;
	at = buf_reserve(&l->in, READ_SIZE);
	n = at ? receive(l, at) : -1;
	if (n < 0 && at && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		break_link(l, "peer_gone");
		return;
	}
	l->in.len += (size_t)n;
	take_all(l);
}

struct link *link_new(struct ops *o, struct loop *loop, int fd, enum ops_front front,
		      void (*closed)(void *arg), void *arg)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l) {
		close(fd);
		return NULL;
	}
	*l = (struct link){ .ops = o,
			    .loop = loop,
			    .front = front,
			    .in = BUF_SECRET,
			    .out = BUF_SECRET,
			    .file = -1,
			    .closed = closed,
			    .arg = arg };
	list_init(&l->asks);
	l->watch.fd = fd;
	l->watch.fn = ready;
	if (watch_start(loop, &l->watch, LOOP_READ)) {
		link_free(l);
		return NULL;
	}
	return l;
}
