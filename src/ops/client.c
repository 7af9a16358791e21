/* SPDX-License-Identifier: Apache-2.0 */
/* ops/client.c - Asks a running server. */

#include "ops/client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ops/frame.h"

enum { READ_SIZE = 65536 };

int client_connect(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, error;

	if (text_copy(addr.sun_path, sizeof(addr.sun_path), text_of(path)))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

static ssize_t send_some(int fd, struct text bytes, int file)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = "" };
	struct iovec iov = { (void *)(uintptr_t)bytes.p, bytes.len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (file >= 0) {
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&m);
		*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
				       .cmsg_type = SCM_RIGHTS,
				       .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(c), &file, sizeof(int));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

static int send_all(int fd, struct text bytes, int file)
{
	while (bytes.len > 0) {
		ssize_t n = send_some(fd, bytes, file);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -EPIPE;
		bytes = text_from(bytes, (size_t)n);
		file = -1;
	}
	return 0;
}

static int receive(int fd, json_t **answer)
{
	struct buf b = BUF_SECRET;
	ptrdiff_t used = -EAGAIN;

	while (used == -EAGAIN) {
		char *at = buf_reserve(&b, READ_SIZE);
		ssize_t n = at ? read(fd, at, READ_SIZE) : -1;

		if (n < 0 && at && errno == EINTR)
			continue;
		if (n <= 0) {
			used = b.error ? b.error : -EPIPE;
			break;
		}
		b.len += (size_t)n;
		used = frame_next(buf_text(&b), FRAME_ANSWER_MAX, answer);
	}
	buf_free_secret(&b);
	return used < 0 ? (int)used : 0;
}

int client_ask(int fd, const json_t *request, int file, json_t **answer)
{
	struct buf b = BUF_SECRET;
	int error = frame_put(&b, request, FRAME_REQUEST_MAX);

	if (!error)
		error = send_all(fd, buf_text(&b), file);
	buf_free_secret(&b);
	return error ? error : receive(fd, answer);
}
