/* SPDX-License-Identifier: Apache-2.0 */
/* cli/args.c - Words into options and an operation's input. */

#include "cli/args.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"

#define CONFIG_DEFAULT "/etc/ownline/ownline.yaml"

/* "--config FILE" and "--config=FILE". */
static bool take_config(int argc, char **argv, int *i, struct args *a)
{
	if (strncmp(argv[*i], "--config=", 9) == 0) {
		a->config = argv[*i] + 9;
		return true;
	}
	if (*i + 1 >= argc) {
		say("--config wants a file");
		return false;
	}
	a->config = argv[++*i];
	return true;
}

bool args_split(int argc, char **argv, struct args *ret)
{
	const char *env = getenv("OWNLINE_CONFIG");
	struct args a = { .config = env ? env : CONFIG_DEFAULT };

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 ||
		    strncmp(argv[i], "--config=", 9) == 0) {
			if (!take_config(argc, argv, &i, &a))
				return false;
		} else if (strcmp(argv[i], "--json") == 0) {
			a.json = true;
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			a.help = true;
		} else if (strcmp(argv[i], "--version") == 0) {
			a.version = true;
		} else if (a.count < ARGS_WORDS_MAX) {
			a.words[a.count++] = argv[i];
		}
	}
	*ret = a;
	return true;
}

struct taking {
	const struct op *op;
	const char *const *words;
	unsigned count, at;
	json_t *in;
	int *file;
};

static const struct op_field *field_of_option(const struct op *op, struct text name)
{
	for (const struct op_field *f = op->in; f->name; f++) {
		if (!(f->flags & OP_PORTAL) &&
		    text_eq(text_of(f->option ? f->option : f->name), name))
			return f;
	}
	return NULL;
}

static const struct op_field *next_positional(const struct taking *t)
{
	for (const struct op_field *f = t->op->in; f->name; f++) {
		if (!(f->flags & OP_POSITIONAL) || json_object_get(t->in, f->name))
			continue;
		if (f->type != OP_FILE || *t->file < 0)
			return f;
	}
	return NULL;
}

static bool take_value(struct taking *t, const struct op_field *f, const char *value)
{
	char expected[OP_WHY_SIZE];
	json_t *j;

	if (f->type == OP_FILE) {
		*t->file = open(value, O_RDONLY | O_CLOEXEC);
		if (*t->file < 0)
			say("%s: %s", value, strerror(errno));
		return *t->file >= 0;
	}
	j = op_field_value(f, text_of(value));
	if (j && json_object_set_new(t->in, f->name, j) == 0)
		return true;
	say("%s: expected %s", f->option ? f->option : f->name,
	    op_field_expected(f, expected));
	return false;
}

static bool take_option(struct taking *t, const char *word)
{
	struct text name = text_of(word + 2), value;
	bool has_value = text_split(name, '=', &name, &value);
	const struct op_field *f = field_of_option(t->op, name);

	if (!f) {
		say("there is no option --%.*s here; try \"ownline %s%s%s --help\"",
		    TEXT_ARG(name), t->op->noun, t->op->verb ? " " : "",
		    t->op->verb ? t->op->verb : "");
		return false;
	}
	if (has_value)
		return take_value(t, f, value.p);
	if (f->type == OP_FLAG)
		return take_value(t, f, "true");
	if (t->at == t->count) {
		say("--%.*s wants a value", TEXT_ARG(name));
		return false;
	}
	return take_value(t, f, t->words[t->at++]);
}

static bool take_word(struct taking *t, const char *word)
{
	const struct op_field *f;

	if (strncmp(word, "--", 2) == 0)
		return take_option(t, word);
	f = next_positional(t);
	if (f)
		return take_value(t, f, word);
	say("\"%s\" is one word too many", word);
	return false;
}

static bool complete(const struct taking *t)
{
	char why[OP_WHY_SIZE];
	const char *name;
	const struct op_field *f;

	for (f = t->op->in; f->name; f++) {
		if (f->type == OP_FILE && (f->flags & OP_REQUIRED) && *t->file < 0) {
			say("%s is missing; expected a file", f->name);
			return false;
		}
	}
	if (op_fields_check(t->op->in, t->in, true, &name, why) == 0)
		return true;
	f = op_field(t->op->in, text_of(name));
	name = f && f->option ? f->option : name;
	say("%s: expected %s", name, why);
	return false;
}

json_t *args_input(const struct op *op, const char *const *words, unsigned count,
		   int *file)
{
	struct taking t = { op, words, count, 0, json_object(), file };
	bool good = t.in != NULL;

	*file = -1;
	while (good && t.at < count)
		good = take_word(&t, words[t.at++]);
	if (good && complete(&t))
		return t.in;
	json_decref(t.in);
	if (*file >= 0)
		close(*file);
	*file = -1;
	return NULL;
}
