/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_read.c - Walks the YAML document (libyaml) by the table of keys, so that
 * each fault can name its line, its key and what was expected. */

#include "cli/config_read.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "cli/near.h"

enum { NAME_SIZE = 64 };

struct reader {
	yaml_document_t doc;
	struct config_faults *faults;
	const struct config_key *keys;
	void *base;
	bool seen[CONFIG_KEYS_MAX];
	const char *within; /* "trunks" for its entries, "" at the top */
};

void config_fault(struct config_faults *f, unsigned line, const char *key,
		  const char *fmt, ...)
{
	struct config_fault *one;
	va_list ap;

	if (f->count++ >= CONFIG_FAULTS_MAX)
		return;
	one = &f->faults[f->count - 1];
	one->line = line;
	snprintf(one->key, sizeof(one->key), "%s", key);
	va_start(ap, fmt);
	vsnprintf(one->text, sizeof(one->text), fmt, ap);
	va_end(ap);
}

static unsigned line_of(const yaml_node_t *n)
{
	return (unsigned)n->start_mark.line + 1;
}

static struct text scalar(const yaml_node_t *n)
{
	return (struct text){ (const char *)n->data.scalar.value, n->data.scalar.length };
}

/* The difference in length alone is that much to add. */
static bool near_in_length(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	return (la > lb ? la - lb : lb - la) <= NEAR_MAX;
}

static const char *nearest(const struct config_key *keys, const char *name)
{
	const char *best = NULL;
	unsigned least = NEAR_MAX + 1;

	for (; keys->name; keys++) {
		unsigned d = near_in_length(name, keys->name)
				     ? near_distance(name, keys->name)
				     : least;

		if (d < least) {
			least = d;
			best = keys->name;
		}
	}
	return best;
}

static void unknown(struct reader *r, const yaml_node_t *key, const char *name)
{
	bool shown = r->faults->count < CONFIG_FAULTS_MAX;
	const char *near = shown ? nearest(r->keys, name) : NULL;

	if (near)
		config_fault(r->faults, line_of(key), name,
			     "unknown key; did you mean %s?", near);
	else
		config_fault(r->faults, line_of(key), name, "unknown key");
}

/* Passwords, tokens, and URLs with either: what is printed stays in terminals and logs.
 */
static bool may_hold_secret(const struct config_key *key)
{
	static const char *const words[] = { "password", "headers", "body", "url",
					     "store" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(key->name, words[i]))
			return true;
	}
	return false;
}

static void expected(struct reader *r, const yaml_node_t *value,
		     const struct config_key *key, const char *what)
{
	char found[64], name[NAME_SIZE];

	snprintf(name, sizeof(name), "%s%s%s", r->within, r->within[0] ? "." : "",
		 key->name);
	if (value->type != YAML_SCALAR_NODE)
		config_fault(r->faults, line_of(value), name, "expected %s, found a %s",
			     what, value->type == YAML_MAPPING_NODE ? "mapping" : "list");
	else if (may_hold_secret(key))
		config_fault(r->faults, line_of(value), name, "expected %s", what);
	else
		config_fault(r->faults, line_of(value), name, "expected %s, found %s",
			     what, log_text(found, sizeof(found), scalar(value)));
}

static void take_one(struct reader *r, const struct config_key *key,
		     const yaml_node_t *value)
{
	const char *what;

	if (value->type != YAML_SCALAR_NODE) {
		expected(r, value, key, "one value");
		return;
	}
	what = key->take(r->base, key, scalar(value));
	if (what)
		expected(r, value, key, what);
}

static void take_list(struct reader *r, const struct config_key *key,
		      const yaml_node_t *value)
{
	if (value->type != YAML_SEQUENCE_NODE) {
		expected(r, value, key, "a list");
		return;
	}
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top; i++)
		take_one(r, key, yaml_document_get_node(&r->doc, *i));
}

static void walk(struct reader *r, const yaml_node_t *mapping, const char *prefix);

static void require(struct reader *r, unsigned line)
{
	char name[NAME_SIZE];

	for (size_t i = 0; r->keys[i].name; i++) {
		if (r->seen[i] || r->keys[i].otherwise)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", r->within, r->within[0] ? "." : "",
			 r->keys[i].name);
		config_fault(r->faults, line, name, "missing; this key has no default");
	}
}

static void take_entry(struct reader *top, const struct config_key *key,
		       const yaml_node_t *value)
{
	const struct config_entries *e = key->entries;
	unsigned *count = (unsigned *)((char *)top->base + e->count_at);
	struct reader r = { .doc = top->doc,
			    .faults = top->faults,
			    .keys = e->keys,
			    .within = key->name };

	if (value->type != YAML_MAPPING_NODE || *count >= e->max) {
		expected(top, value, key, e->expected);
		return;
	}
	r.base = (char *)top->base + key->offset + e->size * (*count)++;
	walk(&r, value, "");
	require(&r, line_of(value));
	config_defaults(r.base, r.keys, r.seen);
}

static void take_entries(struct reader *r, const struct config_key *key,
			 const yaml_node_t *value)
{
	if (value->type != YAML_SEQUENCE_NODE) {
		expected(r, value, key, "a list");
		return;
	}
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top; i++)
		take_entry(r, key, yaml_document_get_node(&r->doc, *i));
}

static bool is_group(const struct config_key *keys, const char *name)
{
	size_t len = strlen(name);

	for (; keys->name; keys++) {
		if (strncmp(keys->name, name, len) == 0 && keys->name[len] == '.')
			return true;
	}
	return false;
}

static void take_key(struct reader *r, const yaml_node_t *key, const yaml_node_t *value,
		     const char *name)
{
	static void (*const takes[])(struct reader *, const struct config_key *,
				     const yaml_node_t *) = {
		[CONFIG_ONE] = take_one,
		[CONFIG_LIST] = take_list,
		[CONFIG_ENTRIES] = take_entries,
	};

	for (size_t i = 0; r->keys[i].name; i++) {
		if (strcmp(r->keys[i].name, name) != 0)
			continue;
		if (r->seen[i])
			config_fault(r->faults, line_of(key), name, "given twice");
		r->seen[i] = true;
		takes[r->keys[i].shape](r, &r->keys[i], value);
		return;
	}
	if (!is_group(r->keys, name))
		unknown(r, key, name);
	else if (value->type != YAML_MAPPING_NODE)
		config_fault(r->faults, line_of(value), name, "expected a mapping");
	else
		walk(r, value, name);
}

/* Recursion ends with the table: only groups of it are entered, and they nest once. */
static void walk(struct reader *r, const yaml_node_t *mapping, const char *prefix)
{
	char name[NAME_SIZE];

	for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start;
	     p < mapping->data.mapping.pairs.top; p++) {
		const yaml_node_t *key = yaml_document_get_node(&r->doc, p->key);
		const yaml_node_t *value = yaml_document_get_node(&r->doc, p->value);

		if (key->type != YAML_SCALAR_NODE || scalar(key).len > 30) {
			config_fault(r->faults, line_of(key), prefix,
				     "expected a key: value");
			continue;
		}
		snprintf(name, sizeof(name), "%s%s%.*s", prefix, prefix[0] ? "." : "",
			 TEXT_ARG(scalar(key)));
		take_key(r, key, value, name);
	}
}

static void walk_document(yaml_document_t *doc, struct config *c, struct config_faults *f)
{
	struct reader r = {
		.doc = *doc, .faults = f, .keys = CONFIG_KEYS, .base = c, .within = ""
	};
	yaml_node_t *root = yaml_document_get_root_node(doc);

	if (root && root->type == YAML_MAPPING_NODE)
		walk(&r, root, "");
	else if (root)
		config_fault(f, line_of(root), "", "expected keys and values");
	require(&r, 0);
	config_defaults(c, CONFIG_KEYS, r.seen);
}

/* A second document would be ignored, whatever it says. */
static void refuse_more(yaml_parser_t *parser, struct config_faults *f)
{
	yaml_document_t doc;
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, &doc))
		return;
	root = yaml_document_get_root_node(&doc);
	if (root)
		config_fault(f, line_of(root), "",
			     "expected one document, found another");
	yaml_document_delete(&doc);
}

static int parse(struct text file, struct config *c, struct config_faults *f)
{
	yaml_parser_t parser;
	yaml_document_t doc;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)file.p, file.len);
	if (yaml_parser_load(&parser, &doc)) {
		walk_document(&doc, c, f);
		yaml_document_delete(&doc);
		refuse_more(&parser, f);
	} else {
		config_fault(f, (unsigned)parser.problem_mark.line + 1, "",
			     "not YAML: %s",
			     parser.problem ? parser.problem : "cannot be read");
	}
	yaml_parser_delete(&parser);
	return f->count ? -EINVAL : 0;
}

/* One byte more than is expected, to see that there is no more. What is no file (a pipe)
 * does not say its size. */
static size_t room_for(FILE *file)
{
	struct stat st;

	if (!file || fstat(fileno(file), &st) || !S_ISREG(st.st_mode) ||
	    st.st_size <= 0 || st.st_size > CONFIG_FILE_MAX)
		return CONFIG_FILE_MAX + 1;
	return (size_t)st.st_size + 1;
}

int config_read(const char *path, struct config *ret, struct config_faults *faults)
{
	FILE *file = fopen(path, "re");
	size_t room = room_for(file), len = 0;
	char *bytes = malloc(room);
	int error = file && bytes ? 0 : -errno;

	if (error)
		config_fault(faults, 0, "", "%s", strerror(-error));
	else
		len = fread(bytes, 1, room, file);
	if (!error && (ferror(file) || len == room)) {
		config_fault(faults, 0, "", "expected a file of at most 1 MB");
		error = -EFBIG;
	}
	if (!error)
		error = parse((struct text){ bytes, len }, ret, faults);
	if (bytes)
		sodium_memzero(bytes, len);
	free(bytes);
	if (file)
		fclose(file);
	return error;
}
