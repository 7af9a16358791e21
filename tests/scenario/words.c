/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/words.c - Words of a statement, found by the word before them. */

#include "scenario/words.h"

#include <stdlib.h>
#include <string.h>

static unsigned index_of(const struct statement *s, const char *word)
{
	for (unsigned i = 0; i < s->word_count; i++) {
		if (strcmp(s->words[i], word) == 0)
			return i;
	}
	return s->word_count;
}

bool words_has(const struct statement *s, const char *word)
{
	return index_of(s, word) < s->word_count;
}

const char *words_after(const struct statement *s, const char *word)
{
	unsigned i = index_of(s, word);

	return i < s->word_count ? s->words[i + 1] : NULL;
}

const char *words_need(const struct statement *s, const char *word)
{
	const char *found = words_after(s, word);

	if (!found)
		play_fail(s, 0, "\"%s\" and what follows it is missing", word);
	return found;
}

void words_copy(const struct statement *s, const char *word, char *dst, size_t cap)
{
	if (text_copy(dst, cap, text_of(word)) < 0)
		play_fail(s, 0, "too long: %s", word);
}

int64_t words_time_us(const struct statement *s, const char *word)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {
		{ "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 }, { "h", 3600000000 }
	};
	char *end;
	long long n = strtoll(word, &end, 10);

	for (size_t i = 0; end != word && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) == 0)
			return n * units[i].us;
	}
	play_fail(s, 0, "%s is no time: 500ms, 2s, 3m, 1h", word);
}
