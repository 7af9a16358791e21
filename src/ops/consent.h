/* SPDX-License-Identifier: Apache-2.0 */
/* ops/consent.h - The terms that a customer accepts before the first credential, dated by
 * a version, one text per language. The binary brings some (data/consent); an operator
 * may have his own. */
#ifndef OPS_CONSENT_H
#define OPS_CONSENT_H

#include <jansson.h>

#include "store/rows.h"

enum { CONSENT_LANGUAGES = 4, CONSENT_REASON_SIZE = 200 };

/* What the build made of data/consent: de fr it en. */
struct consent_source {
	const char *language;
	const char *json;
};
extern const struct consent_source consent_built_in[CONSENT_LANGUAGES];

struct consent_texts {
	char version[ROW_WORD_SIZE];
	json_t *texts[CONSENT_LANGUAGES];
};

/* Reads dir/{de,fr,it,en}.json, or what is built in when dir is "":
 * {"version", "sections": [{"key","title","text"}]}, the same version in all. 0 or
 * negative errno with a sentence. */
int consent_load(const char *dir, struct consent_texts *ret,
		 char reason[CONSENT_REASON_SIZE]);
void consent_free(struct consent_texts *c);
/* In that language, or English; borrowed. */
const json_t *consent_text(const struct consent_texts *c, const char *language);

#endif
