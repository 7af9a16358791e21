/* SPDX-License-Identifier: Apache-2.0 */
/* http/web.c - libmicrohttpd on our loop: its epoll descriptor is watched, its timeouts
 * are our timers. No thread of its own, so that one sandbox holds all. */

#include "http/web.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "http/exchange.h"

enum { TIMEOUT_MAX_MS = 60000 };

static void run(struct web *w);

static void run_again(struct task *t)
{
	struct web *w = container_of(t, struct web, again);

	w->again_due = false;
	run(w);
}

static void timed_out(struct timer *t)
{
	run(container_of(t, struct web, timeout));
}

static void ready(struct watch *watch, unsigned events)
{
	run(container_of(watch, struct web, watch));
}

void web_run_soon(struct web *w)
{
	if (w->again_due)
		return;
	w->again_due = true;
	loop_defer(w->cfg.loop, &w->again);
}

static void run(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(w->daemon);
	if (MHD_get_timeout(w->daemon, &ms) != MHD_YES) {
		timer_stop(&w->timeout);
		return;
	}
	if (ms == 0)
		web_run_soon(w);
	else
		timer_start(w->cfg.loop, &w->timeout,
			    ms < TIMEOUT_MAX_MS ? (int64_t)ms : TIMEOUT_MAX_MS,
			    timed_out);
}

static void heartbeat(struct timer *t)
{
	struct web *w = container_of(t, struct web, heartbeat);

	stream_heartbeats(w);
	timer_start(w->cfg.loop, &w->heartbeat, WEB_HEARTBEAT_MS, heartbeat);
}

static void log_daemon(void *arg, const char *fmt, va_list ap)
{
	char line[256], quoted[300];

	vsnprintf(line, sizeof(line), fmt, ap);
	log_debug("http note=%s",
		  log_text(quoted, sizeof(quoted), text_trim_lws(text_of(line))));
}

/* %-escapes taken out, but for those that would make another path of it: NUL and '/'. */
static size_t unescape(void *arg, struct MHD_Connection *c, char *s)
{
	char *to = s;
	uint8_t byte;

	for (const char *from = s; *from; from++) {
		if (*from == '%' && from[1] && from[2] &&
		    text_hex_decode((struct text){ from + 1, 2 }, &byte, 1) == 0 &&
		    byte != 0 && byte != '/') {
			*to++ = (char)byte;
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return (size_t)(to - s);
}

static struct MHD_Daemon *start_daemon(struct web *w)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)w->cfg.key },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)w->cfg.cert },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	return MHD_start_daemon(
		w->cfg.cert ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, access_handle,
		w, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, w, MHD_OPTION_LISTEN_SOCKET,
		w->cfg.listener, MHD_OPTION_NOTIFY_COMPLETED, access_completed, w,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WEB_IDLE_S,
		MHD_OPTION_UNESCAPE_CALLBACK, unescape, w, MHD_OPTION_STRICT_FOR_CLIENT,
		1, MHD_OPTION_ARRAY, w->cfg.cert ? tls : none, MHD_OPTION_END);
}

static int watch_daemon(struct web *w)
{
	const union MHD_DaemonInfo *info;

	info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return -ENOTSUP;
	w->watch.fd = info->epoll_fd;
	w->watch.fn = ready;
	return watch_start(w->cfg.loop, &w->watch, LOOP_READ);
}

static void discard(struct web *w)
{
	watch_stop(&w->watch);
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	core_free(w->core);
	free(w);
}

int web_start(const struct web_config *cfg, struct web **ret, char reason[200])
{
	struct web *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->cfg = *cfg;
	w->secure = text_starts(text_of(cfg->origin), TEXT("https://")) || cfg->cert;
	w->cookie = cfg->cert ? "__Host-ownline" : "ownline";
	w->again.fn = run_again;
	list_init(&w->streams);
	w->core = core_new(cfg->loop, cfg->core, cfg->core_gone, cfg->arg);
	w->daemon = w->core ? start_daemon(w) : NULL;
	if (!w->daemon || watch_daemon(w)) {
		snprintf(reason, 200,
			 "the HTTPS server did not start: are tls.cert and tls.key a "
			 "pair?");
		discard(w);
		return -EINVAL;
	}
	timer_start(cfg->loop, &w->heartbeat, WEB_HEARTBEAT_MS, heartbeat);
	web_run_soon(w);
	*ret = w;
	return 0;
}
