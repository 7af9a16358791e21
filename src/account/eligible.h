/* SPDX-License-Identifier: Apache-2.0 */
/* account/eligible.h - Who may have credentials: by product, segment and day, with the
 * reason when not. The rules are the product table's rows (import products). */
#ifndef ACCOUNT_ELIGIBLE_H
#define ACCOUNT_ELIGIBLE_H

#include "account/account.h"

enum eligibility {
	ELIGIBLE,
	ELIGIBLE_PRODUCT_NEVER,       /* this product has no credentials */
	ELIGIBLE_PRODUCT_NOT_YET,     /* from a later day */
	ELIGIBLE_SEGMENT_NOT_COVERED, /* the product is not sold to this segment */
	ELIGIBLE_LINE_NOT_STARTED,
	ELIGIBLE_LINE_ENDED,
};

/* from: the product's day when the verdict is PRODUCT_NOT_YET (may be NULL). */
enum eligibility account_eligible(struct account_book *b, const struct line_row *line,
				  enum segment segment, int32_t today, int32_t *from);
/* "product_never" ...; a stable code; "" for ELIGIBLE. */
const char *account_eligibility_code(enum eligibility e);
/* One English sentence for logs and the CLI. */
const char *account_eligibility_text(enum eligibility e);

#endif
