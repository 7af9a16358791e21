/* SPDX-License-Identifier: Apache-2.0 */
/* store/column.c - One field of a struct, out of it and into it. */
#include <errno.h>

#include "store/row.h"

static int64_t int_get(const struct store_column *column, const void *at)
{
	bool is_signed = column->type == COLUMN_INT;

	switch (column->size) {
	case 1:
		return is_signed ? *(const int8_t *)at : *(const uint8_t *)at;
	case 2:
		return is_signed ? *(const int16_t *)at : *(const uint16_t *)at;
	case 4:
		return is_signed ? *(const int32_t *)at
				 : (int64_t) * (const uint32_t *)at;
	default:
		return *(const int64_t *)at;
	}
}

static bool int_fits(const struct store_column *column, int64_t number)
{
	unsigned bits = column->size * 8;

	if (column->type == COLUMN_UINT)
		return number >= 0 && (bits == 64 || number >> bits == 0);
	return bits == 64 ||
	       (number >= -(1LL << (bits - 1)) && number < 1LL << (bits - 1));
}

static void int_set(const struct store_column *column, void *at, int64_t number)
{
	switch (column->size) {
	case 1:
		*(uint8_t *)at = (uint8_t)number;
		break;
	case 2:
		*(uint16_t *)at = (uint16_t)number;
		break;
	case 4:
		*(uint32_t *)at = (uint32_t)number;
		break;
	default:
		*(int64_t *)at = number;
	}
}

struct store_value store_column_get(const struct store_column *column, const void *row)
{
	const char *at = (const char *)row + column->offset;
	uint32_t len;

	switch (column->type) {
	case COLUMN_TEXT:
		return (struct store_value){ .type = STORE_TEXT,
					     .bytes = at,
					     .len = strnlen(at, column->size - 1) };
	case COLUMN_BLOB:
		memcpy(&len, (const char *)row + column->len_offset, sizeof(len));
		return store_blob(at, len < column->size ? len : column->size);
	default:
		return store_int(int_get(column, at));
	}
}

static int blob_set(const struct store_column *column, void *row,
		    const struct store_value *value)
{
	uint32_t len = (uint32_t)value->len;

	if (value->type != STORE_BLOB || value->len > column->size)
		return -EBADMSG;
	if (len)
		memcpy((char *)row + column->offset, value->bytes, len);
	memcpy((char *)row + column->len_offset, &len, sizeof(len));
	return 0;
}

int store_column_set(const struct store_column *column, void *row,
		     const struct store_value *value)
{
	char *at = (char *)row + column->offset;

	switch (column->type) {
	case COLUMN_TEXT:
		if (value->type != STORE_TEXT || value->len >= column->size)
			return -EBADMSG;
		if (value->len)
			memcpy(at, value->bytes, value->len);
		at[value->len] = '\0';
		return 0;
	case COLUMN_BLOB:
		return blob_set(column, row, value);
	default:
		if (value->type != STORE_INT || !int_fits(column, value->number))
			return -EBADMSG;
		int_set(column, at, value->number);
		return 0;
	}
}
