/* SPDX-License-Identifier: Apache-2.0 */
/* notify/console.c - Messages as lines on standard output: for the demo and for tests.
 *   sms to=+41791234567 text="Your Ownline code: ..." */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "notify/backend.h"

static void put_quoted(struct buf *b, struct text t)
{
	static const char *const escapes[256] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n",
		['\r'] = "\\r", ['\t'] = "\\t",
	};

	buf_putc(b, '"');
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (escapes[c])
			buf_puts(b, escapes[c]);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '"');
}

static int write_all(int fd, struct text t)
{
	while (t.len > 0) {
		ssize_t n = write(fd, t.p, t.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		t = text_from(t, (size_t)n);
	}
	return 0;
}

static enum sms_verdict console_send(const struct sms_config *cfg, struct text to,
				     struct text text, char reason[SMS_REASON_SIZE])
{
	struct buf b = BUF_SECRET;
	int error;

	buf_puts(&b, "sms to=");
	buf_put(&b, to);
	buf_puts(&b, " text=");
	put_quoted(&b, text);
	buf_putc(&b, '\n');
	error = b.error ? b.error : write_all(cfg->console_fd, buf_text(&b));
	buf_free_secret(&b);
	if (!error)
		return SMS_SENT;
	strcpy(reason, "standard output cannot be written");
	return SMS_REFUSED;
}

const struct sms_backend sms_console = { .name = "console", .send = console_send };
