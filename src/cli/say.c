/* SPDX-License-Identifier: Apache-2.0 */
/* cli/say.c - Sentences for people. */

#include "cli/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int say(const char *fmt, ...)
{
	va_list ap;

	fputs("ownline: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 1;
}

static void say_fault(const char *path, const struct config_fault *f)
{
	char line[24] = "";

	if (f->line)
		snprintf(line, sizeof(line), " line %u", f->line);
	say("%s%s: %s%s%s", path, line, f->key, f->key[0] ? ": " : "", f->text);
}

int say_config(const char *path, struct config *ret)
{
	struct config_faults *f = malloc(sizeof(*f));
	int error;

	if (!f)
		return say("out of memory");
	error = config_load(path, ret, f);
	for (unsigned i = 0; i < f->count && i < CONFIG_FAULTS_MAX; i++)
		say_fault(path, &f->faults[i]);
	if (f->count > CONFIG_FAULTS_MAX)
		say("%s: and %u more", path, f->count - CONFIG_FAULTS_MAX);
	free(f);
	return error ? 1 : 0;
}

static void say_warning(void *arg, const char *text)
{
	++*(unsigned *)arg;
	say("WARNING: %s", text);
}

unsigned say_warnings(const struct config *c)
{
	unsigned count = 0;

	config_warn(c, say_warning, &count);
	return count;
}
