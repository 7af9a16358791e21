/* SPDX-License-Identifier: Apache-2.0 */
/* bench/stub.c - What a server could reach that does nothing but what must be done.
 *
 * stub PORT echo                    sends each datagram back as it is: the kernel alone
 * stub PORT digest DOMAIN USERS.csv looks for the digest and checks it, without state: 401
 *                                   without one, 200 with a right one, 403 with a wrong one.
 *                                   An answer is its first line and the request's headers. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "md5.h"

enum { BATCH = 64, DATAGRAM = 2048, USERS_MAX = 1000000, QUEUE = 4 << 20 };

#define NONCE "6a0b7c000001f3e2d1c0b9a8979685746352413028f7e6d5c4b3a291"

struct stub {
	char (*ha1)[MD5_HEX];
	unsigned users;
	char ha2[MD5_HEX];
	char challenge[512];
	char text[BATCH][DATAGRAM];
	struct iovec in[BATCH], out[BATCH][2];
	struct sockaddr_in from[BATCH];
	struct mmsghdr received[BATCH], answers[BATCH];
};

static void prepare(struct stub *s)
{
	for (unsigned i = 0; i < BATCH; i++) {
		s->in[i] = (struct iovec){ s->text[i], DATAGRAM - 1 };
		s->received[i].msg_hdr =
			(struct msghdr){ .msg_name = &s->from[i],
					 .msg_namelen = sizeof(s->from[i]),
					 .msg_iov = &s->in[i],
					 .msg_iovlen = 1 };
		s->answers[i].msg_hdr =
			(struct msghdr){ .msg_name = &s->from[i],
					 .msg_namelen = sizeof(s->from[i]),
					 .msg_iov = s->out[i] };
	}
}

/* The value behind name=", or NULL. */
static const char *value(const char *header, const char *name)
{
	const char *at = strstr(header, name);

	return at ? at + strlen(name) : NULL;
}

static bool right(const struct stub *s, const char *digest)
{
	const char *user = value(digest, "username=\"bench"),
		   *nonce = value(digest, "nonce=\""),
		   *response = value(digest, "response=\""),
		   *cnonce = value(digest, "cnonce=\""), *nc = value(digest, "nc=");
	unsigned long n = user ? strtoul(user, NULL, 10) : USERS_MAX;
	char count[8 + 1 + 8 + sizeof(":auth")], hex[MD5_HEX];
	MD5_CTX ctx;

	if (n >= s->users || !nonce || !response || !cnonce || !nc)
		return false;
	memcpy(count, nc, 8);
	count[8] = ':';
	memcpy(count + 9, cnonce, 8);
	memcpy(count + 17, ":auth", sizeof(":auth"));
	md5_begin(&ctx, s->ha1[n], nonce);
	md5_response(hex, &ctx, nonce, sizeof(NONCE) - 1, count, sizeof(count) - 1,
		     s->ha2);
	return memcmp(hex, response, MD5_HEX) == 0;
}

static const char *decide(const struct stub *s, const char *text)
{
	const char *digest = strstr(text, "\r\nAuthorization: Digest ");

	if (!digest)
		return s->challenge;
	return right(s, digest) ? "SIP/2.0 200 OK\r\n" : "SIP/2.0 403 Forbidden\r\n";
}

static void answer(struct stub *s, unsigned i)
{
	char *text = s->text[i], *rest;
	size_t len = s->received[i].msg_len;
	struct msghdr *h = &s->answers[i].msg_hdr;

	text[len] = '\0';
	h->msg_iovlen = 1;
	s->out[i][0] = (struct iovec){ text, len };
	rest = s->users ? strstr(text, "\r\n") : NULL;
	if (rest) {
		char *first = (char *)decide(s, text);

		s->out[i][0] = (struct iovec){ first, strlen(first) };
		s->out[i][1] =
			(struct iovec){ rest + 2, len - (size_t)(rest + 2 - text) };
		h->msg_iovlen = 2;
	}
}

static void serve(struct stub *s, int fd)
{
	for (;;) {
		int n = recvmmsg(fd, s->received, BATCH, MSG_WAITFORONE, NULL);

		for (int i = 0; i < n; i++)
			answer(s, (unsigned)i);
		for (int sent = 0, r; sent<n; sent += r> 0 ? r : 1)
			r = sendmmsg(fd, s->answers + sent, (unsigned)(n - sent), 0);
	}
}

static void users_read(struct stub *s, const char *domain, const char *path)
{
	FILE *f = fopen(path, "r");
	char auth[40], password[40], uri[128];

	s->ha1 = calloc(USERS_MAX, sizeof(*s->ha1));
	if (!f || !s->ha1)
		exit(1);
	while (s->users < USERS_MAX &&
	       fscanf(f, "%*[^,],%39[^,],%39[^,\n]\n", auth, password) == 2)
		md5_joined(s->ha1[s->users++], auth, domain, password);
	fclose(f);
	snprintf(uri, sizeof(uri), "sip:%s", domain);
	md5_joined(s->ha2, "REGISTER", uri, NULL);
	snprintf(s->challenge, sizeof(s->challenge),
		 "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"%s\", "
		 "nonce=\"" NONCE "\", algorithm=MD5, qop=\"auth\"\r\n",
		 domain);
}

int main(int argc, char **argv)
{
	struct stub *s = calloc(1, sizeof(*s));
	struct sockaddr_in own = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = QUEUE;

	if (argc < 3 || !s) {
		fprintf(stderr, "stub PORT echo, or stub PORT digest DOMAIN USERS.csv\n");
		return 2;
	}
	if (argc > 4 && !strcmp(argv[2], "digest"))
		users_read(s, argv[3], argv[4]);
	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	own.sin_port = htons((uint16_t)atoi(argv[1]));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&own, sizeof(own))) {
		fprintf(stderr, "stub: %s\n", strerror(errno));
		return 1;
	}
	prepare(s);
	serve(s, fd);
	return 0;
}
