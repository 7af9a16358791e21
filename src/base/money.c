/* SPDX-License-Identifier: Apache-2.0 */
/* base/money.c - Money as text and as micro-units. */

#include "base/money.h"

#include <errno.h>
#include <stdio.h>

enum { MONEY_DIGITS_MAX = 12, MONEY_DECIMALS_MAX = 6, MONEY_DECIMALS_MIN = 2 };

static int decode_fraction(struct text t, uint64_t *ret)
{
	uint64_t n;
	int r = text_to_u64(t, UINT64_MAX, &n);

	if (r < 0)
		return r;
	if (t.len > MONEY_DECIMALS_MAX)
		return -ERANGE;
	for (size_t i = t.len; i < MONEY_DECIMALS_MAX; i++)
		n *= 10;
	*ret = n;
	return 0;
}

int money_decode(struct text t, int64_t *ret)
{
	bool negative = text_starts(t, TEXT("-"));
	struct text whole, decimals;
	uint64_t units, micros = 0;
	int r;

	if (negative)
		t = text_from(t, 1);
	if (text_split(t, '.', &whole, &decimals)) {
		r = decode_fraction(decimals, &micros);
		if (r < 0)
			return r;
	}
	r = text_to_u64(whole, UINT64_MAX, &units);
	if (r < 0)
		return r;
	if (whole.len > MONEY_DIGITS_MAX)
		return -ERANGE;
	micros += units * MONEY_UNIT;
	*ret = negative ? -(int64_t)micros : (int64_t)micros;
	return 0;
}

const char *money_encode(char dst[MONEY_TEXT_SIZE], int64_t micros)
{
	uint64_t n = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
	int len = snprintf(dst, MONEY_TEXT_SIZE, "%s%llu.%06llu", micros < 0 ? "-" : "",
			   (unsigned long long)(n / MONEY_UNIT),
			   (unsigned long long)(n % MONEY_UNIT));
	int least = len - (MONEY_DECIMALS_MAX - MONEY_DECIMALS_MIN);

	while (len > least && dst[len - 1] == '0')
		dst[--len] = '\0';
	return dst;
}

int64_t money_muldiv_up(int64_t a, int64_t b, int64_t c)
{
	__int128 n = ((__int128)a * b + (c - 1)) / c;

	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}
