/* SPDX-License-Identifier: Apache-2.0 */
/* base/log.c - Log lines on standard error, one write each. */

#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"

enum { LOG_LINE_MAX = 4096, LOG_ESCAPE_MAX = 4 };

static _Atomic int least_level = LOG_INFO;
static _Atomic(void (*)(void *, enum log_level, const char *)) sink;
static _Atomic(void *) sink_arg;

void log_set_level(enum log_level least)
{
	atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
	return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

void log_set_sink(void (*fn)(void *, enum log_level, const char *), void *arg)
{
	atomic_store(&sink_arg, arg);
	atomic_store(&sink, fn);
}

/* A caller that forgot log_text must not be able to forge a second line. */
static void flatten(char *line)
{
	for (; *line; line++) {
		if ((unsigned char)*line < ' ' || *line == 0x7f)
			*line = '?';
	}
}

static void write_line(enum log_level level, const char *line)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	char out[LOG_LINE_MAX], when[DATE_TIME_TEXT_SIZE];
	int len = snprintf(out, sizeof(out) - 1, "%s %s %s",
			   date_time_encode(when, clock_wall_us(clock_real())),
			   names[level], line);

	if (len > (int)sizeof(out) - 2)
		len = (int)sizeof(out) - 2;
	out[len++] = '\n';
	if (write(STDERR_FILENO, out, (size_t)len) < 0)
		return; /* nowhere left to say so */
}

void log_line(enum log_level level, const char *fmt, ...)
{
	void (*to)(void *, enum log_level, const char *) = atomic_load(&sink);
	char line[LOG_LINE_MAX];
	va_list ap;

	if (!log_wants(level))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	flatten(line);
	if (to)
		to(atomic_load(&sink_arg), level, line);
	else
		write_line(level, line);
}

static bool needs_quotes(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] <= ' ' || t.p[i] >= 0x7f || strchr("\"\\=", t.p[i]))
			return true;
	}
	return t.len == 0;
}

/* Writes c as it appears between quotes. */
static size_t escape(char dst[LOG_ESCAPE_MAX + 1], char c)
{
	if (c == '"' || c == '\\')
		return (size_t)snprintf(dst, LOG_ESCAPE_MAX + 1, "\\%c", c);
	if (c < ' ' || c >= 0x7f)
		return (size_t)snprintf(dst, LOG_ESCAPE_MAX + 1, "\\x%02x",
					(unsigned char)c);
	dst[0] = c;
	return 1;
}

static const char *quote(char *dst, size_t cap, struct text t)
{
	const size_t tail = sizeof("...\"") - 1;
	size_t len = 0, i, safe;

	dst[len++] = '"';
	safe = len; /* the longest prefix behind which the tail still fits */
	for (i = 0; i < t.len; i++) {
		char piece[LOG_ESCAPE_MAX + 1];
		size_t n = escape(piece, t.p[i]);

		if (len + n + 2 > cap)
			break;
		memcpy(dst + len, piece, n);
		len += n;
		if (len + tail + 1 <= cap)
			safe = len;
	}
	if (i < t.len)
		memcpy(dst + safe, "...\"", tail + 1);
	else
		memcpy(dst + len, "\"", 2);
	return dst;
}

const char *log_text(char *dst, size_t cap, struct text t)
{
	if (needs_quotes(t))
		return quote(dst, cap, t);
	if (text_copy(dst, cap, t) < 0) {
		memcpy(dst, t.p, cap - 4);
		memcpy(dst + cap - 4, "...", 4);
	}
	return dst;
}
