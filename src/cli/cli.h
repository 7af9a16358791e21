/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cli.h - The program's commands. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/args.h"
#include "cli/config.h"

struct command {
	const char *noun;
	const char *verb; /* NULL: none */
	bool needs_config;
	int (*run)(const struct config *c, const struct args *a);
	const char *help;
};

/* Those that are no operations; the others are in ops/op.h. NULL noun ends it. */
extern const struct command CLI_COMMANDS[];

int cli_main(int argc, char **argv);

#endif
