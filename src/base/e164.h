/* SPDX-License-Identifier: Apache-2.0 */
/* base/e164.h - A number in E.164: '+' and 3 to 15 digits, the first not 0. What a
 * person dialled becomes one in rating/plan.h, which knows the country. */
#ifndef BASE_E164_H
#define BASE_E164_H

#include "base/text.h"

enum { E164_SIZE = 17 }; /* '+', 15 digits, NUL */

bool e164_valid(struct text t);
/* "+41441234567" -> "044 xxx xx 67"-like mask for messages: country and the last two
 * digits stay, the rest is x. */
const char *e164_mask(char dst[E164_SIZE], struct text number);

#endif
