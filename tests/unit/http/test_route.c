/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_route.c - src/http/route.c: methods and paths */

#include <stdio.h>

#include "fake/check.h"
#include "groups.h"
#include "http/route.h"

static void the_table_of_operations_is_the_table_of_routes(void **state)
{
	static const struct {
		const char *name;
		const char *method, *path;
		enum route_verdict verdict;
		const char *op_or_allow;
	} rows[] = {
		{ "a plain path", "GET", "/api/v1/lines", ROUTE_OPERATION, "line.list" },
		{ "the method decides", "DELETE", "/api/v1/session", ROUTE_OPERATION,
		  "session.close" },
		{ "a value in the path", "POST", "/api/v1/lines/%2B41441234567/consent",
		  ROUTE_OPERATION, "consent.record" },
		{ "a value at the end", "DELETE", "/api/v1/credentials/0123456789abc",
		  ROUTE_OPERATION, "credential.revoke" },
		{ "the wrong method", "PUT", "/api/v1/session", ROUTE_WRONG_METHOD,
		  "POST, GET, DELETE" },
		{ "HEAD of an operation", "HEAD", "/api/v1/lines", ROUTE_WRONG_METHOD,
		  "GET" },
		{ "methods are case-sensitive", "get", "/api/v1/lines",
		  ROUTE_WRONG_METHOD, "GET" },
		{ "an empty value", "GET", "/api/v1/lines//calls", ROUTE_UNKNOWN, "" },
		{ "a slash at the end", "GET", "/api/v1/lines/", ROUTE_UNKNOWN, "" },
		{ "a slash too many", "GET", "/api/v1//lines", ROUTE_UNKNOWN, "" },
		{ "case counts", "GET", "/api/v1/Lines", ROUTE_UNKNOWN, "" },
		{ "an encoded slash separates nothing", "GET",
		  "/api/v1/lines%2f1%2fcalls", ROUTE_UNKNOWN, "" },
		{ "another version", "GET", "/api/v2/lines", ROUTE_UNKNOWN, "" },
		{ "the operator's operations have no path", "GET", "/api/v1/customers",
		  ROUTE_UNKNOWN, "" },
		{ "/api itself", "GET", "/api", ROUTE_UNKNOWN, "" },
		{ "under /api nothing is a page", "GET", "/api/index.html", ROUTE_UNKNOWN,
		  "" },
		{ "a page", "GET", "/lines", ROUTE_PAGE, NULL },
		{ "a page whose name begins alike", "GET", "/apiary", ROUTE_PAGE, NULL },
	};

	EACH (row, rows) {
		struct route r;
		enum route_verdict v =
			route_find(text_of(row->method), text_of(row->path), &r);

		row_int(row, v, row->verdict);
		if (v == ROUTE_OPERATION)
			row_text(row, text_of(r.op->name), text_of(row->op_or_allow));
		else if (v != ROUTE_PAGE)
			row_text(row, text_of(r.allow), text_of(row->op_or_allow));
	}
}

static void every_path_leads_to_its_own_operation(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		struct route r;

		if (!OPS[i].path)
			continue;
		assert_int_equal(
			route_find(text_of(OPS[i].method), text_of(OPS[i].path), &r),
			ROUTE_OPERATION);
		assert_string_equal(r.op->name, OPS[i].name);
		for (size_t v = 0; v < r.value_count; v++)
			assert_non_null(op_field(r.op->in, r.values[v].name));
	}
}

/* A page of another site can make a browser send GETs with the cookie's consent one day;
 * whatever changes something has another method. */
static void what_reads_is_get_and_what_changes_is_not(void **state)
{
	static const char *const reading[] = { ".get", ".list", ".calls", ".attempts",
					       "stream" };

	for (size_t i = 0; i < OPS_COUNT; i++) {
		bool reads = false;

		if (!OPS[i].path)
			continue;
		for (size_t n = 0; n < COUNT(reading); n++)
			reads = reads ||
				text_ends(text_of(OPS[i].name), text_of(reading[n]));
		assert_int_equal(strcmp(OPS[i].method, "GET") == 0, reads);
	}
}

int route_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_operations_is_the_table_of_routes),
		cmocka_unit_test(every_path_leads_to_its_own_operation),
		cmocka_unit_test(what_reads_is_get_and_what_changes_is_not),
	};

	return cmocka_run_group_tests_name("http/route", tests, NULL, NULL);
}
