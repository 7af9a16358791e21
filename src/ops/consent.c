/* SPDX-License-Identifier: Apache-2.0 */
/* ops/consent.c - Reads the terms. */

#include "ops/consent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ENGLISH = 3, PATH_SIZE = 1024 };

static bool sections_good(const json_t *sections)
{
	size_t i;
	json_t *s;

	if (!json_is_array(sections) || json_array_size(sections) == 0)
		return false;
	json_array_foreach ((json_t *)sections, i, s) {
		if (!json_is_string(json_object_get(s, "key")) ||
		    !json_is_string(json_object_get(s, "title")) ||
		    !json_is_string(json_object_get(s, "text")))
			return false;
	}
	return true;
}

static json_t *read_one(const char *dir, size_t i, char path[PATH_SIZE],
			json_error_t *where)
{
	const struct consent_source *built_in = &consent_built_in[i];

	if (dir[0]) {
		snprintf(path, PATH_SIZE, "%s/%s.json", dir, built_in->language);
		return json_load_file(path, JSON_REJECT_DUPLICATES, where);
	}
	snprintf(path, PATH_SIZE, "built-in %s.json", built_in->language);
	return json_loads(built_in->json, JSON_REJECT_DUPLICATES, where);
}

static int load_one(const char *dir, size_t i, struct consent_texts *c,
		    char reason[CONSENT_REASON_SIZE])
{
	char path[PATH_SIZE];
	json_error_t where;
	const char *version;
	json_t *j = read_one(dir, i, path, &where);

	if (!j) {
		snprintf(reason, CONSENT_REASON_SIZE, "%.90s line %d: %.80s", path,
			 where.line, where.text);
		return -ENOENT;
	}
	c->texts[i] = j;
	version = json_string_value(json_object_get(j, "version"));
	if (!version || !sections_good(json_object_get(j, "sections")) ||
	    (i > 0 && strcmp(version, c->version) != 0) ||
	    text_copy(c->version, sizeof(c->version), text_of(version))) {
		snprintf(reason, CONSENT_REASON_SIZE,
			 "%.120s: expected a version, the same in all languages, and "
			 "sections",
			 path);
		return -EBADMSG;
	}
	return 0;
}

int consent_load(const char *dir, struct consent_texts *ret,
		 char reason[CONSENT_REASON_SIZE])
{
	struct consent_texts c = { "" };
	int error = 0;

	for (size_t i = 0; i < CONSENT_LANGUAGES && !error; i++)
		error = load_one(dir, i, &c, reason);
	if (error)
		consent_free(&c);
	else
		*ret = c;
	return error;
}

void consent_free(struct consent_texts *c)
{
	for (size_t i = 0; i < CONSENT_LANGUAGES; i++)
		json_decref(c->texts[i]);
	*c = (struct consent_texts){ "" };
}

const json_t *consent_text(const struct consent_texts *c, const char *language)
{
	for (size_t i = 0; i < CONSENT_LANGUAGES; i++) {
		if (strcmp(language, consent_built_in[i].language) == 0)
			return c->texts[i];
	}
	return c->texts[ENGLISH];
}
