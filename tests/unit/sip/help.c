/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/help.c - What the groups share. */

#include "help.h"

#include <stdlib.h>
#include <string.h>

struct copy {
	struct copy *next;
	char bytes[];
};

static struct copy *copies;

struct text exact(struct text t)
{
	struct copy *c = malloc(sizeof(*c) + t.len);

	assert_non_null(c);
	if (t.len > 0)
		memcpy(c->bytes, t.p, t.len);
	c->next = copies;
	copies = c;
	return (struct text){ c->bytes, t.len };
}

struct text exact_of(const char *cstr)
{
	return exact(text_of(cstr));
}

void exact_free_all(void)
{
	while (copies) {
		struct copy *c = copies;

		copies = c->next;
		free(c);
	}
}

void expect_text(const char *row, struct text got, const char *want)
{
	if (!text_eq(got, text_of(want)))
		fail_msg("%s: got \"%.*s\", want \"%s\"", row, TEXT_ARG(got), want);
}
