/* SPDX-License-Identifier: Apache-2.0 */
/* bench/idle_tls.c - Devices that only hold their TLS connection: idle-tls PORT COUNT
 * opens so many, from as many loopback addresses as the server's bound per source asks
 * for, sends an RFC 5626 ping over each and waits for its pong, says "up N" and keeps
 * them (a ping each 30 s) until standard input ends. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	PER_SOURCE = 500, /* below NET_SOURCE_CONNECTIONS_MAX on one worker */
	AT_ONCE = 128,    /* handshakes on their way */
	EVENTS = 256,
	PING_S = 30,
};

struct device {
	SSL *ssl;
	bool shaken, up;
};

static struct device *devices;
static int epoll;
static unsigned begun, up, failed;

static void die(const char *what)
{
	fprintf(stderr, "idle-tls: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void begin(SSL_CTX *ctx, unsigned i, uint16_t port)
{
	struct sockaddr_in from = { .sin_family = AF_INET },
			   to = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u32 = i };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		die("socket");
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + i / PER_SOURCE);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != EINPROGRESS))
		die("connect");
	devices[i].ssl = SSL_new(ctx);
	if (!devices[i].ssl || SSL_set_fd(devices[i].ssl, fd) != 1)
		die("TLS");
	SSL_set_connect_state(devices[i].ssl);
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e))
		die("epoll");
	begun++;
}

static bool wants_more(struct device *d, int r)
{
	int error = SSL_get_error(d->ssl, r);

	return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static void ping(struct device *d)
{
	if (SSL_write(d->ssl, "\r\n\r\n", 4) != 4)
		failed++;
}

static void ready(struct device *d)
{
	char in[64];
	int r;

	ERR_clear_error();
	if (!d->shaken) {
		r = SSL_do_handshake(d->ssl);
		if (r != 1) {
			failed += !wants_more(d, r);
			return;
		}
		d->shaken = true;
		ping(d);
	}
	while ((r = SSL_read(d->ssl, in, sizeof(in))) > 0) {
		up += !d->up;
		d->up = true;
	}
	failed += !wants_more(d, r);
}

static void turn(int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(epoll, events, EVENTS, timeout_ms);

	for (int i = 0; i < n; i++)
		ready(&devices[events[i].data.u32]);
	if (failed) {
		fprintf(stderr, "idle-tls: %u connections failed, %u of %u up\n", failed,
			up, begun);
		exit(1);
	}
}

static bool told_to_stop(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	return poll(&in, 1, 0) > 0 && read(STDIN_FILENO, &c, 1) <= 0;
}

/* The server ends what is silent for a minute before it knows who it is. */
static void ping_all(void)
{
	static double last;

	if (last == 0)
		last = now_s();
	if (now_s() - last < PING_S)
		return;
	last = now_s();
	for (unsigned i = 0; i < begun; i++) {
		if (devices[i].up)
			ping(&devices[i]);
		if (i % EVENTS == 0)
			turn(0);
	}
}

static void hold(void)
{
	while (!told_to_stop()) {
		turn(200);
		ping_all();
	}
}

static SSL_CTX *context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	return ctx;
}

int main(int argc, char **argv)
{
	struct rlimit files;
	unsigned count;
	SSL_CTX *ctx;
	double began = now_s();

	if (argc != 3)
		return fprintf(stderr, "usage: idle-tls PORT COUNT\n"), 2;
	count = (unsigned)atoi(argv[2]);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	devices = calloc(count, sizeof(*devices));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	ctx = context();
	while (up < count) {
		while (begun < count && begun - up < AT_ONCE)
			begin(ctx, begun, (uint16_t)atoi(argv[1]));
		turn(1000);
		ping_all();
	}
	printf("up %u after %.1f s\n", up, now_s() - began);
	fflush(stdout);
	hold();
	return 0;
}
