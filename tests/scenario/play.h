/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/play.h - A play as text: statements, each with the indented lines below it. */
#ifndef SCENARIO_PLAY_H
#define SCENARIO_PLAY_H

#include "base/arena.h"

enum { PLAY_STATEMENTS_MAX = 1000, PLAY_BLOCK_MAX = 120, PLAY_WORDS_MAX = 40 };

struct play_line {
	unsigned number;
	char *text; /* without its indentation */
};

struct statement {
	const char *path;
	unsigned number;
	char *text;
	char *words[PLAY_WORDS_MAX]; /* of text, quotes taken off, then NULL */
	unsigned word_count;
	struct play_line block[PLAY_BLOCK_MAX];
	unsigned block_count;
};

struct play {
	struct arena *arena;
	struct statement *statements[PLAY_STATEMENTS_MAX];
	unsigned count;
};

/* Ends the program with a message when it cannot. "include FILE" (beside the play) is
 * replaced by that file. */
void play_read(struct play *p, const char *path);
void play_free(struct play *p);

/* What to tidy up when a play fails. */
void play_on_failure(void (*tidy)(void *arg), void *arg);
/* Says where, why, and ends the program: the play has failed. */
_Noreturn void play_fail(const struct statement *at, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
