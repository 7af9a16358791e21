/* SPDX-License-Identifier: Apache-2.0 */
/* base/csv.h - Reads RFC 4180 CSV with a header line, from memory. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/arena.h"
#include "base/text.h"

enum { CSV_COLUMNS_MAX = 64, CSV_FIELD_MAX = 4096 };

struct csv {
	struct text rest;   /* of the file, which must outlive the fields */
	unsigned line;      /* line number on which the current row began, from 1 */
	unsigned next_line; /* the number of the line at rest.p */
	size_t column_count;
	struct text columns[CSV_COLUMNS_MAX]; /* the header; trimmed */
	struct arena *arena; /* fields that had quotes live here; the caller's */
};

/* Reads the header line. A UTF-8 byte-order mark is skipped; the separator is a comma.
 * 0, -EBADMSG (no header, a column twice, too many columns, NUL byte), -ENOMEM. */
int csv_open(struct csv *c, struct text file, struct arena *arena);
/* Index of the column, or -ENOENT. */
int csv_column(const struct csv *c, struct text name);
/* Next row that is not blank: fields[0..column_count). 1 row, 0 end, -EBADMSG a bad row
 * (open quote, too few or too many fields, field too long, NUL or invalid UTF-8), after
 * which reading goes on with the next line; *reason says why in English. -ENOMEM. */
int csv_next(struct csv *c, struct text fields[CSV_COLUMNS_MAX], const char **reason);

#endif
