/* SPDX-License-Identifier: Apache-2.0 */
/* bench/wire.c - Datagrams by recvmmsg and sendmmsg, streams in one buffer each way. */

#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, STREAM_OUT = 512 << 10, STREAM_IN = 256 << 10, QUEUE = 4 << 20 };

struct batch {
	char text[BATCH][WIRE_MESSAGE_MAX];
	struct iovec pieces[BATCH];
	struct mmsghdr headers[BATCH];
};

struct end {
	int fd;
	uint16_t port;
	struct batch *out; /* datagrams */
	unsigned count;
	SSL *ssl; /* streams; NULL: TCP */
	char *sent, *come;
	size_t sent_len, come_len;
};

struct wire {
	bool datagrams;
	unsigned count;
	int epoll;
	struct batch *in;
	struct end ends[WIRE_ENDS_MAX];
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *zeroed(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		die("memory");
	return p;
}

static struct batch *batch_new(void)
{
	struct batch *b = zeroed(sizeof(*b));

	for (unsigned i = 0; i < BATCH; i++) {
		b->pieces[i] = (struct iovec){ b->text[i], WIRE_MESSAGE_MAX - 1 };
		b->headers[i].msg_hdr =
			(struct msghdr){ .msg_iov = &b->pieces[i], .msg_iovlen = 1 };
	}
	return b;
}

static void connected(struct end *e, int type, const struct sockaddr_in *to)
{
	struct sockaddr_in own;
	socklen_t len = sizeof(own);
	int size = QUEUE, on = 1;

	e->fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	if (e->fd < 0)
		die("socket");
	if (type == SOCK_DGRAM)
		setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	else
		setsockopt(e->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(e->fd, (const struct sockaddr *)to, sizeof(*to)))
		die("connect");
	getsockname(e->fd, (struct sockaddr *)&own, &len);
	e->port = ntohs(own.sin_port);
}

static void open_stream(struct end *e, SSL_CTX *tls)
{
	e->sent = zeroed(STREAM_OUT);
	e->come = zeroed(STREAM_IN + 1);
	if (tls) {
		e->ssl = SSL_new(tls);
		if (!e->ssl || SSL_set_fd(e->ssl, e->fd) != 1 || SSL_connect(e->ssl) != 1)
			die("TLS");
	}
	fcntl(e->fd, F_SETFL, O_NONBLOCK);
}

static SSL_CTX *tls_context(void)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	if (!tls)
		die("TLS");
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return tls;
}

struct wire *wire_open(const char *transport, const char *target, unsigned ends)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct wire *w = zeroed(sizeof(*w));
	const char *port = strchr(target, ':');
	SSL_CTX *tls = strcmp(transport, "tls") ? NULL : tls_context();

	w->datagrams = !strcmp(transport, "udp");
	w->count = ends;
	w->in = batch_new();
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)atoi(port ? port + 1 : target));
	for (unsigned i = 0; i < ends; i++) {
		struct epoll_event want = { .events = EPOLLIN, .data.u32 = i };

		connected(&w->ends[i], w->datagrams ? SOCK_DGRAM : SOCK_STREAM, &to);
		if (w->datagrams)
			w->ends[i].out = batch_new();
		else
			open_stream(&w->ends[i], tls);
		if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->ends[i].fd, &want))
			die("epoll");
	}
	return w;
}

uint16_t wire_port(const struct wire *w, unsigned end)
{
	return w->ends[end].port;
}

static void send_datagrams(struct end *e)
{
	unsigned sent = 0;

	while (sent < e->count) {
		int n = sendmmsg(e->fd, e->out->headers + sent, e->count - sent, 0);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			die("send");
		if (n > 0)
			sent += (unsigned)n;
	}
	e->count = 0;
}

static ptrdiff_t write_some(struct end *e)
{
	int n;

	if (!e->ssl)
		return send(e->fd, e->sent, e->sent_len, MSG_NOSIGNAL);
	n = SSL_write(e->ssl, e->sent, (int)e->sent_len);
	if (n <= 0)
		errno = SSL_get_error(e->ssl, n) == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
	return n;
}

static void send_stream(struct end *e)
{
	while (e->sent_len > 0) {
		ptrdiff_t n = write_some(e);

		if (n <= 0 && errno == EAGAIN)
			return; /* at the next turn */
		if (n <= 0)
			die("send");
		e->sent_len -= (size_t)n;
		memmove(e->sent, e->sent + n, e->sent_len);
	}
}

void wire_flush(struct wire *w, unsigned end)
{
	if (w->datagrams)
		send_datagrams(&w->ends[end]);
	else
		send_stream(&w->ends[end]);
}

char *wire_room(struct wire *w, unsigned end)
{
	struct end *e = &w->ends[end];

	if (w->datagrams) {
		if (e->count == BATCH)
			send_datagrams(e);
		return e->out->text[e->count];
	}
	while (e->sent_len + WIRE_MESSAGE_MAX > STREAM_OUT) {
		poll(&(struct pollfd){ e->fd, POLLOUT, 0 }, 1, 100);
		send_stream(e);
	}
	return e->sent + e->sent_len;
}

void wire_put(struct wire *w, unsigned end, size_t len)
{
	struct end *e = &w->ends[end];

	if (w->datagrams)
		e->out->pieces[e->count++].iov_len = len;
	else
		e->sent_len += len;
}

static void receive_datagrams(struct wire *w, unsigned end, wire_take *take, void *arg)
{
	struct batch *b = w->in;
	int n = recvmmsg(w->ends[end].fd, b->headers, BATCH, MSG_DONTWAIT, NULL);

	for (int i = 0; i < n; i++) {
		b->text[i][b->headers[i].msg_len] = '\0';
		take(arg, end, b->text[i], b->headers[i].msg_len);
	}
}

static ptrdiff_t read_some(struct end *e)
{
	int n;

	if (!e->ssl)
		return recv(e->fd, e->come + e->come_len, STREAM_IN - e->come_len, 0);
	n = SSL_read(e->ssl, e->come + e->come_len, (int)(STREAM_IN - e->come_len));
	if (n <= 0)
		errno = SSL_get_error(e->ssl, n) == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
	return n;
}

/* No answer to a REGISTER has a body. */
static void cut(struct end *e, unsigned end, wire_take *take, void *arg)
{
	char *at = e->come, *blank;

	e->come[e->come_len] = '\0';
	while ((blank = memmem(at, (size_t)(e->come + e->come_len - at), "\r\n\r\n",
			       4))) {
		take(arg, end, at, (size_t)(blank + 4 - at));
		at = blank + 4;
	}
	e->come_len -= (size_t)(at - e->come);
	memmove(e->come, at, e->come_len);
}

static void receive_stream(struct end *e, unsigned end, wire_take *take, void *arg)
{
	ptrdiff_t n;

	while ((n = read_some(e)) > 0) {
		e->come_len += (size_t)n;
		cut(e, end, take, arg);
		if (!e->ssl)
			return; /* epoll tells of more */
	}
	if (n == 0 || errno != EAGAIN)
		die("connection closed");
}

void wire_turn(struct wire *w, int timeout_ms, wire_take *take, void *arg)
{
	struct epoll_event ready[WIRE_ENDS_MAX];
	int n = epoll_wait(w->epoll, ready, WIRE_ENDS_MAX, timeout_ms);

	for (int i = 0; i < n; i++) {
		unsigned end = ready[i].data.u32;

		if (w->datagrams)
			receive_datagrams(w, end, take, arg);
		else
			receive_stream(&w->ends[end], end, take, arg);
	}
	for (unsigned i = 0; i < w->count; i++)
		wire_flush(w, i);
}

uint64_t wire_drops(const struct wire *w)
{
	uint64_t drops = 0;

	for (unsigned i = 0; i < w->count && w->datagrams; i++) {
		uint32_t info[SK_MEMINFO_VARS] = { 0 };
		socklen_t len = sizeof(info);

		getsockopt(w->ends[i].fd, SOL_SOCKET, SO_MEMINFO, info, &len);
		drops += info[SK_MEMINFO_DROPS];
	}
	return drops;
}
