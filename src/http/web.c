/* SPDX-License-Identifier: Apache-2.0 */
/* http/web.c - The web process starts and ends. libmicrohttpd runs inside our loop:
 * its epoll descriptor is one more descriptor, and nothing needs a lock. */

#include "http/web.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "http/exchange.h"
#include "ops/json.h"

enum {
	POOL_SIZE = WEB_HEAD_MAX + 8192, /* of a connection: the head and our answer's */
	SWEEP_MS = 1000,
	LINGER_MS = 1000, /* for the last answers to leave */
	SPARE_DESCRIPTORS = 32,
};

/* TLS 1.2 and 1.3, forward secrecy, authenticated encryption only. */
static const char priorities[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
	"-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:"
	"%SERVER_PRECEDENCE";

static int fail(char reason[WEB_REASON_SIZE], int error, const char *what)
{
	snprintf(reason, WEB_REASON_SIZE, "%.120s: %s", what, strerror(-error));
	return error;
}

static void run_again(struct task *t);

void web_run_soon(struct web *w)
{
	if (w->again_waits)
		return;
	w->again_waits = true;
	w->again.fn = run_again;
	loop_defer(w->loop, &w->again);
}

/* Again while the library has more to do than its descriptor tells. */
static void run_daemon(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	MHD_run(w->daemon);
	if (MHD_get_timeout(w->daemon, &wait_ms) == MHD_YES && wait_ms == 0)
		web_run_soon(w);
}

static void run_again(struct task *t)
{
	struct web *w = container_of(t, struct web, again);

	w->again_waits = false;
	run_daemon(w);
}

static void daemon_ready(struct watch *watch, unsigned events)
{
	run_daemon(container_of(watch, struct web, ready));
}

static void sweep(struct timer *t)
{
	struct web *w = container_of(t, struct web, sweep);

	core_sweep(w->core);
	streams_sweep(w);
	conns_sweep(&w->conns);
	timer_start(w->loop, &w->sweep, SWEEP_MS, sweep);
}

static void lingered(struct timer *t)
{
	struct web *w = container_of(t, struct web, linger);

	w->core_gone(w->arg);
}

void web_is_idle(struct web *w)
{
	if (w->ending)
		timer_start(w->loop, &w->linger, 0, lingered);
}

/* First the last answers leave. */
static void core_gone(void *arg)
{
	struct web *w = arg;

	w->ending = true;
	timer_start(w->loop, &w->linger, list_empty(&w->exchanges) ? 0 : LINGER_MS,
		    lingered);
}

static void take_note(void *arg, const char *fmt, va_list args)
{
	struct web *w = arg;
	char line[WEB_REASON_SIZE], escaped[WEB_REASON_SIZE];
	size_t len;

	vsnprintf(line, sizeof(line), fmt, args);
	len = strcspn(line, "\n");
	snprintf(w->note, sizeof(w->note), "%.*s", (int)len, line);
	log_debug("http note=%s",
		  log_text(escaped, sizeof(escaped), (struct text){ line, len }));
}

/* What a path or query means, we find out ourselves, from the bytes that came. */
static size_t leave_escaped(void *arg, struct MHD_Connection *c, char *text)
{
	return strlen(text);
}

static unsigned connection_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 ||
	    files.rlim_cur < 2 * SPARE_DESCRIPTORS)
		return SPARE_DESCRIPTORS;
	if (files.rlim_cur > WEB_CONNECTIONS_MAX + SPARE_DESCRIPTORS)
		return WEB_CONNECTIONS_MAX;
	return (unsigned)files.rlim_cur - SPARE_DESCRIPTORS;
}

static int start_daemon(struct web *w, const char *cert, const char *key,
			char reason[WEB_REASON_SIZE])
{
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities },
		{ MHD_OPTION_END, 0, NULL }
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	w->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME |
			(cert ? MHD_USE_TLS : 0),
		0, conns_admit, &w->conns, exchange_handle, w, MHD_OPTION_EXTERNAL_LOGGER,
		take_note, w, MHD_OPTION_LISTEN_SOCKET, w->listen_fd,
		MHD_OPTION_CONNECTION_LIMIT, connection_limit(),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_SIZE,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
		leave_escaped, NULL, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, w,
		MHD_OPTION_NOTIFY_COMPLETED, exchange_end, w,
		MHD_OPTION_NOTIFY_CONNECTION, conns_note, &w->conns, MHD_OPTION_ARRAY,
		cert ? tls : none, MHD_OPTION_END);
	if (!w->daemon) {
		snprintf(reason, WEB_REASON_SIZE, "%s%s%s",
			 cert ? "the certificate and its key are no good or no pair"
			      : "the HTTP server cannot start",
			 w->note[0] ? ": " : "", w->note);
		return -EINVAL;
	}
	w->listen_fd = -1;
	return 0;
}

static int watch_daemon(struct web *w)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	w->ready.fd = info ? info->epoll_fd : -1;
	w->ready.fn = daemon_ready;
	return watch_start(w->loop, &w->ready, LOOP_READ);
}

static int start(struct web *w, const struct web_config *cfg,
		 char reason[WEB_REASON_SIZE])
{
	int error = cfg->pages ? pages_load(cfg->pages, &w->rules, &w->pages, reason) : 0;

	if (error)
		return error;
	fcntl(w->listen_fd, F_SETFL, fcntl(w->listen_fd, F_GETFL) | O_NONBLOCK);
	error = start_daemon(w, cfg->cert, cfg->key, reason);
	if (error)
		return error;
	w->core = core_new(w->loop, w->core_fd, core_gone, w);
	w->core_fd = -1;
	if (!w->core)
		return fail(reason, -ENOMEM, "socket to the core");
	error = watch_daemon(w);
	return error ? fail(reason, error, "event loop") : 0;
}

static struct web *web_new(const struct web_config *cfg)
{
	struct web *w = calloc(1, sizeof(*w));

	if (!w || web_conns_init(&w->conns, cfg->loop, &w->sources)) {
		free(w);
		return NULL;
	}
	w->loop = cfg->loop;
	w->listen_fd = cfg->listen_fd;
	w->core_fd = cfg->core_fd;
	w->core_gone = cfg->core_gone;
	w->arg = cfg->arg;
	w->rules = ANSWER_RULES(cfg->secure);
	w->sources.count = cfg->proxy_count;
	memcpy(w->sources.proxies, cfg->proxies, sizeof(w->sources.proxies));
	list_init(&w->exchanges);
	return w;
}

int web_start(const struct web_config *cfg, struct web **ret,
	      char reason[WEB_REASON_SIZE])
{
	struct web *w = web_new(cfg);
	int error;

	if (!w) {
		close(cfg->listen_fd);
		close(cfg->core_fd);
		return fail(reason, -ENOMEM, "web process");
	}
	json_wipe_on_free();
	signal(SIGPIPE, SIG_IGN);
	error = start(w, cfg, reason);
	if (error) {
		web_free(w);
		return error;
	}
	timer_start(w->loop, &w->sweep, SWEEP_MS, sweep);
	*ret = w;
	return 0;
}

/* The library ends the process when a connection is still suspended. */
static void stop_daemon(struct web *w)
{
	watch_stop(&w->ready);
	loop_cancel(w->loop, &w->again);
	LIST_EACH_SAFE (it, &w->exchanges)
		exchange_resume(container_of(it, struct exchange, node));
	MHD_stop_daemon(w->daemon);
}

void web_free(struct web *w)
{
	if (!w)
		return;
	timer_stop(&w->sweep);
	if (w->daemon)
		stop_daemon(w);
	core_free(w->core);
	pages_free(w->pages);
	web_conns_fini(&w->conns);
	timer_stop(&w->linger);
	if (w->listen_fd >= 0)
		close(w->listen_fd);
	if (w->core_fd >= 0)
		close(w->core_fd);
	free(w);
}
