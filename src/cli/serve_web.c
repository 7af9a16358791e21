/* SPDX-License-Identifier: Apache-2.0 */
/* cli/serve_web.c - The web process: told what it needs, reads certificate and pages,
 * gives up root and everything else, serves. */

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/say.h"
#include "cli/serve.h"
#include "http/http.h"
#include "http/sandbox.h"
#include "ops/frame.h"

enum { READ_SIZE = 65536, CLOSED_MAX = 8, PEM_MAX = 256 * 1024 };

struct front {
	struct loop *loop;
	struct watch control;
	struct timer patience;
	struct web *web;
	int status;
};

static json_t *read_hello(void)
{
	struct buf b = BUF_GROWING;
	json_t *hello = NULL;
	ptrdiff_t used = -EAGAIN;

	while (used == -EAGAIN) {
		char *at = buf_reserve(&b, READ_SIZE);
		ssize_t n = at ? read(SERVE_WEB_CONTROL, at, READ_SIZE) : -1;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		b.len += (size_t)n;
		used = frame_next(buf_text(&b), SERVE_HELLO_MAX, &hello);
	}
	buf_free(&b);
	return used > 0 ? hello : NULL;
}

static const char *told(const json_t *hello, const char *name)
{
	return json_string_value(json_object_get(hello, name));
}

static int number(const json_t *hello, const char *name)
{
	return (int)json_integer_value(json_object_get(hello, name));
}

static void take_proxies(const json_t *list, struct web_config *cfg)
{
	size_t i;
	json_t *one;

	json_array_foreach ((json_t *)list, i, one) {
		struct web_network *net = &cfg->proxies[cfg->proxy_count];

		if (cfg->proxy_count == WEB_PROXIES_MAX ||
		    addr_decode(text_of(told(one, "addr")), 0, &net->addr))
			break;
		net->bits = (unsigned)number(one, "bits");
		cfg->proxy_count++;
	}
}

/* Into a buffer of PEM_MAX bytes, with a NUL. True without a path as well: plain HTTP. */
static bool read_pem(const char *path, char *pem)
{
	FILE *f = path ? fopen(path, "re") : NULL;
	size_t len = 0;

	pem[0] = '\0';
	if (!path)
		return true;
	if (f)
		len = fread(pem, 1, PEM_MAX, f);
	if (f && len < PEM_MAX && len > 0) {
		pem[len] = '\0';
		fclose(f);
		return true;
	}
	say("%s: %s", path, f ? "this is no PEM file" : strerror(errno));
	if (f)
		fclose(f);
	return false;
}

static void no_word(struct timer *t)
{
	struct front *f = container_of(t, struct front, patience);

	f->status = 1;
	loop_stop(f->loop);
}

/* When the parent stops both, the core may be the first to go. */
static void core_gone(void *arg)
{
	struct front *f = arg;

	timer_start(f->loop, &f->patience, SERVE_PATIENCE_MS, no_word);
}

static int start(struct front *f, const json_t *hello, const char *cert, const char *key)
{
	struct web_config cfg = {
		.loop = f->loop,
		.listen_fd = SERVE_WEB_LISTENER,
		.core_fd = SERVE_WEB_LINK,
		.cert = cert[0] ? cert : NULL,
		.key = cert[0] ? key : NULL,
		.pages = told(hello, "pages"),
		.secure = json_is_true(json_object_get(hello, "secure")),
		.core_gone = core_gone,
		.arg = f,
	};
	char reason[WEB_REASON_SIZE];

	take_proxies(json_object_get(hello, "proxies"), &cfg);
	return web_start(&cfg, &f->web, reason) ? say("%s", reason) : 0;
}

static int prepare(struct front *f, const json_t *hello)
{
	char *pem = malloc(2 * PEM_MAX);
	int status = 1;

	if (!pem)
		return say("out of memory");
	if (read_pem(told(hello, "cert"), pem) &&
	    read_pem(told(hello, "key"), pem + PEM_MAX))
		status = start(f, hello, pem, pem + PEM_MAX);
	sodium_memzero(pem, 2 * PEM_MAX);
	free(pem);
	return status;
}

static int confine(const json_t *hello)
{
	struct user user = { .known = json_is_true(json_object_get(hello, "drop")),
			     .uid = (uid_t)number(hello, "uid"),
			     .gid = (gid_t)number(hello, "gid") };
	const char *closed[CLOSED_MAX];
	char reason[SANDBOX_REASON_SIZE];
	size_t count = 0, i;
	json_t *path;
	int error = user.known ? user_drop(&user) : 0;

	if (error)
		return say("the web process cannot give up root: %s", strerror(-error));
	json_array_foreach (json_object_get(hello, "closed"), i, path) {
		if (count < CLOSED_MAX)
			closed[count++] = json_string_value(path);
	}
	return sandbox_web(closed, count, reason) ? say("%s", reason) : 0;
}

/* The parent is gone, or wants us gone. */
static void control_closed(struct watch *w, unsigned events)
{
	loop_stop(container_of(w, struct front, control)->loop);
}

static int run(struct front *f, const json_t *hello)
{
	static const char ready = SERVE_READY;

	f->control.fd = SERVE_WEB_CONTROL;
	f->control.fn = control_closed;
	if (watch_start(f->loop, &f->control, LOOP_READ) || confine(hello) ||
	    write(SERVE_WEB_CONTROL, &ready, 1) != 1)
		return 1;
	loop_run(f->loop);
	return f->status;
}

int serve_web_run(void)
{
	struct front f = { .loop = loop_new(clock_real()) };
	json_t *hello = f.loop ? read_hello() : NULL;
	int status;

	if (!hello)
		return 1; /* the parent has said why */
	log_set_level((enum log_level)number(hello, "log"));
	status = prepare(&f, hello);
	if (!status)
		status = run(&f, hello);
	json_decref(hello);
	watch_stop(&f.control);
	timer_stop(&f.patience);
	if (f.web)
		web_free(f.web);
	loop_free(f.loop);
	return status;
}
