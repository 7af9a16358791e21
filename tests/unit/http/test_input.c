/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_input.c - src/http/input.c: path, query and body as one object */

#include <stdlib.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "groups.h"
#include "http/input.h"

struct row {
	const char *name;
	const char *method, *path, *query, *body;
	const char *in; /* NULL: refused */
};

#define CREATE "POST", "/api/v1/lines/%2B41441234567/credentials"
#define CALLS  "GET", "/api/v1/lines/+41441234567/calls"

static const struct row rows[] = {
	{ "nothing", "GET", "/api/v1/lines", "", "", "{}" },
	{ "a value of the path is decoded", CREATE, "", "",
	  "{\"number\":\"+41441234567\"}" },
	{ "a plus in a path is a plus", CALLS, "", "", "{\"number\":\"+41441234567\"}" },
	{ "path and body", CREATE, "", "{\"label\":\"B\\u00fcro\"}",
	  "{\"number\":\"+41441234567\",\"label\":\"B\xc3\xbcro\"}" },
	{ "an unknown member goes along", CREATE, "", "{\"x\":[1,{}]}",
	  "{\"number\":\"+41441234567\",\"x\":[1,{}]}" },
	{ "a number of the query is a number", CALLS, "limit=50", "",
	  "{\"number\":\"+41441234567\",\"limit\":50}" },
	{ "blanks in a query", CALLS, "before=a+b%20c", "",
	  "{\"number\":\"+41441234567\",\"before\":\"a b c\"}" },
	{ "empty pairs count for nothing", CALLS, "&&limit=1&", "",
	  "{\"number\":\"+41441234567\",\"limit\":1}" },
	{ "an unknown name goes along as text", CALLS, "nope=1", "",
	  "{\"number\":\"+41441234567\",\"nope\":\"1\"}" },
	{ "no number where one belongs", CALLS, "limit=many", "", NULL },
	{ "a name twice in the query", CALLS, "limit=1&limit=2", "", NULL },
	{ "the path's name in the query", CALLS, "number=1", "", NULL },
	{ "the path's name in the body", CREATE, "", "{\"number\":\"+41791234567\"}",
	  NULL },
	{ "a member twice", CREATE, "", "{\"label\":\"a\",\"label\":\"b\"}", NULL },
	{ "a query where a body belongs", CREATE, "label=a", "", NULL },
	{ "a secret in a query", "POST", "/api/v1/session", "password=x", "", NULL },
	{ "a body where a query belongs", CALLS, "", "{}", NULL },
	{ "an array", CREATE, "", "[]", NULL },
	{ "a text", CREATE, "", "\"x\"", NULL },
	{ "null", CREATE, "", "null", NULL },
	{ "half an object", CREATE, "", "{\"label\":", NULL },
	{ "something behind it", CREATE, "", "{} {}", NULL },
	{ "a NUL", CREATE, "", "{\"label\":\"\\u0000\"}", NULL },
	{ "no UTF-8 in the body", CREATE, "", "{\"label\":\"\xff\"}", NULL },
	{ "no UTF-8 in the path", "GET", "/api/v1/lines/%ff/calls", "", "", NULL },
	{ "a NUL in the path", "GET", "/api/v1/lines/%00/calls", "", "", NULL },
	{ "half an escape", "GET", "/api/v1/lines/1%2/calls", "", "", NULL },
	{ "no escape", "GET", "/api/v1/lines/%zz/calls", "", "", NULL },
	{ "a name without end", CALLS,
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1", "",
	  NULL },
	{ "more names than anybody needs", CALLS,
	  "a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=&l=&m=&n=&o=&p=&q=", "", NULL },
};

static enum op_error make(const struct row *row, json_t **ret)
{
	struct route r;

	assert_int_equal(route_find(text_of(row->method), text_of(row->path), &r),
			 ROUTE_OPERATION);
	return input_make(&r, text_of(row->query), text_of(row->body), ret);
}

static void path_query_and_body_become_one_object(void **state)
{
	EACH (row, rows) {
		json_t *in = NULL, *want;
		enum op_error e = make(row, &in);

		row_int(row, e, row->in ? 0 : OP_BAD_REQUEST);
		if (!row->in)
			continue;
		want = json_loads(row->in, 0, NULL);
		row_true(row, json_equal(in, want));
		json_decref(in);
		json_decref(want);
	}
}

static void deep_nesting_is_refused(void **state)
{
	enum { DEPTH = 30000 };
	struct row row = { "deep", CREATE, "", NULL, NULL };
	char *body = malloc(2 * DEPTH + 16);
	json_t *in;

	strcpy(body, "{\"label\":");
	memset(body + 9, '[', DEPTH);
	strcpy(body + 9 + DEPTH, "]}");
	row.body = body;
	assert_int_equal(make(&row, &in), OP_BAD_REQUEST);
	free(body);
}

static void nothing_is_lost_when_memory_is_out(void **state)
{
	EACH (row, rows) {
		for (unsigned n = 1; row->in; n++) {
			json_t *in = NULL;
			enum op_error e;

			fail_alloc_nth(n);
			e = make(row, &in);
			if (!fail_alloc_off()) {
				row_int(row, e, 0);
				json_decref(in);
				break;
			}
			row_int(row, e, OP_BAD_REQUEST);
		}
	}
}

int input_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_query_and_body_become_one_object),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(nothing_is_lost_when_memory_is_out),
	};

	return cmocka_run_group_tests_name("http/input", tests, NULL, NULL);
}
