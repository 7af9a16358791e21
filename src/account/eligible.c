/* SPDX-License-Identifier: Apache-2.0 */
/* account/eligible.c - Who may have credentials. */

#include "account/eligible.h"

#include <stddef.h>

#include "account/book.h"
#include "base/date.h"

static const struct {
	const char *code;
	const char *text;
} verdicts[] = {
	[ELIGIBLE] = { "", "The line may have credentials." },
	[ELIGIBLE_PRODUCT_NEVER] = { "product_never",
				     "The line's product has no credentials." },
	[ELIGIBLE_PRODUCT_NOT_YET] = { "product_not_yet",
				       "The line's product has credentials from a later "
				       "day." },
	[ELIGIBLE_SEGMENT_NOT_COVERED] = { "segment_not_covered",
					   "The line's product has no credentials for "
					   "customers of this segment." },
	[ELIGIBLE_LINE_NOT_STARTED] = { "line_not_started",
					"The line has not begun yet." },
	[ELIGIBLE_LINE_ENDED] = { "line_ended", "The line has ended." },
};

static enum eligibility by_product(struct account_book *b, const char *name,
				   enum segment segment, int32_t today, int32_t *from)
{
	struct product product;
	bool other;

	if (account_product_find(b, name, segment, &product, &other))
		return other ? ELIGIBLE_SEGMENT_NOT_COVERED : ELIGIBLE_PRODUCT_NEVER;
	if (product.credentials_from == DATE_DAY_NEVER)
		return ELIGIBLE_PRODUCT_NEVER;
	if (product.credentials_from <= today)
		return ELIGIBLE;
	if (from)
		*from = product.credentials_from;
	return ELIGIBLE_PRODUCT_NOT_YET;
}

enum eligibility account_eligible(struct account_book *b, const struct line_row *line,
				  enum segment segment, int32_t today, int32_t *from)
{
	if (today > line->to_day)
		return ELIGIBLE_LINE_ENDED;
	if (today < line->from_day)
		return ELIGIBLE_LINE_NOT_STARTED;
	return by_product(b, line->product, segment, today, from);
}

const char *account_eligibility_code(enum eligibility e)
{
	return verdicts[e].code;
}

const char *account_eligibility_text(enum eligibility e)
{
	return verdicts[e].text;
}
