/* SPDX-License-Identifier: Apache-2.0 */
/* http/input.c - Path, query and body become one JSON object. What the fields allow, the
 * core checks. */

#include "http/input.h"

#include <stdlib.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* dst holds t.len bytes. */
static bool unescape(struct text t, bool plus_is_blank, char *dst, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.p[i];

		if (c == '%') {
			int high = i + 2 < t.len ? hex_digit(t.p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(t.p[i + 2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_blank) {
			c = ' ';
		}
		if (c == '\0')
			return false;
		dst[(*len)++] = c;
	}
	return true;
}

/* An unknown name goes along as text, so that the core names it in its answer. */
static json_t *value_of(const struct op *op, struct text name, struct text value)
{
	const struct op_field *f = op_field(op->in, name);

	return f ? op_field_value(f, value) : json_stringn(value.p, value.len);
}

static bool put(json_t *in, struct text name, json_t *value)
{
	char key[64];

	if (text_copy(key, sizeof(key), name) || key[0] == '\0' ||
	    json_object_get(in, key)) {
		json_decref(value);
		return false;
	}
	return value && json_object_set_new(in, key, value) == 0;
}

static bool put_escaped(json_t *in, const struct op *op, struct text name,
			struct text value, bool plus_is_blank)
{
	char *room = malloc(value.len + 1);
	size_t len;
	bool done;

	done = room && unescape(value, plus_is_blank, room, &len) &&
	       text_is_utf8((struct text){ room, len }) &&
	       put(in, name, value_of(op, name, (struct text){ room, len }));
	free(room);
	return done;
}

static bool put_query(json_t *in, const struct op *op, struct text query)
{
	struct text pair, name, value;
	unsigned count = 0;

	while (query.len > 0) {
		text_split(query, '&', &pair, &query);
		if (pair.len == 0)
			continue;
		text_split(pair, '=', &name, &value);
		if (++count > INPUT_QUERY_MAX || !put_escaped(in, op, name, value, true))
			return false;
	}
	return true;
}

static bool put_body(json_t *in, struct text body)
{
	json_t *j = json_loadb(body.p, body.len, JSON_REJECT_DUPLICATES, NULL), *value;
	const char *name;
	bool done = json_is_object(j);

	json_object_foreach (done ? j : NULL, name, value)
		done = done && !json_object_get(in, name) &&
		       json_object_set(in, name, value) == 0;
	json_decref(j);
	return done;
}

enum op_error input_make(const struct route *r, struct text query, struct text body,
			 json_t **ret)
{
	bool reads = text_eq(text_of(r->op->method), TEXT("GET"));
	json_t *in = json_object();
	bool good = in && (reads ? body.len == 0 : query.len == 0);

	for (size_t i = 0; good && i < r->value_count; i++)
		good = put_escaped(in, r->op, r->values[i].name, r->values[i].value,
				   false);
	good = good && put_query(in, r->op, query) &&
	       (body.len == 0 || put_body(in, body));
	if (!good) {
		json_decref(in);
		return OP_BAD_REQUEST;
	}
	*ret = in;
	return 0;
}
