/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_read.c - A CSV file becomes rows. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/import_room.h"
#include "base/csv.h"

void *import_row_at(struct import *im, size_t i)
{
	return im->rows + i * im->ops->row_size;
}

static struct import_row *row_new(struct import *im, unsigned line)
{
	size_t room = im->room ? 2 * im->room : 256;
	struct import_row *row;
	char *rows;

	if (im->count == im->room) {
		rows = realloc(im->rows, room * im->ops->row_size);
		if (!rows)
			return NULL;
		im->rows = rows;
		im->room = room;
	}
	row = import_row_at(im, im->count++);
	memset(row, 0, im->ops->row_size);
	row->line = line;
	return row;
}

static void decode(struct import *im, struct import_row *row,
		   const struct import_column *c, struct text field)
{
	bool secret = c->flags & COLUMN_SECRET;
	const char *wrong = NULL;

	if (!secret)
		field = text_trim(field);
	if (field.len == 0 && c->flags & COLUMN_FILLED)
		wrong = "is empty";
	else if (field.len || c->flags & COLUMN_EMPTY_TOO)
		wrong = c->decode(field, c->max, (char *)row + c->offset);
	if (wrong && (secret || field.len == 0))
		import_fault(im, row, "%s %s", c->name, wrong);
	else if (wrong)
		import_fault(im, row, "%s %s %s", c->name, SHOW(field), wrong);
}

static int add_row(struct import *im, const struct csv *csv, const int *places,
		   const struct text *fields)
{
	struct import_row *row = row_new(im, csv->line);

	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < im->ops->column_count; i++) {
		const struct import_column *c = &im->ops->columns[i];

		if (places[i] >= 0)
			decode(im, row, c, fields[places[i]]);
		else if (c->flags & COLUMN_EMPTY_TOO)
			c->decode(TEXT_NONE, c->max, (char *)row + c->offset);
	}
	return 0;
}

static void bad_row(struct import *im, unsigned line, const char *reason)
{
	struct import_row row = { .line = line };

	import_fault(im, &row, "%s", reason);
}

static int read_rows(struct import *im, struct csv *csv, const int *places)
{
	struct text fields[CSV_COLUMNS_MAX];
	const char *reason = NULL;
	int rc;

	while ((rc = csv_next(csv, fields, &reason)) != 0) {
		if (rc == -ENOMEM)
			return rc;
		if (im->count >= IMPORT_ROWS_MAX) {
			bad_row(im, csv->line, "more rows than a file may have");
			return 0;
		}
		if (rc < 0)
			bad_row(im, csv->line, reason);
		else if (add_row(im, csv, places, fields))
			return -ENOMEM;
	}
	return 0;
}

/* Where the file has each of the kind's columns; -1: not at all. */
static bool find_columns(struct import *im, const struct csv *csv, int *places)
{
	bool good = true;

	for (size_t i = 0; i < im->ops->column_count; i++) {
		const struct import_column *c = &im->ops->columns[i];
		int place = csv_column(csv, text_of(c->name));

		places[i] = place < 0 ? -1 : place;
		if (place >= 0)
			im->columns |= UINT64_C(1) << i;
		if (place >= 0 || !(c->flags & COLUMN_REQUIRED))
			continue;
		import_fault(im, &(struct import_row){ .line = 1 },
			     "the header has no column %s", c->name);
		good = false;
	}
	return good;
}

int import_read(struct import *im)
{
	int places[CSV_COLUMNS_MAX];
	struct csv csv;
	int rc = csv_open(&csv, im->csv, im->arena);

	if (rc == -ENOMEM)
		return rc;
	if (rc) {
		bad_row(im, 1,
			"the first line is no header with the names of the columns");
		return 0;
	}
	if (!find_columns(im, &csv, places))
		return 0;
	return read_rows(im, &csv, places);
}
