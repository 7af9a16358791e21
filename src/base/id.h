/* SPDX-License-Identifier: Apache-2.0 */
/* base/id.h - Time-ordered 63-bit ids, made here and not by a database: 41 bits of
 * milliseconds since 2024-01-01, 8 bits of node, 14 bits of counter. 0 is no id. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/clock.h"
#include "base/text.h"

enum { ID_TEXT_LEN = 13, ID_TEXT_SIZE = 14 };

struct id_maker; /* safe from every thread */

struct id_maker *id_maker_new(const struct clock *clock, uint8_t node);
void id_maker_free(struct id_maker *m);
/* Never the same twice, even if the clock steps back. */
int64_t id_new(struct id_maker *m);

/* 13 characters of Crockford's base 32, lower case, which sort like the numbers. */
const char *id_encode(char dst[ID_TEXT_SIZE], int64_t id);
int id_decode(struct text t, int64_t *ret); /* 0 or -EBADMSG */

#endif
