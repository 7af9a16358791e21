/* SPDX-License-Identifier: Apache-2.0 */
/* base/e164.c - Numbers in E.164 (ITU-T E.164, country codes as of its list). */

#include "base/e164.h"

#include <string.h>

enum { E164_DIGITS_MIN = 3, E164_DIGITS_MAX = 15, E164_TAIL = 2 };

bool e164_valid(struct text t)
{
	if (t.len < 1 + E164_DIGITS_MIN || t.len > 1 + E164_DIGITS_MAX)
		return false;
	if (t.p[0] != '+' || t.p[1] == '0')
		return false;
	for (size_t i = 1; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
	}
	return true;
}

/* Zones 1 and 7 have one digit; of the others these begin a code of two, the rest
 * codes of three. */
static size_t country_len(struct text digits)
{
	static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 "
				  "51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
				  "81 82 84 86 90 91 92 93 94 95 98 ";

	if (digits.len && (digits.p[0] == '1' || digits.p[0] == '7'))
		return 1;
	for (const char *code = two; digits.len >= 2 && *code; code += 3) {
		if (memcmp(code, digits.p, 2) == 0)
			return 2;
	}
	return 3;
}

const char *e164_mask(char dst[E164_SIZE], struct text number)
{
	size_t head;

	number = text_sub(number, 0, E164_SIZE - 1);
	head = 1 + country_len(text_from(number, 1));
	text_copy(dst, E164_SIZE, number);
	for (size_t i = head; i + E164_TAIL < number.len; i++)
		dst[i] = 'x';
	return dst;
}
