/* SPDX-License-Identifier: Apache-2.0 */
/* The row functions of store/rows.h about calls, money, events and facts, on every
 * backend. */
#include <errno.h>
#include <stdio.h>

#include "base/date.h"
#include "rows.h"

/* ---- rate ---- */

static int walk_rate(void *arg, const struct rate_row *row)
{
	char *order = arg;

	snprintf(order + strlen(order), 100 - strlen(order), "%s@%d=%lld ", row->prefix,
		 row->valid_from, (long long)row->per_minute_micros);
	return 0;
}

static int rate_works(struct store_db *db, void *arg)
{
	struct rate_row row = { .tariff = "home",
				.prefix = "+4179",
				.class_ = "mobile",
				.setup_micros = 1,
				.per_minute_micros = 350000,
				.first_s = 60,
				.next_s = 1,
				.valid_from = DATE_DAY_ALWAYS };
	char order[100] = "";

	CHECK(store_rate_put(db, &row) == 0);
	row.valid_from = 20000;
	row.per_minute_micros = 360000;
	CHECK(store_rate_put(db, &row) == 0);
	row.per_minute_micros = 370000;
	CHECK(store_rate_put(db, &row) == 0);
	strcpy(row.prefix, "CH:1811");
	CHECK(store_rate_put(db, &row) == 0);
	CHECK(store_rate_each(db, walk_rate, order) == 0);
	CHECK(strcmp(order, "+4179@-2147483648=350000 +4179@20000=370000 "
			    "CH:1811@20000=370000 ") == 0);
	CHECK(store_rate_delete(db, "home", "+4179", 20000) == 0);
	CHECK(store_rate_delete(db, "home", "+4179", 20000) == -ENOENT);
	return 0;
}

static void rate_is_keyed_by_tariff_prefix_and_day(struct fixture *f)
{
	write_then(f, rate_works);
}

/* ---- cdr and ledger ---- */

static struct cdr_row cdr(int64_t id)
{
	ROW(cdr_row, row, .id = 0, .customer_id = 100, .line_id = 300,
	    .credential_id = 400, .direction = CALL_OUT, .from = "+41441234567",
	    .to = "CH:1811", .class_ = "directory", .tariff = "home", .started_at = 1000,
	    .answered_at = 1001, .ended_at = 1002, .charge_micros = 250000,
	    .cause = "callee_hung_up", .source = "192.0.2.1:5060",
	    .user_agent = "Zoiper \"x\"");
	row.id = id;
	row.started_at += id;
	row.answered_at += id;
	row.ended_at += id;
	return row;
}

static int same_cdr(void *arg, const struct cdr_row *row)
{
	return memcmp(arg, row, sizeof(*row)) ? -EBADMSG : 0;
}

static int sum_ledger(void *arg, const struct ledger_row *row)
{
	struct walk *walk = arg;

	if (row->id != row->cdr_id || row->customer_id != 100 || row->line_id != 300)
		return -EBADMSG;
	walk->count++;
	walk->sum += row->amount_micros;
	return 0;
}

static int cdr_once(struct store_db *db, void *arg)
{
	struct credential_row used = sample_credential();
	struct cdr_row row = cdr(5), again = row;
	struct cdr_filter all = { 0 };
	struct walk walk = { 0 };

	CHECK(store_credential_put(db, &used) == 0);
	CHECK(store_cdr_book(db, &row) == 0);
	CHECK(store_cdr_book(db, &row) == 0);
	again.charge_micros = 999;
	strcpy(again.cause, "crash");
	CHECK(store_cdr_book(db, &again) == 0);
	CHECK(store_cdr_each(db, &all, same_cdr, &row) == 0);
	CHECK(store_ledger_each(db, 100, sum_ledger, &walk) == 0);
	CHECK(walk.count == 1 && walk.sum == 250000);
	CHECK(store_credential_get(db, 400, &used) == 0 && used.last_call_at == 1005);
	return 0;
}

/* The second booking knows a charge, but the first one said that it was free. */
static int cdr_free_stays_free(struct store_db *db, void *arg)
{
	struct cdr_row row = cdr(5);
	struct walk walk = { 0 };

	row.charge_micros = 0;
	CHECK(store_cdr_book(db, &row) == 0);
	row.charge_micros = 5;
	CHECK(store_cdr_book(db, &row) == 0);
	CHECK(store_ledger_each(db, 100, sum_ledger, &walk) == 0);
	CHECK(walk.count == 0);
	return 0;
}

static int ledger_sums(struct store_db *db, void *arg)
{
	struct walk own = { 0 }, other = { 0 };

	for (int i = 1; i <= 700; i++) {
		struct cdr_row row = cdr(i);

		row.charge_micros = i % 2 ? i : 0;
		CHECK(store_cdr_book(db, &row) == 0);
	}
	CHECK(store_ledger_each(db, 100, sum_ledger, &own) == 0);
	CHECK(own.count == 350 && own.sum == 350 * 350);
	CHECK(store_ledger_each(db, 101, sum_ledger, &other) == 0);
	CHECK(other.count == 0);
	return 0;
}

struct filter_case {
	const char *name;
	struct cdr_filter filter;
	int count;
	int64_t first;
};

/* 600 calls: customers 100 and 101 in turn, every third on line 301, else 300. */
static const struct filter_case filter_cases[] = {
	{ "all", { 0 }, 600, 600 },
	{ "of a customer", { .customer_id = 101 }, 300, 599 },
	{ "of a line", { .line_id = 301 }, 200, 600 },
	{ "of a line of a customer", { .customer_id = 101, .line_id = 301 }, 100, 597 },
	{ "of another", { .customer_id = 102 }, 0, 0 },
	{ "since", { .since = 1591 }, 10, 600 },
	{ "until", { .until = 1011 }, 10, 10 },
	{ "since and until",
	  { .since = 1100, .until = 1110, .customer_id = 100 },
	  5,
	  108 },
	{ "before an id", { .before_id = 21 }, 20, 20 },
	{ "limited below a page", { .limit = 7 }, 7, 600 },
	{ "limited above a page", { .limit = 300 }, 300, 600 },
	{ "limited to a page", { .limit = 256, .before_id = 500 }, 256, 499 },
};

static int walk_back(void *arg, const struct cdr_row *row)
{
	struct walk *walk = arg;

	if (walk->count++ == 0)
		walk->sum = row->id;
	else if (row->id >= walk->last)
		return -EBADMSG;
	walk->last = row->id;
	return 0;
}

static int cdr_filters(struct store_db *db, void *arg)
{
	for (int i = 1; i <= 600; i++) {
		struct cdr_row row = cdr(i);

		row.customer_id = 100 + i % 2;
		row.line_id = i % 3 ? 300 : 301;
		CHECK(store_cdr_book(db, &row) == 0);
	}
	for (size_t i = 0; i < sizeof(filter_cases) / sizeof(*filter_cases); i++) {
		const struct filter_case *c = &filter_cases[i];
		struct walk walk = { 0 };

		if (store_cdr_each(db, &c->filter, walk_back, &walk) ||
		    walk.count != c->count || walk.sum != c->first)
			return -(int)(20000 + i);
	}
	return 0;
}

static void a_call_is_booked_once(struct fixture *f)
{
	write_then(f, cdr_once);
}

static void a_free_call_is_not_charged_later(struct fixture *f)
{
	write_then(f, cdr_free_stays_free);
}

static void the_ledger_adds_up(struct fixture *f)
{
	write_then(f, ledger_sums);
}

static void calls_are_filtered_newest_first(struct fixture *f)
{
	int status = fixture_run(f, STORE_WRITE, cdr_filters, NULL);

	if (status <= -20000)
		fail_msg("%s", filter_cases[-status - 20000].name);
	assert_int_equal(status, 0);
}

/* ---- event ---- */

static int walk_event(void *arg, const struct event_row *row)
{
	struct walk *walk = arg;

	if (walk->count && row->id >= walk->last)
		return -EBADMSG;
	walk->last = row->id;
	walk->count++;
	walk->sum += row->id;
	return 0;
}

static int same_event(void *arg, const struct event_row *row)
{
	return memcmp(arg, row, sizeof(*row)) ? -EBADMSG : 1;
}

static int events_work(struct store_db *db, void *arg)
{
	ROW(event_row, row, .at = 77, .line_id = 300, .credential_id = 400,
	    .reason = "tls_required", .kind = "login_failed", .who = "ann",
	    .source = "192.0.2.1", .text = "Wrong code 'x'");
	struct walk all = { 0 }, own = { 0 }, page = { 0 };

	for (int i = 1; i <= 400; i++) {
		row.id = i;
		row.customer_id = i % 4 ? 0 : 100;
		CHECK(store_event_put(db, &row) == 0);
	}
	CHECK(store_event_each(db, 0, 0, 0, same_event, &row) == 1);
	CHECK(store_event_put(db, &row) == 0); /* again: no error, no second */
	CHECK(store_event_each(db, 0, 0, 0, walk_event, &all) == 0 && all.count == 400);
	CHECK(store_event_each(db, 100, 0, 0, walk_event, &own) == 0 && own.count == 100);
	CHECK(store_event_each(db, 0, 11, 3, walk_event, &page) == 0);
	CHECK(page.count == 3 && page.sum == 10 + 9 + 8);
	return 0;
}

static void events_come_newest_first(struct fixture *f)
{
	write_then(f, events_work);
}

/* ---- meta ---- */

static int meta_works(struct store_db *db, void *arg)
{
	char value[16];

	CHECK(store_meta_get(db, "realm", value, sizeof(value)) == -ENOENT);
	CHECK(store_meta_put(db, "realm", "a.example") == 0);
	CHECK(store_meta_put(db, "realm", "b.example") == 0);
	CHECK(store_meta_get(db, "realm", value, sizeof(value)) == 0);
	CHECK(strcmp(value, "b.example") == 0);
	CHECK(store_meta_get(db, "realm", value, 4) == -ENOSPC);
	return 0;
}

static void meta_is_kept(struct fixture *f)
{
	write_then(f, meta_works);
}

/* ---- what peers send ---- */

static int foreign_text(struct store_db *db, void *arg)
{
	struct cdr_row row = cdr(5);
	struct cdr_filter all = { 0 };
	struct cdr_row want;

	strcpy(row.user_agent, "a\xff\xc3(b'\"\\\x01%s");
	want = row;
	strcpy(want.user_agent, "a?\?(b'\"\\\x01%s");
	CHECK(store_cdr_book(db, &row) == 0);
	CHECK(store_cdr_each(db, &all, same_cdr, &want) == 0);
	return 0;
}

static void text_that_is_no_utf8_is_stored_marked(struct fixture *f)
{
	write_then(f, foreign_text);
}

/* The longest values there are come back whole. */
static int longest_text(struct store_db *db, void *arg)
{
	ROW(event_row, row, .id = 1);

	memset(row.text, 'x', sizeof(row.text) - 1);
	memset(row.kind, 'k', sizeof(row.kind) - 1);
	memset(row.who, 'w', sizeof(row.who) - 1);
	CHECK(store_event_put(db, &row) == 0);
	CHECK(store_event_each(db, 0, 0, 0, same_event, &row) == 1);
	return 0;
}

static void the_longest_text_fits(struct fixture *f)
{
	write_then(f, longest_text);
}

const struct contract_case contract_call_cases[] = {
	{ "rate: keyed by tariff, prefix, day", rate_is_keyed_by_tariff_prefix_and_day },
	{ "cdr: booked once, however often", a_call_is_booked_once },
	{ "cdr: free stays free", a_free_call_is_not_charged_later },
	{ "ledger: adds up", the_ledger_adds_up },
	{ "cdr: filters, newest first", calls_are_filtered_newest_first },
	{ "event: newest first, appended once", events_come_newest_first },
	{ "meta: kept", meta_is_kept },
	{ "text that is no UTF-8 is stored marked",
	  text_that_is_no_utf8_is_stored_marked },
	{ "the longest text fits", the_longest_text_fits },
	{ NULL, NULL },
};
