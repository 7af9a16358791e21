/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/words.h - Words of a statement, found by the word before them. */
#ifndef SCENARIO_WORDS_H
#define SCENARIO_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "scenario/play.h"

bool words_has(const struct statement *s, const char *word);
/* The word behind that one; the play fails when there is none. */
const char *words_need(const struct statement *s, const char *word);
/* The same, or NULL. */
const char *words_after(const struct statement *s, const char *word);
void words_copy(const struct statement *s, const char *word, char *dst, size_t cap);
/* "500ms", "2s", "3m", "1h". */
int64_t words_time_us(const struct statement *s, const char *word);

#endif
