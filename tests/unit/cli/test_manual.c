/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_manual.c - The man pages and the sample know every command, every option
 * and every key of the tables. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/config_key.h"
#include "unit.h"

/* The page as text: without \- and \f escapes and quotes. */
static char *page(const char *path)
{
	char *raw = unit_read(path), *out = calloc(1, strlen(raw) + 1), *to = out;

	for (const char *p = raw; *p; p++) {
		if (p[0] == '\\' && p[1] == 'f' && p[2]) {
			p += 2;
		} else if (p[0] == '\\' && p[1] == '-') {
			*to++ = '-';
			p++;
		} else if (*p != '"') {
			*to++ = *p;
		}
	}
	free(raw);
	return out;
}

/* The part of the page that describes one command. */
static char *section(const char *manual, const char *command)
{
	char *start = NULL, *end;
	const char *found = manual;
	char heading[80];

	snprintf(heading, sizeof(heading), "ownline %s", command);
	while ((found = strstr(found, heading))) {
		if (found[strlen(heading)] == ' ' || found[strlen(heading)] == '\n') {
			start = strdup(found);
			break;
		}
		found++;
	}
	if (!start)
		return NULL;
	end = strstr(start, "\n.TP");
	if (end && strncmp(start, "ownline import", 14) != 0)
		*end = '\0';
	return start;
}

static void assert_options(const struct op *op, const char *text)
{
	char option[48];

	for (const struct op_field *f = op->in; f->name; f++) {
		if (f->flags & (OP_PORTAL | OP_POSITIONAL))
			continue;
		snprintf(option, sizeof(option), "--%s", f->option ? f->option : f->name);
		if (!strstr(text, option))
			fail_msg("ownline(1) %s: %s is missing", op->name, option);
	}
}

static void test_commands(void **state)
{
	char *manual = page(SOURCE_ROOT "/docs/man/ownline.1"), *text, name[64];

	for (const struct command *c = CLI_COMMANDS; c->noun; c++) {
		snprintf(name, sizeof(name), "%s%s%s", c->noun, c->verb ? " " : "",
			 c->verb ? c->verb : "");
		text = section(manual, name);
		if (!text)
			fail_msg("ownline(1) lacks %s", name);
		free(text);
	}
	for (size_t i = 0; i < OPS_COUNT; i++) {
		const struct op *op = &OPS[i];

		if (!op->noun)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", op->noun, op->verb ? " " : "",
			 op->verb ? op->verb : "");
		text = section(manual, name);
		if (!text)
			fail_msg("ownline(1) lacks %s", name);
		assert_options(op, text);
		free(text);
	}
	free(manual);
}

static void test_keys_are_in_the_manual(void **state)
{
	char *manual = page(SOURCE_ROOT "/docs/man/ownline.yaml.5"), *trunks;

	for (const struct config_key *k = CONFIG_KEYS; k->name; k++) {
		if (!strstr(manual, k->name))
			fail_msg("ownline.yaml(5) lacks %s", k->name);
		if (k->otherwise && k->otherwise[0] && !strstr(k->otherwise, "/pages") &&
		    !strchr(k->otherwise, ' ') && !strstr(manual, k->otherwise))
			fail_msg("ownline.yaml(5): %s is by default %s", k->name,
				 k->otherwise);
	}
	trunks = strstr(manual, ".SH TRUNKS");
	assert_non_null(trunks);
	for (const struct config_key *k = CONFIG_TRUNK_KEYS; k->name; k++) {
		if (!strstr(trunks, k->name))
			fail_msg("ownline.yaml(5) lacks trunks.%s", k->name);
	}
	free(manual);
}

/* "edge.listen": a line "  listen:" below the line "edge:", before the next group. */
static bool in_sample(const char *sample, const char *name)
{
	const char *dot = strchr(name, '.'), *group, *end, *leaf;
	char line[64];

	if (!dot) {
		snprintf(line, sizeof(line), "\n%s:", name);
		return strstr(sample, line) != NULL;
	}
	snprintf(line, sizeof(line), "\n%.*s:", (int)(dot - name), name);
	group = strstr(sample, line);
	snprintf(line, sizeof(line), "\n  %s:", dot + 1);
	leaf = group ? strstr(group, line) : NULL;
	end = group ? strstr(group, "\n\n") : NULL;
	return leaf && (!end || leaf < end);
}

static void test_keys_are_in_the_sample(void **state)
{
	char *sample = unit_read(SOURCE_ROOT "/data/ownline.yaml"), line[64], *trunks;

	for (const struct config_key *k = CONFIG_KEYS; k->name; k++) {
		if (!in_sample(sample, k->name))
			fail_msg("data/ownline.yaml lacks %s", k->name);
	}
	trunks = strstr(sample, "\ntrunks:");
	for (const struct config_key *k = CONFIG_TRUNK_KEYS; k->name; k++) {
		snprintf(line, sizeof(line), " %s:", k->name);
		if (!strstr(trunks, line))
			fail_msg("data/ownline.yaml lacks trunks.%s", k->name);
	}
	free(sample);
}

static void test_the_sample_is_good_and_shows_the_defaults(void **state)
{
	struct config *sample = calloc(1, sizeof(*sample)),
		      *plain = calloc(1, sizeof(*plain));
	struct config_faults *f = calloc(1, sizeof(*f));
	char path[64];

	if (config_load(SOURCE_ROOT "/data/ownline.yaml", sample, f))
		fail_msg("line %u: %s: %s", f->faults[0].line, f->faults[0].key,
			 f->faults[0].text);
	unit_write("domain: voip.example.ch\n", path);
	assert_int_equal(config_load(path, plain, f), 0);
	for (const struct config_key *k = CONFIG_KEYS; k->name; k++) {
		if (strcmp(k->name, "trunks") == 0 ||
		    strcmp(k->name, "portal.pages") == 0)
			continue;
		if (memcmp((char *)sample + k->offset, (char *)plain + k->offset,
			   k->size))
			fail_msg("data/ownline.yaml shows another %s than the default",
				 k->name);
	}
	remove(path);
	free(sample);
	free(plain);
	free(f);
}

static void test_every_key_has_help(void **state)
{
	for (const struct config_key *k = CONFIG_KEYS; k->name; k++)
		assert_true(k->help && k->help[strlen(k->help) - 1] == '.');
	for (const struct config_key *k = CONFIG_TRUNK_KEYS; k->name; k++)
		assert_true(k->help && k->help[strlen(k->help) - 1] == '.');
}

int manual_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_keys_are_in_the_manual),
		cmocka_unit_test(test_keys_are_in_the_sample),
		cmocka_unit_test(test_the_sample_is_good_and_shows_the_defaults),
		cmocka_unit_test(test_every_key_has_help),
	};

	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
