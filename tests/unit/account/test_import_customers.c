/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_import_customers.c - account/import*.c: customers, lines, logins. */

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "import_help.h"

#define CUSTOMER_HEADER                                                                  \
	"customer,name,segment,product,number,login,password,mobile,language\n"
#define ANNA                                                                             \
	CUSTOMER_HEADER "C-9,Anna Muster,RES,inOne home,+41445550001,Anna,"              \
			"correct horse,+41795550001,fr\n"

struct login_find {
	const char *name;
	struct login_row row;
};

static int find_login(struct store_db *db, void *arg)
{
	struct login_find *f = arg;

	return store_login_by_name(db, f->name, &f->row);
}

static struct login_row login_of(struct room *r, const char *name)
{
	struct login_find f = { .name = name };

	room_write(r, find_login, &f);
	return f.row;
}

static int find_customer(struct store_db *db, void *arg)
{
	return store_customer_by_ref(db, "C-9", arg);
}

static bool opens(const struct login_row *row, const char *password)
{
	return crypto_pwhash_str_verify(row->password_hash, password, strlen(password)) ==
	       0;
}

static void test_customer_added(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct customer_row customer;
	struct account_line line;
	struct login_row login = login_of(r, "anna");

	assert_int_equal(result.change_count, 3);
	assert_string_equal(result.changes[0], "customer C-9: added");
	assert_string_equal(result.changes[1],
			    "line +41445550001: added for C-9 (\"inOne home\")");
	assert_string_equal(result.changes[2], "login anna: added");
	assert_counts(&result, 1, 0, 0, 0);
	room_write(r, find_customer, &customer);
	assert_string_equal(customer.name, "Anna Muster");
	assert_int_equal(customer.segment, SEGMENT_RES);
	assert_string_equal(customer.language, "fr");
	assert_int_equal(account_line_by_number(r->book, TEXT("+41445550001"), &line), 0);
	assert_int_equal(line.customer_id, customer.id);
	assert_false(line.ended);
	assert_int_equal(room_get_line(r, line.id).from_day, r->today);
	assert_int_equal(login.customer_id, customer.id);
	assert_string_equal(login.mobile, "+41795550001");
	assert_string_equal(login.language, "fr");
	assert_true(opens(&login, "correct horse"));
	assert_null(strstr(login.password_hash, "correct"));
}

static void test_the_same_again_changes_nothing(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct login_row before = login_of(r, "anna"), after;

	import_result_free(&result);
	result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	assert_int_equal(result.change_count, 0);
	assert_counts(&result, 0, 0, 1, 0);
	after = login_of(r, "anna");
	assert_string_equal(before.password_hash, after.password_hash);
}

static void test_customer_changes(void **state)
{
	static const struct {
		const char *what, *row, *change;
	} steps[] = {
		{ "name",
		  "C-9,Anna Meier,RES,inOne home,+41445550001,anna,correct horse,"
		  "+41795550001,fr",
		  "customer C-9: changed" },
		{ "product",
		  "C-9,Anna Meier,RES,Economy Line,+41445550001,anna,correct horse,"
		  "+41795550001,fr",
		  "line +41445550001: \"Economy Line\" instead of \"inOne home\"" },
		{ "password",
		  "C-9,Anna Meier,RES,Economy Line,+41445550001,anna,battery staple,"
		  "+41795550001,fr",
		  "login anna: password changed" },
		{ "mobile",
		  "C-9,Anna Meier,RES,Economy Line,+41445550001,anna,,+41795550002,fr",
		  "login anna: mobile changed" },
	};
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct login_row login;

	import_result_free(&result);
	for (size_t i = 0; i < COUNT(steps); i++) {
		char csv[512];

		snprintf(csv, sizeof(csv), CUSTOMER_HEADER "%s\n", steps[i].row);
		result = import_good(r, IMPORT_CUSTOMERS, 0, csv);
		assert_int_equal(result.change_count, 1);
		assert_string_equal(result.changes[0], steps[i].change);
		assert_counts(&result, 0, 1, 0, 0);
	}
	login = login_of(r, "anna");
	assert_true(opens(&login, "battery staple"));
	assert_string_equal(login.mobile, "+41795550002");
}

static void test_dry_run_changes_nothing(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_CUSTOMERS, DRY, ANNA);
	struct account_line line;

	assert_int_equal(result.change_count, 3);
	assert_counts(&result, 1, 0, 0, 0);
	assert_int_equal(account_line_by_number(r->book, TEXT("+41445550001"), &line),
			 -ENOENT);
	assert_int_equal(room_try(r, find_customer, &(struct customer_row){ 0 }),
			 -ENOENT);
}

static void test_several_lines_one_login(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(
		r, IMPORT_CUSTOMERS, 0,
		CUSTOMER_HEADER "C-9,Anna,RES,inOne home,+41445550001,anna,correct "
				"horse,+41795550001,de\n"
				"C-9,Anna,RES,inOne home,+41445550002,ANNA,,,de\n"
				"C-9,Anna,RES,inOne home,+41445550003,,,,de\n"
				"C-9,Anna,RES,inOne home,+41445550004,bert,battery "
				"staple,+41795550004,de\n");
	struct login_row anna = login_of(r, "anna"), bert = login_of(r, "bert");

	assert_counts(&result, 4, 0, 0, 0);
	assert_int_equal(anna.customer_id, bert.customer_id);
	assert_string_equal(anna.mobile, "+41795550001");
}

static void test_customer_faults(void **state)
{
#define ROW "C-9,Anna,RES,inOne home,"
	static const struct fault_case cases[] = {
		{ "number not E.164", ROW "0445550001,,,,", 2,
		  "number 0445550001 is not a number" },
		{ "no number", ROW ",,,,", 2, "number is empty" },
		{ "unknown product", "C-9,Anna,RES,inOne moon,+41445550001,,,,", 2,
		  "product \"inOne moon\" is unknown" },
		{ "unknown segment", "C-9,Anna,VIP,inOne home,+41445550001,,,,", 2,
		  "segment VIP is no segment" },
		{ "language", ROW "+41445550001,,,,rm", 2, "language rm is no language" },
		{ "the number twice", ROW "+41445550001,,,,\n" ROW "+41445550001,,,,", 3,
		  "number +41445550001 stands on line 2 already" },
		{ "another customer's number", ROW "+41441234567,,,,", 2,
		  "number +41441234567 is taken, by customer C-1" },
		{ "another customer's login in the file",
		  ROW "+41445550001,anna,correct horse,,\n"
		      "C-8,Bert,RES,inOne home,+41445550002,Anna,,,",
		  3, "login Anna is customer C-9's on line 2" },
		{ "two passwords",
		  ROW "+41445550001,anna,correct horse,,\n" ROW
		      "+41445550002,anna,battery staple,,",
		  3, "another password on line 2" },
		{ "password too weak", ROW "+41445550001,anna,1234567,,", 2,
		  "password is too weak: at least 8" },
		{ "password like the login", ROW "+41445550001,anna.muster,ANNA.muster,,",
		  2, "password is too weak: it is the login" },
		{ "password without login", ROW "+41445550001,,correct horse,,", 2,
		  "belong to a login" },
		{ "mobile not E.164", ROW "+41445550001,anna,,0791234567,", 2,
		  "mobile 0791234567 is not a number" },
		{ "mobile is a line of ours", ROW "+41445550001,anna,,+41441234567,", 2,
		  "mobile +41441234567 is one of our own lines" },
		{ "mobile is a line in the file",
		  ROW "+41445550001,anna,,+41445550002,\n" ROW "+41445550002,,,,", 2,
		  "mobile +41445550002 is a line on line 3" },
		{ "mobile is the line itself", ROW "+41445550001,anna,,+41445550001,", 2,
		  "mobile +41445550001 is a line on line 2" },
		{ "another segment",
		  ROW "+41445550001,,,,\nC-9,Anna,SME,inOne home,"
		      "+41445550002,,,,",
		  3, "segment is not that of customer C-9 on line 2" },
		{ "another name",
		  ROW "+41445550001,,,,\nC-9,Anne,RES,inOne home,"
		      "+41445550002,,,,",
		  3, "name is not that of customer C-9" },
		{ "not UTF-8", "C-9,Ann\xff,RES,inOne home,+41445550001,,,,", 2, "" },
	};
#undef ROW
	struct room *r = *state;

	assert_faults(
		r, IMPORT_CUSTOMERS, 0,
		"customer,name,segment,product,number,login,password,mobile,language",
		cases, COUNT(cases));
	assert_int_equal(room_try(r, find_customer, &(struct customer_row){ 0 }),
			 -ENOENT);
}

static void test_faults_with_the_store(void **state)
{
	static const struct fault_case cases[] = {
		{ "login taken", "C-1,Customer C-1,RES,inOne home,+41441234567,anna,,,",
		  2, "login anna is taken, by customer C-9" },
		{ "a line where codes go",
		  "C-1,Customer C-1,RES,inOne home,+41795550001,,,,", 2,
		  "number +41795550001 is where login anna gets its codes" },
	};
	struct import_result result = import_good(*state, IMPORT_CUSTOMERS, 0, ANNA);

	import_result_free(&result);
	assert_faults(
		*state, IMPORT_CUSTOMERS, 0,
		"customer,name,segment,product,number,login,password,mobile,language",
		cases, COUNT(cases));
}

static void test_faults_never_tell_a_password(void **state)
{
	struct import_result result;

	assert_int_equal(import_try(*state, IMPORT_CUSTOMERS, 0,
				    CUSTOMER_HEADER
				    "C-9,Anna,RES,inOne home,+41445550001,anna,s3cr3t,,\n"
				    "C-9,Anna,RES,inOne "
				    "home,+41445550002,\"an\x01na\",\"s3cr3t\n\n\",,\n",
				    &result),
			 -EBADMSG);
	for (unsigned i = 0; i < result.fault_count; i++)
		assert_null(strstr(result.faults[i].reason, "s3cr3t"));
	assert_true(result.fault_count >= 2);
	import_result_free(&result);
}

static void test_optional_address(void **state)
{
	struct room *r = *state;
	struct customer_row customer;
	struct import_result result = import_good(
		r, IMPORT_CUSTOMERS, 0,
		"location_ref,customer,name,segment,product,number,login,password,mobile,"
		"language,street,house,postcode,town,crm_id\n"
		"LOC-7,C-9,Anna,RES,inOne home,+41445550001,,,,,\"Rue de la Gare, "
		"2e\",7,1003,"
		"Lausanne,x\n");

	import_result_free(&result);
	room_write(r, find_customer, &customer);
	assert_string_equal(customer.street, "Rue de la Gare, 2e");
	assert_string_equal(customer.town, "Lausanne");
	assert_string_equal(customer.location_ref, "LOC-7");
	/* A file without these columns leaves them. */
	result =
		import_good(r, IMPORT_CUSTOMERS, 0,
			    CUSTOMER_HEADER "C-9,Anna,RES,inOne home,+41445550001,,,,\n");
	assert_counts(&result, 0, 0, 1, 0);
}

static void test_product_without_credentials_takes_them(void **state)
{
	struct room *r = *state;
	int64_t device = room_credential(r, r->line, "k7m2x9qd").id;
	struct credential_row router = room_credential(r, r->line, "routers2");
	struct account_credential c;
	struct import_result result;

	router.kind = CREDENTIAL_ROUTER;
	room_put_credential(r, &router);
	result = import_good(r, IMPORT_CUSTOMERS, 0,
			     CUSTOMER_HEADER
			     "C-1,Customer C-1,RES,Economy Line,+41441234567,,,,\n");
	assert_counts(&result, 0, 1, 0, 0);
	assert_int_equal(room_get_credential(r, device).status, CREDENTIAL_REVOKED);
	assert_int_equal(room_get_credential(r, router.id).status, CREDENTIAL_ACTIVE);
	assert_int_equal(account_credential_by_id(r->book, device, &c), 0);
	assert_int_equal(c.status, CREDENTIAL_REVOKED);
	assert_int_equal(c.generation, 2);
}

static void test_full_ends_the_rest(void **state)
{
	struct room *r = *state;
	int64_t kept = room_credential(r, r->line, "k7m2x9qd").id;
	int64_t gone = room_credential(r, r->other_line, "z3b5c7d9").id;
	struct import_result result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct account_line line;

	import_result_free(&result);
	result = import_good(r, IMPORT_CUSTOMERS, DRY | FULL,
			     CUSTOMER_HEADER
			     "C-1,Customer C-1,RES,inOne home,+41441234567,,,,\n");
	assert_counts(&result, 0, 0, 1, 3);
	assert_false(login_of(r, "anna").disabled);
	result = import_good(r, IMPORT_CUSTOMERS, FULL,
			     CUSTOMER_HEADER
			     "C-1,Customer C-1,RES,inOne home,+41441234567,,,,\n");
	assert_counts(&result, 0, 0, 1, 3); /* two lines, a login */
	assert_int_equal(account_line_by_id(r->book, r->other_line, &line), 0);
	assert_true(line.ended);
	assert_int_equal(room_get_credential(r, kept).status, CREDENTIAL_ACTIVE);
	assert_int_equal(room_get_credential(r, gone).status, CREDENTIAL_REVOKED);
	assert_true(login_of(r, "anna").disabled);
	/* Back again: a new line, the same login. */
	result = import_good(r, IMPORT_CUSTOMERS, 0, ANNA);
	assert_counts(&result, 1, 0, 0, 0);
	assert_true(
		login_of(r, "anna").disabled); /* only --full knows that all is said */
}

static void test_full_moves_a_number(void **state)
{
	struct room *r = *state;
	struct account_line line;
	struct import_result result = import_good(
		r, IMPORT_CUSTOMERS, FULL,
		CUSTOMER_HEADER
		"C-2,Customer C-2,ENT,Swisscom Line Company,+41581234567,,,,\n"
		"C-2,Customer C-2,ENT,Swisscom Line Company,+41441234567,,,,\n");

	assert_counts(&result, 1, 0, 1, 1);
	assert_int_equal(account_line_by_number(r->book, TEXT("+41441234567"), &line), 0);
	assert_int_equal(line.customer_id, r->other_customer);
	assert_int_not_equal(line.id, r->line);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_true(line.ended);
}

static void test_without_memory(void **state)
{
	struct room *r = *state;

	for (unsigned n = 1;; n++) {
		struct import_config cfg = import_config_of(r);
		struct import_result result;
		int rc;

		cfg.dry_run = true;
		fail_alloc_nth(n);
		rc = import_run(&cfg, IMPORT_CUSTOMERS,
				TEXT(CUSTOMER_HEADER
				     "C-9,Anna,RES,inOne "
				     "home,+41445550001,anna,correct horse,,\n"),
				&result);
		if (!fail_alloc_off()) {
			assert_int_equal(rc, 0);
			import_result_free(&result);
			break;
		}
		/* 0 where a table only stays small. */
		assert_true(rc == -ENOMEM || rc == 0);
		import_result_free(&result);
	}
}

int import_customers_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_customer_added),
		CASE(test_the_same_again_changes_nothing),
		CASE(test_customer_changes),
		CASE(test_dry_run_changes_nothing),
		CASE(test_several_lines_one_login),
		CASE(test_customer_faults),
		CASE(test_faults_with_the_store),
		CASE(test_faults_never_tell_a_password),
		CASE(test_optional_address),
		CASE(test_product_without_credentials_takes_them),
		CASE(test_full_ends_the_rest),
		CASE(test_full_moves_a_number),
		CASE(test_without_memory),
	};
#undef CASE

	return cmocka_run_group_tests_name("import customers", tests, NULL, NULL);
}
