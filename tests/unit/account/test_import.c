/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_import.c - account/import*.c: whole files. */

#include "account/import.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "fake/alloc.h"
#include "room.h"

static struct import_config config_of(struct room *r)
{
	return (struct import_config){ .store = r->store,
				       .vault = r->vault,
				       .ids = r->ids,
				       .random = &r->random.random,
				       .clock = &r->clock.clock,
				       .domain = "voip.example.ch",
				       .realm = "voip.example.ch",
				       .country = "CH",
				       .timezone = "Europe/Zurich" };
}

enum { DRY = 1, FULL = 2 };

static int run(struct room *r, enum import_kind kind, unsigned flags, const char *csv,
	       struct import_result *ret)
{
	struct import_config cfg = config_of(r);
	int rc;

	cfg.dry_run = flags & DRY;
	cfg.full = flags & FULL;
	rc = import_run(&cfg, kind, text_of(csv), ret);
	room_settle(r);
	return rc;
}

/* A file that must be good; says what is not. */
static struct import_result good(struct room *r, enum import_kind kind, unsigned flags,
				 const char *csv)
{
	struct import_result result;
	int rc = run(r, kind, flags, csv, &result);

	if (rc)
		fail_msg("%d, %u faults, first: line %u %s", rc, result.fault_count,
			 result.fault_count ? result.faults[0].line : 0,
			 result.fault_count ? result.faults[0].reason : "");
	assert_int_equal(result.fault_count, 0);
	return result;
}

static void assert_counts(struct import_result *r, unsigned added, unsigned changed,
			  unsigned unchanged, unsigned ended)
{
	if (r->added != added || r->changed != changed || r->unchanged != unchanged ||
	    r->ended != ended)
		fail_msg("added %u changed %u unchanged %u ended %u", r->added,
			 r->changed, r->unchanged, r->ended);
	import_result_free(r);
}

struct fault_case {
	const char *what;
	const char *csv; /* without header */
	unsigned line;
	const char *reason; /* a part of it */
};

static void assert_faults(struct room *r, enum import_kind kind, unsigned flags,
			  const char *header, const struct fault_case *cases,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct import_result result;
		char csv[4096];
		int rc;

		snprintf(csv, sizeof(csv), "%s\n%s", header, cases[i].csv);
		rc = run(r, kind, flags, csv, &result);
		if (rc != -EBADMSG || result.fault_count == 0 ||
		    result.faults[0].line != cases[i].line ||
		    !strstr(result.faults[0].reason, cases[i].reason))
			fail_msg("%s: %d, %u faults, line %u: %s", cases[i].what, rc,
				 result.fault_count,
				 result.fault_count ? result.faults[0].line : 0,
				 result.fault_count ? result.faults[0].reason : "");
		import_result_free(&result);
	}
}

/* --- tariffs and products --- */

#define TARIFF_HEADER "tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from\n"
#define TARIFFS                                                                          \
	TARIFF_HEADER                                                                    \
	"inone-home,+41,fixed,0,0.05,1,1,2017-01-01\n"                                   \
	"inone-home,+4179,mobile,0,0.3,60,1,2017-01-01\n"                                \
	"company,CH:1811,directory,0.8,1.9,60,60,\n"

static int count_rate(void *arg, const struct rate_row *row)
{
	++*(unsigned *)arg;
	return 0;
}

static int count_rates(struct store_db *db, void *arg)
{
	*(unsigned *)arg = 0;
	return store_rate_each(db, count_rate, arg);
}

static unsigned rates(struct room *r)
{
	unsigned n;

	room_write(r, count_rates, &n);
	return n;
}

static int keep_rate(void *arg, const struct rate_row *row)
{
	if (strcmp(row->prefix, "CH:1811") == 0)
		*(struct rate_row *)arg = *row;
	return 0;
}

static int find_rate(struct store_db *db, void *arg)
{
	return store_rate_each(db, keep_rate, arg);
}

static void test_tariffs(void **state)
{
	struct room *r = *state;
	struct import_result result = good(r, IMPORT_TARIFFS, 0, TARIFFS);
	struct rate_row rate = { 0 };

	assert_int_equal(result.rows, 3);
	assert_int_equal(result.change_count, 3);
	assert_counts(&result, 3, 0, 0, 0);
	room_write(r, find_rate, &rate);
	assert_string_equal(rate.tariff, "company");
	assert_string_equal(rate.class_, "directory");
	assert_int_equal(rate.setup_micros, 800000);
	assert_int_equal(rate.per_minute_micros, 1900000);
	assert_int_equal(rate.first_s, 60);
	assert_int_equal(rate.next_s, 60);
	assert_int_equal(rate.valid_from, DATE_DAY_ALWAYS);
	result = good(r, IMPORT_TARIFFS, 0, TARIFFS);
	assert_counts(&result, 0, 0, 3, 0);
	result = good(r, IMPORT_TARIFFS, 0,
		      TARIFF_HEADER "inone-home,+41,fixed,0,0.06,1,1,2017-01-01\n"
				    "inone-home,+41,fixed,0,0.07,1,1,2027-01-01\n");
	assert_counts(&result, 1, 1, 0, 0);
	assert_int_equal(rates(r), 4);
}

static void test_tariff_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "money", "t,+41,fixed,0,0;05,1,1,", 2,
		  "per_minute 0;05 is not an amount" },
		{ "negative money", "t,+41,fixed,-1,0,1,1,", 2,
		  "setup -1 is not between" },
		{ "seven decimals", "t,+41,fixed,0,0.0000001,1,1,", 2, "per_minute" },
		{ "too dear", "t,+41,fixed,0,10001,1,1,", 2, "per_minute" },
		{ "first_s 0", "t,+41,fixed,0,0.05,0,1,", 2,
		  "first_s 0 is not between 1" },
		{ "next_s 0", "t,+41,fixed,0,0.05,1,0,", 2, "next_s 0 is not between 1" },
		{ "an hour and more", "t,+41,fixed,0,0.05,3601,1,", 2, "first_s" },
		{ "prefix without +", "t,41,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "prefix empty", "t,,fixed,0,0.05,1,1,", 2, "prefix is empty" },
		{ "plus alone", "t,+,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "prefix +0", "t,+041,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "16 digits", "t,+1234567890123456,fixed,0,0.05,1,1,", 2,
		  "is no prefix" },
		{ "country in lower case", "t,ch:18,fixed,0,0.05,1,1,", 2,
		  "is no prefix" },
		{ "short code empty", "t,CH:,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "class", "t,+41,Fixed Line,0,0.05,1,1,", 2, "class" },
		{ "date", "t,+41,fixed,0,0.05,1,1,1.7.2017", 2,
		  "valid_from 1.7.2017 is not a day" },
		{ "no such day", "t,+41,fixed,0,0.05,1,1,2017-02-30", 2, "valid_from" },
		{ "the same twice", "t,+41,fixed,0,1,1,1,\nt,+41,fixed,0,1,1,1,", 3,
		  "stands on line 2 already" },
		{ "too few fields", "t,+41,fixed\n", 2, "" },
		{ "the second row", "t,+41,fixed,0,1,1,1,\nt,+42,fixed,x,1,1,1,", 3,
		  "setup x" },
	};

	assert_faults(*state, IMPORT_TARIFFS, 0,
		      "tariff,prefix,class,setup,per_minute,first_s,"
		      "next_s,valid_from",
		      cases, COUNT(cases));
	assert_int_equal(rates(*state), 0); /* all or nothing */
}

static void test_header_faults(void **state)
{
	static const struct {
		const char *csv, *reason;
	} rows[] = {
		{ "", "no header" },
		{ "tariff,prefix\nt,+41\n", "the header has no column class" },
		{ "tariff;prefix;class\n", "the header has no column tariff" },
		{ "tariff,tariff\n", "no header" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct import_result result;

		assert_int_equal(run(r, IMPORT_TARIFFS, FULL, rows[i].csv, &result),
				 -EBADMSG);
		assert_int_equal(result.faults[0].line, 1);
		if (!strstr(result.faults[0].reason, rows[i].reason))
			fail_msg("%s", result.faults[0].reason);
		import_result_free(&result);
	}
}

static void test_all_faults_are_named(void **state)
{
	struct import_result result;

	assert_int_equal(run(*state, IMPORT_TARIFFS, 0,
			     TARIFF_HEADER "t,41,Fixed,x,y,0,0,z\n"
					   "good,+41,fixed,0,0,1,1,\n"
					   "t,+41,fixed,0,0,1,1\n",
			     &result),
			 -EBADMSG);
	assert_int_equal(result.fault_count, 8);
	assert_int_equal(result.faults[6].line, 2);
	assert_int_equal(result.faults[7].line, 4);
	import_result_free(&result);
}

static void test_more_faults_than_are_kept(void **state)
{
	size_t cap = 1 << 20;
	char *csv = malloc(cap), *p = csv;
	struct import_result result;

	p += sprintf(p, TARIFF_HEADER);
	for (unsigned i = 0; i < 1500; i++)
		p += sprintf(p, "t,+41,fixed,bad,0,1,1,\n");
	assert_int_equal(run(*state, IMPORT_TARIFFS, 0, csv, &result), -EBADMSG);
	assert_int_equal(result.fault_count, 1500);
	assert_int_equal(result.faults[IMPORT_FAULTS_MAX - 1].line, 1001);
	import_result_free(&result);
	free(csv);
}

#define PRODUCT_HEADER "product,segment,tariff,credentials_from\n"
#define PRODUCTS                                                                         \
	PRODUCT_HEADER                                                                   \
	"inOne home,RES,inone-home,2017-04-01\n"                                         \
	"inOne home,SME,inone-home,2017-04-01\n"                                         \
	"Swisscom Line Company,ENT,company,2017-07-01\n"                                 \
	"Economy Line,RES,company,\n"

static void test_products(void **state)
{
	struct room *r = *state;
	struct import_result result = good(r, IMPORT_TARIFFS, 0, TARIFFS);
	struct account_line line;

	import_result_free(&result);
	result = good(r, IMPORT_PRODUCTS, 0, PRODUCTS);
	assert_counts(&result, 0, 2, 2, 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.tariff, "inone-home");
	result = good(r, IMPORT_PRODUCTS, 0,
		      PRODUCT_HEADER "inOne home,RES,company,\n"
				     "New one,ENT,company,2030-01-01\n");
	assert_counts(&result, 1, 1, 0, 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.tariff, "company"); /* the feed told the book */
}

static void test_product_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "segment", "inOne home,PRIVATE,company,", 2,
		  "segment PRIVATE is no segment" },
		{ "segment in lower case", "inOne home,res,company,", 2,
		  "is no segment" },
		{ "unknown tariff", "inOne home,RES,none,", 2, "tariff none is unknown" },
		{ "date", "inOne home,RES,company,soon", 2,
		  "credentials_from soon is not a day" },
		{ "no product", ",RES,company,", 2, "product is empty" },
		{ "twice", "A,RES,company,\nA,SME,company,\nA,RES,company,", 4,
		  "stands on line 2 already" },
	};
	struct import_result result = good(*state, IMPORT_TARIFFS, 0, TARIFFS);

	import_result_free(&result);
	assert_faults(*state, IMPORT_PRODUCTS, 0,
		      "product,segment,tariff,credentials_from", cases, COUNT(cases));
}

static void test_full_products_and_tariffs(void **state)
{
	static const struct fault_case cases[] = {
		{ "in use", "Swisscom Line Company,ENT,company,", 0,
		  "product inOne home for RES is not in the file, but lines have it" },
	};
	static const struct fault_case tariff_cases[] = {
		{ "in use", "inone-home,+41,fixed,0,1,1,1,", 0,
		  "tariff company is not in the file, but product" },
	};
	struct room *r = *state;
	struct import_result result = good(r, IMPORT_TARIFFS, 0, TARIFFS);

	import_result_free(&result);
	result = good(r, IMPORT_PRODUCTS, FULL, PRODUCTS);
	assert_counts(&result, 0, 2, 2, 1);
	assert_faults(r, IMPORT_PRODUCTS, FULL, "product,segment,tariff,credentials_from",
		      cases, COUNT(cases));
	assert_faults(r, IMPORT_TARIFFS, FULL,
		      "tariff,prefix,class,setup,per_minute,first_s,"
		      "next_s,valid_from",
		      tariff_cases, COUNT(tariff_cases));
	result = good(r, IMPORT_TARIFFS, FULL,
		      TARIFF_HEADER "inone-home,+41,fixed,0,0.05,1,1,2017-01-01\n"
				    "company,+41,fixed,0,0.05,1,1,2017-01-01\n");
	assert_counts(&result, 1, 0, 1, 2);
	assert_int_equal(rates(r), 2);
}

/* --- customers --- */

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
	struct import_result result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
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
	struct import_result result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct login_row before = login_of(r, "anna"), after;

	import_result_free(&result);
	result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
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
	struct import_result result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct login_row login;

	import_result_free(&result);
	for (size_t i = 0; i < COUNT(steps); i++) {
		char csv[512];

		snprintf(csv, sizeof(csv), CUSTOMER_HEADER "%s\n", steps[i].row);
		result = good(r, IMPORT_CUSTOMERS, 0, csv);
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
	struct import_result result = good(r, IMPORT_CUSTOMERS, DRY, ANNA);
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
	struct import_result result =
		good(r, IMPORT_CUSTOMERS, 0,
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
	struct import_result result = good(*state, IMPORT_CUSTOMERS, 0, ANNA);

	import_result_free(&result);
	assert_faults(
		*state, IMPORT_CUSTOMERS, 0,
		"customer,name,segment,product,number,login,password,mobile,language",
		cases, COUNT(cases));
}

static void test_faults_never_tell_a_password(void **state)
{
	struct import_result result;

	assert_int_equal(run(*state, IMPORT_CUSTOMERS, 0,
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
	struct import_result result = good(
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
	result = good(r, IMPORT_CUSTOMERS, 0,
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
	result = good(r, IMPORT_CUSTOMERS, 0,
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
	struct import_result result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
	struct account_line line;

	import_result_free(&result);
	result = good(r, IMPORT_CUSTOMERS, DRY | FULL,
		      CUSTOMER_HEADER
		      "C-1,Customer C-1,RES,inOne home,+41441234567,,,,\n");
	assert_counts(&result, 0, 0, 1, 3);
	assert_false(login_of(r, "anna").disabled);
	result = good(r, IMPORT_CUSTOMERS, FULL,
		      CUSTOMER_HEADER
		      "C-1,Customer C-1,RES,inOne home,+41441234567,,,,\n");
	assert_counts(&result, 0, 0, 1, 3); /* two lines, a login */
	assert_int_equal(account_line_by_id(r->book, r->other_line, &line), 0);
	assert_true(line.ended);
	assert_int_equal(room_get_credential(r, kept).status, CREDENTIAL_ACTIVE);
	assert_int_equal(room_get_credential(r, gone).status, CREDENTIAL_REVOKED);
	assert_true(login_of(r, "anna").disabled);
	/* Back again: a new line, the same login. */
	result = good(r, IMPORT_CUSTOMERS, 0, ANNA);
	assert_counts(&result, 1, 0, 0, 0);
	assert_true(
		login_of(r, "anna").disabled); /* only --full knows that all is said */
}

static void test_full_moves_a_number(void **state)
{
	struct room *r = *state;
	struct account_line line;
	struct import_result result =
		good(r, IMPORT_CUSTOMERS, FULL,
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

/* --- credentials --- */

static void test_credentials(void **state)
{
	struct room *r = *state;
	struct import_result result =
		good(r, IMPORT_CREDENTIALS, 0,
		     "number,auth_name,password,label,kind\n"
		     "+41441234567,oldphone,correct horse,Desk,\n"
		     "+41441234567,oldbox,battery staple,,router\n");
	struct account_credential c;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX], want[DIGEST_HASH_MAX];

	assert_counts(&result, 2, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldbox"), &c), 0);
	assert_int_equal(c.kind, CREDENTIAL_ROUTER);
	assert_string_equal(c.label, "Imported");
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(c.kind, CREDENTIAL_DEVICE);
	assert_string_equal(c.label, "Desk");
	assert_int_equal(account_credential_sealed(r->book, c.id, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_WITH_DOMAIN,
				      DIGEST_SHA256, ha1),
			 0);
	digest_ha1(DIGEST_SHA256, TEXT("oldphone@voip.example.ch"),
		   TEXT("voip.example.ch"), TEXT("correct horse"), want);
	assert_memory_equal(ha1, want, 32);
	result = good(r, IMPORT_CREDENTIALS, 0,
		      "number,auth_name,password,label\n"
		      "+41441234567,oldphone,correct horse,Desk\n"
		      "+41441234567,oldbox,another battery,\n");
	assert_counts(&result, 0, 1, 1, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(c.generation, 1);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldbox"), &c), 0);
	assert_int_equal(c.generation, 2);
	assert_int_equal(c.kind, CREDENTIAL_ROUTER); /* the file has no such column */
}

static void test_credentials_by_hash(void **state)
{
	static const char csv[] =
		"number,auth_name,label,ha1_md5,ha1_sha256\n"
		"+41441234567,oldphone,Desk,939e7578ed9e3c518a452acee763bce9,\n"
		"+41441234567,oldbox,Box,,"
		"7987C64C30E25F1B74BE53F966B49B90F2808AA92FAF9A00262392D7B4794232\n";
	struct room *r = *state;
	struct import_result result = good(r, IMPORT_CREDENTIALS, 0, csv);
	struct account_credential c;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX];

	assert_counts(&result, 2, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(account_credential_sealed(r->book, c.id, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_BARE,
				      DIGEST_MD5, ha1),
			 0);
	assert_int_equal(ha1[0], 0x93);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_BARE,
				      DIGEST_SHA256, ha1),
			 -ENOENT);
	result = good(r, IMPORT_CREDENTIALS, 0, csv);
	assert_counts(&result, 0, 0, 2, 0);
}

static void test_credential_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "no such line", "+41445559999,old,correct horse,,,", 2,
		  "number +41445559999 is no line of ours" },
		{ "auth name with @", "+41441234567,old@voip.example.ch,correct horse,,,",
		  2, "is no auth name" },
		{ "auth name empty", "+41441234567,,correct horse,,,", 2,
		  "auth_name is empty" },
		{ "too weak", "+41441234567,old,1234567,,,", 2, "password is too weak" },
		{ "no secret", "+41441234567,old,,,,", 2,
		  "neither a password nor an HA1" },
		{ "two secrets",
		  "+41441234567,old,correct horse,,"
		  "939e7578ed9e3c518a452acee763bce9,",
		  2, "exclude each other" },
		{ "HA1 too short", "+41441234567,old,,,939e7578ed9e3c518a452acee763bce,",
		  2, "ha1_md5 is not 32 hex digits" },
		{ "HA1 not hex",
		  "+41441234567,old,,,,zz87C64C30E25F1B74BE53F966B49B90"
		  "F2808AA92FAF9A00262392D7B4794232",
		  2, "ha1_sha256 is not 64 hex digits" },
		{ "twice",
		  "+41441234567,old,correct horse,,,\n"
		  "+41581234567,old,correct horse,,,",
		  3, "auth_name old stands on line 2" },
		{ "taken by another line", "+41581234567,k7m2x9qd,correct horse,,,", 2,
		  "auth_name k7m2x9qd is taken, by another line" },
		{ "revoked", "+41441234567,revoked2,correct horse,,,", 2,
		  "auth_name revoked2 was revoked" },
	};
	struct room *r = *state;
	struct credential_row revoked = room_credential(r, r->line, "revoked2");

	room_credential(r, r->line, "k7m2x9qd");
	revoked.status = CREDENTIAL_REVOKED;
	room_put_credential(r, &revoked);
	assert_faults(r, IMPORT_CREDENTIALS, 0,
		      "number,auth_name,password,label,ha1_md5,"
		      "ha1_sha256",
		      cases, COUNT(cases));
}

static void test_full_credentials(void **state)
{
	struct room *r = *state;
	struct credential_row operators = room_credential(r, r->line, "operator");
	struct credential_row customers = room_credential(r, r->line, "customer");
	struct import_result result;

	customers.created_by = 77;
	room_put_credential(r, &customers);
	result = good(r, IMPORT_CREDENTIALS, FULL,
		      "number,auth_name,password,label\n"
		      "+41441234567,oldphone,correct horse,Desk\n");
	assert_counts(&result, 1, 0, 0, 1);
	assert_int_equal(room_get_credential(r, operators.id).status, CREDENTIAL_REVOKED);
	assert_int_equal(room_get_credential(r, customers.id).status, CREDENTIAL_ACTIVE);
}

/* More rows than the feed names one by one. */
static void test_many_rows(void **state)
{
	struct room *r = *state;
	char *csv = malloc(1 << 20), *p = csv;
	struct import_result result;
	struct account_credential c;

	p += sprintf(p, "number,auth_name,label,ha1_md5,ha1_sha256\n");
	for (unsigned i = 0; i < 3000; i++)
		p += sprintf(p, "+41441234567,many%u,Desk,%032x,\n", i, i);
	result = good(r, IMPORT_CREDENTIALS, 0, csv);
	assert_int_equal(result.change_count, IMPORT_CHANGES_MAX);
	assert_counts(&result, 3000, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("many2999"), &c),
			 0);
	free(csv);
}

static void test_without_memory(void **state)
{
	struct room *r = *state;

	for (unsigned n = 1;; n++) {
		struct import_config cfg = config_of(r);
		struct import_result result;
		int rc;

		cfg.dry_run = true;
		fail_alloc_nth(n);
		rc = import_run(
			&cfg, IMPORT_CUSTOMERS,
			TEXT(CUSTOMER_HEADER "C-9,Anna,RES,inOne "
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

int import_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_tariffs),
		CASE(test_tariff_faults),
		CASE(test_header_faults),
		CASE(test_all_faults_are_named),
		CASE(test_more_faults_than_are_kept),
		CASE(test_products),
		CASE(test_product_faults),
		CASE(test_full_products_and_tariffs),
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
		CASE(test_credentials),
		CASE(test_credentials_by_hash),
		CASE(test_credential_faults),
		CASE(test_full_credentials),
		CASE(test_many_rows),
		CASE(test_without_memory),
	};
#undef CASE

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
