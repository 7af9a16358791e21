/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/play.c - Reads a play. */

#include "scenario/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INCLUDES_MAX = 4, LINE_MAX_LEN = 2000 };

static struct {
	void (*fn)(void *arg);
	void *arg;
} tidy;

void play_on_failure(void (*fn)(void *arg), void *arg)
{
	tidy.fn = fn;
	tidy.arg = arg;
}

_Noreturn void play_fail(const struct statement *at, unsigned line, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s:%u: ", at->path, line ? line : at->number);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	fflush(stderr);
	if (tidy.fn)
		tidy.fn(tidy.arg);
	_exit(1);
}

static void *must(void *p)
{
	if (p)
		return p;
	fputs("no memory\n", stderr);
	_exit(1);
}

static char *copy(struct play *p, const char *text)
{
	return (char *)must((void *)arena_text(p->arena, text_of(text)).p);
}

/* Words end at blanks; "..." is one; a comma at the end of one is only punctuation. */
static char *next_word(char **rest)
{
	char *p = *rest + strspn(*rest, " \t"), *word, *end;

	if (!*p)
		return NULL;
	word = *p == '"' ? p + 1 : p;
	end = word + (*p == '"' ? strcspn(word, "\"") : strcspn(word, " \t"));
	*rest = *end ? end + 1 : end;
	if (*p == '"')
		*rest += strspn(*rest, ",");
	*end = '\0';
	if (*p != '"' && end - word > 1 && end[-1] == ',')
		end[-1] = '\0';
	return word;
}

static void split(struct play *p, struct statement *s)
{
	char *rest = copy(p, s->text), *word;

	while ((word = next_word(&rest))) {
		if (s->word_count == PLAY_WORDS_MAX - 1)
			play_fail(s, 0, "too many words");
		s->words[s->word_count++] = word;
	}
}

static struct statement *begin(struct play *p, const char *path, unsigned number,
			       const char *text)
{
	struct statement *s = must(arena_alloc(p->arena, sizeof(*s)));

	s->path = path;
	s->number = number;
	s->text = copy(p, text);
	if (p->count == PLAY_STATEMENTS_MAX)
		play_fail(s, 0, "too many statements");
	p->statements[p->count++] = s;
	split(p, s);
	return s;
}

static void add_line(struct play *p, struct statement *s, unsigned number,
		     const char *text)
{
	if (s->block_count == PLAY_BLOCK_MAX)
		play_fail(s, number, "too many lines below one statement");
	s->block[s->block_count++] = (struct play_line){ number, copy(p, text) };
}

static void read_file(struct play *p, const char *path, unsigned depth);

/* Beside the play that asks for it. */
static void include(struct play *p, const struct statement *s, unsigned depth)
{
	const char *slash = strrchr(s->path, '/');
	int dir = slash ? (int)(slash - s->path) + 1 : 0;
	char path[LINE_MAX_LEN];

	if (s->word_count != 2 || depth == INCLUDES_MAX)
		play_fail(s, 0, "expected: include FILE");
	snprintf(path, sizeof(path), "%.*s%s", dir, s->path, s->words[1]);
	p->count--; /* the statement itself is no part of the play */
	read_file(p, copy(p, path), depth + 1);
}

static void take_line(struct play *p, const char *path, unsigned number, char *line,
		      unsigned depth)
{
	struct statement *last = p->count ? p->statements[p->count - 1] : NULL;
	struct statement *s;

	line[strcspn(line, "\r\n")] = '\0';
	if (*line == '#' || !line[strspn(line, " \t")])
		return;
	if (*line != ' ' && *line != '\t') {
		s = begin(p, path, number, line);
		if (strcmp(s->words[0], "include") == 0)
			include(p, s, depth);
	} else if (last) {
		add_line(p, last, number, line + strspn(line, " \t"));
	}
}

static void read_file(struct play *p, const char *path, unsigned depth)
{
	char line[LINE_MAX_LEN];
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		_exit(1);
	}
	for (unsigned number = 1; fgets(line, sizeof(line), f); number++)
		take_line(p, path, number, line, depth);
	fclose(f);
}

void play_read(struct play *p, const char *path)
{
	p->arena = must(arena_new(1 << 16));
	p->count = 0;
	read_file(p, path, 0);
}

void play_free(struct play *p)
{
	arena_free(p->arena);
}
