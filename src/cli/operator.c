/* SPDX-License-Identifier: Apache-2.0 */
/* cli/operator.c - One operation, asked and printed. */

#include "cli/operator.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/house.h"
#include "cli/print.h"
#include "cli/say.h"
#include "cli/user.h"
#include "ops/client.h"
#include "ops/ops.h"

struct waiting {
	struct ops_reply reply;
	struct loop *loop;
	json_t *answer;
};

static void answered(struct ops_reply *reply, const json_t *answer)
{
	struct waiting *w = container_of(reply, struct waiting, reply);

	w->answer = json_incref((json_t *)answer);
	loop_stop(w->loop);
}

static struct ops_config ops_config_of(const struct config *c, const struct house *h)
{
	return (struct ops_config){
		.loop = h->loop,
		.clock = h->clock,
		.random = h->random,
		.ids = h->ids,
		.pool = h->pool,
		.store = h->store,
		.book = h->book,
		.desk = h->desk,
		.vault = h->vault,
		.events = h->events,
		.domain = c->domain,
		.realm = c->realm,
		.country = c->plan,
		.timezone = c->timezone,
		.currency = c->currency,
		.portal_host = "",
		.proxy_host = c->advertise,
		.proxy_port = c->listen_count ? c->listen[0].addr.port : 5060,
		.version = OWNLINE_VERSION,
	};
}

/* The same desk as in the core, with nothing behind it that is live. */
static int ask_house(const struct config *c, struct house *h, const json_t *request,
		     int file, json_t **answer)
{
	struct waiting w = { .reply = { .answered = answered }, .loop = h->loop };
	struct ops_config cfg = ops_config_of(c, h);
	struct ops *ops;
	int error = ops_new(&cfg, &ops);

	if (error)
		return error;
	ops_ask(ops, request, file, OPS_ADMIN, &w.reply);
	if (!w.answer)
		loop_run(h->loop);
	house_rest(h);
	ops_free(ops);
	*answer = w.answer;
	return w.answer ? 0 : -ENOMEM;
}

/* Root works as whom the state directory belongs to, so that what it leaves there can be
 * used by the server. */
static int become_owner(const struct config *c)
{
	struct user owner = user_of_file(c->state_dir);
	int error = geteuid() == 0 && owner.known ? user_drop(&owner) : 0;

	return error ? say("%s: cannot become its owner: %s", c->state_dir,
			   strerror(-error))
		     : 0;
}

static int ask_alone(const struct config *c, const json_t *request, int file,
		     json_t **answer)
{
	char reason[HOUSE_REASON_SIZE];
	struct house h;
	int error = become_owner(c);

	if (!error && house_open(c, &h, reason))
		error = say("%s", reason);
	if (error) {
		if (file >= 0)
			close(file);
		return error;
	}
	error = ask_house(c, &h, request, file, answer);
	house_close(&h);
	return error ? say("%s", strerror(-error)) : 0;
}

static int ask_server(int fd, const json_t *request, int file, json_t **answer)
{
	int error = client_ask(fd, request, file, answer);

	close(fd);
	if (file >= 0)
		close(file);
	if (error == -EPIPE)
		return say("the server went away before it answered");
	return error ? say("the server's answer cannot be used: %s", strerror(-error))
		     : 0;
}

static int ask(const struct config *c, const struct op *op, const json_t *request,
	       int file, json_t **answer)
{
	char path[2 * CONFIG_PATH_SIZE];
	int fd = client_connect(config_in_state(c, c->admin, path));

	if (fd >= 0)
		return ask_server(fd, request, file, answer);
	if (fd == -EACCES || fd == -EPERM) {
		if (file >= 0)
			close(file);
		return say("%s: %s; only root and the server's own user may ask it", path,
			   strerror(-fd));
	}
	return ask_alone(c, request, file, answer);
}

int operator_run(const struct config *c, const struct op *op, const struct args *a,
		 const char *const *words, unsigned count)
{
	json_t *in, *request, *answer = NULL;
	int file = -1, status;

	in = args_input(op, words, count, &file);
	if (!in)
		return 1;
	request = json_pack("{s:i, s:s, s:s, s:o}", "id", 1, "op", op->name, "user_agent",
			    "cli", "in", in);
	status = ask(c, op, request, file, &answer);
	if (status == 0)
		status = print_answer(op, answer, a->json);
	json_decref(request);
	json_decref(answer);
	return status;
}
