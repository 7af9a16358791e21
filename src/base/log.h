/* SPDX-License-Identifier: Apache-2.0 */
/* base/log.h - One line per decision on standard error:
 *   2026-11-23T14:10:07.123Z info register line=+4144... result=403 reason=wrong_auth
 * Only the floor that decides calls it. Fields are key=value; text from a peer goes
 * through log_text, which quotes and escapes. Never a password, HA1, code or token. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);
bool log_wants(enum log_level level);
/* fmt begins with the event's name: log_line(LOG_INFO, "register line=%s result=%d", ...) */
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Escapes t into dst (a quoted string when it holds blanks, quotes or control
 * characters; cut with "..." when too long) and returns dst. cap >= 8. */
const char *log_text(char *dst, size_t cap, struct text t);
/* Tests catch lines instead of printing them; NULL restores. */
void log_set_sink(void (*sink)(void *arg, enum log_level, const char *line), void *arg);

#define log_debug(...)                                                                   \
	do {                                                                             \
		if (log_wants(LOG_DEBUG))                                                \
			log_line(LOG_DEBUG, __VA_ARGS__);                                \
	} while (0)
#define log_info(...)                                                                    \
	do {                                                                             \
		if (log_wants(LOG_INFO))                                                 \
			log_line(LOG_INFO, __VA_ARGS__);                                 \
	} while (0)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
