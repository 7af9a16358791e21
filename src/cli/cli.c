/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cli.c - Which command is meant. */

#include "cli/cli.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/init.h"
#include "cli/near.h"
#include "cli/operator.h"
#include "cli/say.h"
#include "cli/serve.h"
#include "ops/json.h"

static int run_init(const struct config *c, const struct args *a)
{
	return init_run(c);
}

static int run_serve(const struct config *c, const struct args *a)
{
	return serve_run(c);
}

static int run_check(const struct config *c, const struct args *a)
{
	say_warnings(c);
	printf("%s: ok\n", c->path);
	return 0;
}

static int run_help(const struct config *c, const struct args *a);

const struct command CLI_COMMANDS[] = {
	{ "init", NULL, true, run_init,
	  "Makes the state directory: database, vault key, a certificate for the first "
	  "day." },
	{ "serve", NULL, true, run_serve, "Runs the server, in the foreground." },
	{ "config", "check", true, run_check, "Checks the configuration file." },
	{ "help", NULL, false, run_help, "This list." },
	{ NULL },
};

static void print_command(const char *noun, const char *verb, const char *help)
{
	char name[64];

	snprintf(name, sizeof(name), "%s %s", noun, verb ? verb : "");
	printf("  %-22s %s\n", name, help);
}

static int run_help(const struct config *c, const struct args *a)
{
	printf("usage: ownline [--config FILE] [--json] NOUN [VERB] [options]\n\n");
	for (const struct command *cmd = CLI_COMMANDS; cmd->noun; cmd++)
		print_command(cmd->noun, cmd->verb, cmd->help);
	for (size_t i = 0; i < OPS_COUNT; i++) {
		if (OPS[i].noun)
			print_command(OPS[i].noun, OPS[i].verb, OPS[i].help);
	}
	printf("\n\"ownline NOUN VERB --help\" tells a command's options.\n");
	return 0;
}

static int help_op(const struct op *op)
{
	char expected[OP_WHY_SIZE];

	printf("ownline %s %s\n%s\n\n", op->noun, op->verb ? op->verb : "", op->help);
	for (const struct op_field *f = op->in; f->name; f++) {
		const char *name = f->option ? f->option : f->name;

		if (f->flags & OP_PORTAL)
			continue;
		printf("  %s%s%s  %s%s; %s\n", f->flags & OP_POSITIONAL ? "[--" : "--",
		       name, f->flags & OP_POSITIONAL ? "]" : "", f->help,
		       f->flags & OP_REQUIRED ? " (required)" : "",
		       op_field_expected(f, expected));
	}
	printf("  --json  the answer as JSON\n");
	return 0;
}

static const struct command *find_command(const struct args *a)
{
	for (const struct command *cmd = CLI_COMMANDS; cmd->noun; cmd++) {
		if (strcmp(cmd->noun, a->words[0]) == 0 &&
		    (!cmd->verb || (a->count > 1 && strcmp(cmd->verb, a->words[1]) == 0)))
			return cmd;
	}
	return NULL;
}

static const struct op *find_op(const struct args *a, unsigned *used)
{
	const struct op *op = NULL;

	*used = 2;
	if (a->count > 1)
		op = op_by_command(text_of(a->words[0]), text_of(a->words[1]));
	if (op)
		return op;
	*used = 1;
	return op_by_command(text_of(a->words[0]), TEXT_NONE);
}

static int unknown(const struct args *a)
{
	const char *verb = a->count > 1 ? a->words[1] : "", *best = NULL,
		   *best_verb = NULL;
	unsigned least = 2 * NEAR_MAX + 1;

	for (size_t i = 0; i < OPS_COUNT; i++) {
		unsigned d;

		if (!OPS[i].noun)
			continue;
		d = near_distance(a->words[0], OPS[i].noun) +
		    near_distance(verb, OPS[i].verb ? OPS[i].verb : "");
		if (d >= least)
			continue;
		least = d;
		best = OPS[i].noun;
		best_verb = OPS[i].verb ? OPS[i].verb : "";
	}
	if (best)
		return say("there is no command \"%s %s\"; did you mean \"%s %s\"?",
			   a->words[0], verb, best, best_verb);
	return say("there is no command \"%s %s\"; \"ownline help\" lists them",
		   a->words[0], verb);
}

static int run_command(const struct command *cmd, const struct args *a)
{
	unsigned used = cmd->verb ? 2 : 1;
	struct config c;
	int status;

	if (!cmd->needs_config)
		return cmd->run(NULL, a);
	if (a->count > used)
		return say("\"%s\" is one word too many", a->words[used]);
	if (say_config(a->config, &c))
		return 1;
	log_set_level((enum log_level)c.log);
	status = cmd->run(&c, a);
	config_wipe(&c);
	return status;
}

static int run_op(const struct op *op, const struct args *a, unsigned used)
{
	struct config c;
	int status;

	if (a->help)
		return help_op(op);
	if (say_config(a->config, &c))
		return 1;
	log_set_level(LOG_WARN);
	status = operator_run(&c, op, a, a->words + used, a->count - used);
	config_wipe(&c);
	return status;
}

static int choose(const struct args *a)
{
	const struct command *cmd;
	const struct op *op;
	unsigned used;

	cmd = find_command(a);
	if (cmd)
		return a->help ? run_help(NULL, a) : run_command(cmd, a);
	op = find_op(a, &used);
	return op ? run_op(op, a, used) : unknown(a);
}

int cli_main(int argc, char **argv)
{
	struct args a;

	umask(077);
	if (sodium_init() < 0)
		return say("libsodium cannot start");
	json_wipe_on_free();
	if (argc == 2 && strcmp(argv[1], SERVE_WEB_WORD) == 0)
		return serve_web_run();
	if (!args_split(argc, argv, &a))
		return 1;
	if (a.version) {
		printf("ownline %s\n", OWNLINE_VERSION);
		return 0;
	}
	if (a.count == 0)
		return run_help(NULL, &a), a.help ? 0 : 1;
	return choose(&a);
}
