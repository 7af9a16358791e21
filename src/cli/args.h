/* SPDX-License-Identifier: Apache-2.0 */
/* cli/args.h - The command line: ownline [--config FILE] [--json] NOUN [VERB] ... */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <jansson.h>

#include "ops/op.h"

enum { ARGS_WORDS_MAX = 64 };

struct args {
	const char *config; /* path */
	bool json;
	bool help;
	bool version;
	const char *words[ARGS_WORDS_MAX]; /* all others, in order */
	unsigned count;
};

/* Takes the options out that every command has. False: one lacks its value (said). */
bool args_split(int argc, char **argv, struct args *ret);
/* An operation's input from words (behind noun and verb): --name VALUE, --name=VALUE, and
 * the positional fields in order. A file is opened: its descriptor in *file, else -1.
 * NULL: said what is wrong. */
json_t *args_input(const struct op *op, const char *const *words, unsigned count,
		   int *file);

#endif
