/* SPDX-License-Identifier: Apache-2.0 */
/* cli/serve_core.c - The core process: gives up root, opens the rooms, runs. */

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/reload.h"
#include "cli/rooms.h"
#include "cli/say.h"
#include "cli/serve.h"
#include "http/sandbox.h"

struct core_process {
	const struct serve_core *in;
	struct rooms rooms;
	struct link *link;
	struct watch control;
	struct timer patience;
	int status;
};

static bool reload(void *arg, char reason[200])
{
	const struct core_process *p = arg;

	return reload_run(p->in->config, p->rooms.tls, reason);
}

/* A byte from the parent: reload. Its end: stop. */
static void control_ready(struct watch *w, unsigned events)
{
	struct core_process *p = container_of(w, struct core_process, control);
	char byte, reason[200];

	if (read(w->fd, &byte, 1) != 1)
		loop_stop(p->rooms.house.loop);
	else if (byte == SERVE_RELOAD)
		reload(p, reason);
}

static void no_word(struct timer *t)
{
	struct core_process *p = container_of(t, struct core_process, patience);

	log_error("serve process=core result=stopped reason=web_process_gone");
	p->status = 1;
	loop_stop(p->rooms.house.loop);
}

/* When the parent stops both, the web process may be the first to go. */
static void web_gone(void *arg)
{
	struct core_process *p = arg;

	p->link = NULL;
	timer_start(p->rooms.house.loop, &p->patience, SERVE_PATIENCE_MS, no_word);
}

static json_t *listener_json(const char *scheme, const char *separator,
			     const struct addr *a)
{
	char text[ADDR_TEXT_SIZE];

	return json_sprintf("%s:%s%s", scheme, separator, addr_encode(text, a));
}

static json_t *listeners_json(const struct config *c, const struct bound *b)
{
	json_t *edge = json_array();
	char path[2 * CONFIG_PATH_SIZE];

	for (size_t i = 0; i < b->count; i++)
		json_array_append_new(
			edge, listener_json(transport_uri_name(b->listeners[i].transport),
					    "", &b->listeners[i].addr));
	return json_pack("{s:o, s:o, s:o}", "edge", edge, "portal",
			 listener_json(c->portal.listen.tls ? "https" : "http", "//",
				       &b->portal_addr),
			 "admin",
			 json_sprintf("unix:%s", config_in_state(c, c->admin, path)));
}

/* Readers see the old file or the new one, never half of it. */
static int write_listeners(const struct config *c, json_t *listeners)
{
	char path[2 * CONFIG_PATH_SIZE], fresh[2 * CONFIG_PATH_SIZE];
	FILE *f;
	int error;

	config_in_state(c, "listeners.json", path);
	config_in_state(c, "listeners.json.new", fresh);
	f = fopen(fresh, "we");
	if (!f)
		return -errno;
	error = json_dumpf(listeners, f, JSON_INDENT(2)) || fputc('\n', f) == EOF ? -EIO
										  : 0;
	if (fclose(f) && !error)
		error = -EIO;
	return error ? error : rename(fresh, path) ? -errno : 0;
}

static int confine(const struct serve_core *in)
{
	int error = in->user.known ? user_drop(&in->user) : 0;
	char reason[SANDBOX_REASON_SIZE];

	if (error)
		return say("the core cannot become %s: %s", in->config->user,
			   strerror(-error));
	if (access(in->config->path, R_OK))
		say("WARNING: %s cannot read %s: no reload will work",
		    in->user.known ? in->config->user : "the core", in->config->path);
	return sandbox_core(reason) ? say("%s", reason) : 0;
}

static int open_link(struct core_process *p)
{
	struct loop *l = p->rooms.house.loop;

	p->link = link_new(p->rooms.ops, l, p->in->link, OPS_WEB, web_gone, p);
	p->control.fd = p->in->control;
	p->control.fn = control_ready;
	return p->link && watch_start(l, &p->control, LOOP_READ) == 0 ? 0 : -ENOMEM;
}

static int run(struct core_process *p, json_t *listeners)
{
	static const char ready = SERVE_READY;
	char reason[HOUSE_REASON_SIZE];
	int error = rooms_open(&p->rooms, reason);

	if (error)
		return say("%s", reason);
	error = open_link(p);
	if (!error)
		error = write_listeners(p->in->config, listeners);
	if (error)
		return say("cannot start: %s", strerror(-error));
	if (write(p->in->control, &ready, 1) != 1)
		return 1;
	loop_run(p->rooms.house.loop);
	return p->status;
}

int serve_core_run(const struct serve_core *in)
{
	struct core_process p = {
		.in = in,
		.rooms = { .config = in->config, .bound = in->bound, .reload = reload }
	};
	json_t *listeners = listeners_json(in->config, in->bound);
	int status;

	signal(SIGTERM, SIG_IGN);
	if (confine(in))
		return 1;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	p.rooms.arg = &p;
	p.rooms.house.lock = -1;
	status = run(&p, listeners);
	json_decref(listeners);
	watch_stop(&p.control);
	timer_stop(&p.patience);
	link_free(p.link);
	rooms_close(&p.rooms);
	return status;
}
