/* SPDX-License-Identifier: Apache-2.0 */
/* The row functions of store/rows.h about customers and what they have, on every backend.
 */
#include <errno.h>
#include <stdio.h>

#include "base/date.h"
#include "rows.h"

enum { MANY = 1000 };

void expect_done(struct fixture *f, enum store_kind kind,
		 int (*fn)(struct store_db *, void *), void *arg)
{
	int status = fixture_run(f, kind, fn, arg);

	if (status < -10000)
		fail_msg("the check in line %d failed", -status - 10000);
	assert_int_equal(status, 0);
}

void write_then(struct fixture *f, int (*fn)(struct store_db *, void *))
{
	expect_done(f, STORE_WRITE, fn, NULL);
}

/* ---- customer ---- */

static const struct customer_row ann = {
	.id = 100,
	.ref = "K-1",
	.name = "Ann Z\xc3\xbcrcher; DROP TABLE line; --",
	.segment = SEGMENT_SME,
	.language = "de",
	.street = "Weg",
	.house = "1a",
	.postcode = "8000",
	.town = "Z\xc3\xbcrich",
	.location_ref = "loc",
	.created_at = 17,
};

static int customer_put_get(struct store_db *db, void *arg)
{
	struct customer_row row;

	CHECK(store_customer_get(db, 100, &row) == -ENOENT);
	CHECK(store_customer_put(db, &ann) == 0);
	CHECK(store_customer_get(db, 100, &row) == 0);
	CHECK(memcmp(&row, &ann, sizeof(row)) == 0);
	CHECK(store_customer_by_ref(db, "K-1", &row) == 0);
	CHECK(memcmp(&row, &ann, sizeof(row)) == 0);
	CHECK(store_customer_by_ref(db, "k-1", &row) == -ENOENT);
	return 0;
}

static int customer_unique(struct store_db *db, void *arg)
{
	struct customer_row row = ann;

	CHECK(store_customer_put(db, &row) == 0);
	row.id = 101;
	CHECK(store_customer_put(db, &row) == -EEXIST);
	CHECK(store_customer_get(db, 101, &row) == -ENOENT);
	/* A new ref sets the old one free. */
	row = ann;
	strcpy(row.ref, "K-2");
	CHECK(store_customer_put(db, &row) == 0);
	CHECK(store_customer_by_ref(db, "K-1", &row) == -ENOENT);
	row = ann;
	row.id = 101;
	CHECK(store_customer_put(db, &row) == 0);
	CHECK(store_customer_by_ref(db, "K-1", &row) == 0 && row.id == 101);
	CHECK(store_customer_by_ref(db, "K-2", &row) == 0 && row.id == 100);
	return 0;
}

static int walk_customer(void *arg, const struct customer_row *row)
{
	struct walk *walk = arg;
	struct customer_row again;

	if (row->id <= walk->last || store_customer_get(walk->db, row->id, &again))
		return -EBADMSG;
	walk->last = row->id;
	return ++walk->count == walk->stop_at ? 99 : 0;
}

static int customer_many(struct store_db *db, void *arg)
{
	struct walk all = { .db = db }, some = { .db = db, .stop_at = 300 };
	struct customer_row row = ann;

	for (int i = 1; i <= MANY; i++) {
		row.id = i * 3;
		snprintf(row.ref, sizeof(row.ref), "M-%d", i);
		CHECK(store_customer_put(db, &row) == 0);
	}
	CHECK(store_customer_each(db, walk_customer, &all) == 0);
	CHECK(all.count == MANY);
	CHECK(store_customer_each(db, walk_customer, &some) == 99);
	CHECK(some.count == 300);
	return 0;
}

static void customer_is_put_and_got(struct fixture *f)
{
	write_then(f, customer_put_get);
}

static void customer_ref_is_unique(struct fixture *f)
{
	write_then(f, customer_unique);
}

static void each_goes_through_all_and_may_ask_more(struct fixture *f)
{
	write_then(f, customer_many);
}

/* ---- login ---- */

static const struct login_row login = {
	.id = 200,
	.customer_id = 100,
	.name = "ann@example.ch",
	.password_hash = "$argon2id$x",
	.mobile = "+41791112233",
	.language = "fr",
	.disabled = true,
	.created_at = 1,
	.last_login_at = 2,
};

static int login_works(struct store_db *db, void *arg)
{
	struct login_row row = login;

	strcpy(row.name, "Ann@Example.CH");
	CHECK(store_login_put(db, &row) == 0);
	CHECK(store_login_get(db, 200, &row) == 0);
	CHECK(memcmp(&row, &login, sizeof(row)) == 0);
	CHECK(store_login_by_name(db, "ANN@example.ch", &row) == 0 && row.id == 200);
	CHECK(store_login_by_name(db, "bob", &row) == -ENOENT);
	row = login;
	row.id = 201;
	row.customer_id = 102;
	CHECK(store_login_put(db, &row) == -EEXIST);
	row = login;
	row.customer_id = 102;
	CHECK(store_login_put(db, &row) == -EEXIST);
	strcpy(row.name, "bob");
	row.id = 201;
	CHECK(store_login_put(db, &row) == 0);
	row = login;
	strcpy(row.name, "ann2");
	CHECK(store_login_put(db, &row) == 0);
	CHECK(store_login_by_name(db, "ann@example.ch", &row) == -ENOENT);
	return 0;
}

static int walk_login(void *arg, const struct login_row *row)
{
	struct walk *walk = arg;

	walk->count++;
	walk->sum += row->id;
	return 0;
}

static int login_list(struct store_db *db, void *arg)
{
	struct walk all = { 0 }, own = { 0 };

	CHECK(store_login_each(db, 0, walk_login, &all) == 0);
	CHECK(all.count == 2 && all.sum == 401);
	CHECK(store_login_each(db, 102, walk_login, &own) == 0);
	CHECK(own.count == 1 && own.sum == 201);
	return 0;
}

static void login_is_unique_without_case(struct fixture *f)
{
	write_then(f, login_works);
	expect_done(f, STORE_READ, login_list, NULL);
}

/* ---- product ---- */

static int walk_product(void *arg, const struct product_row *row)
{
	struct walk *walk = arg;

	walk->count++;
	walk->sum += row->credentials_from;
	return 0;
}

static int product_works(struct store_db *db, void *arg)
{
	struct product_row row = { .name = "inOne home",
				   .segment = SEGMENT_RES,
				   .tariff = "home",
				   .credentials_from = 17000 };
	struct walk walk = { 0 };

	CHECK(store_product_put(db, &row) == 0);
	row.segment = SEGMENT_SME;
	row.credentials_from = DATE_DAY_NEVER;
	CHECK(store_product_put(db, &row) == 0);
	row.credentials_from = -5;
	CHECK(store_product_put(db, &row) == 0);
	CHECK(store_product_each(db, walk_product, &walk) == 0);
	CHECK(walk.count == 2 && walk.sum == 17000 - 5);
	CHECK(store_product_delete(db, "inOne home", SEGMENT_SME) == 0);
	CHECK(store_product_delete(db, "inOne home", SEGMENT_SME) == -ENOENT);
	return 0;
}

static void product_is_keyed_by_name_and_segment(struct fixture *f)
{
	write_then(f, product_works);
}

/* ---- line ---- */

static const struct line_row line = {
	.id = 300,
	.customer_id = 100,
	.number = "+41441234567",
	.product = "inOne home",
	.from_day = 100,
	.to_day = DATE_DAY_NEVER,
	.frozen = true,
	.clir = true,
	.created_at = 9,
	.forward_always = "+41791234567",
	.forward_busy = "+41441234569",
	.forward_no_answer = "+41441234570",
	.forward_unreachable = "+41441234571",
	.forward_after_s = 25,
};

static int line_put_get(struct store_db *db, void *arg)
{
	struct line_row row;

	CHECK(store_line_put(db, &line) == 0);
	CHECK(store_line_get(db, 300, &row) == 0);
	CHECK(memcmp(&row, &line, sizeof(row)) == 0);
	CHECK(store_line_by_number(db, "+41441234567", &row) == 0 && row.id == 300);
	CHECK(store_line_by_number(db, "+41441234568", &row) == -ENOENT);
	return 0;
}

struct line_step {
	const char *what;
	int64_t id, customer_id;
	int32_t from_day, to_day;
	int status;
	int64_t holder; /* by number, afterwards */
};

static const struct line_step line_steps[] = {
	{ "first", 1, 100, 10, DATE_DAY_NEVER, 0, 1 },
	{ "another while it is open", 2, 101, 50, DATE_DAY_NEVER, -EEXIST, 1 },
	{ "another before it", 2, 101, 1, 9, 0, 1 },
	{ "another on its first day", 3, 101, 5, 10, -EEXIST, 1 },
	{ "the first ends", 1, 100, 10, 40, 0, 1 },
	{ "another from the next day on", 3, 101, 41, DATE_DAY_NEVER, 0, 3 },
	{ "the first would go on", 1, 100, 10, 41, -EEXIST, 3 },
	{ "the first changes otherwise", 1, 100, 11, 40, 0, 3 },
	{ "a line moves to a customer", 3, 100, 41, DATE_DAY_NEVER, -EEXIST, 3 },
};

static int line_history(struct store_db *db, void *arg)
{
	for (size_t i = 0; i < sizeof(line_steps) / sizeof(*line_steps); i++) {
		const struct line_step *step = &line_steps[i];
		struct line_row row = line, holder;

		row.id = step->id;
		row.customer_id = step->customer_id;
		row.from_day = step->from_day;
		row.to_day = step->to_day;
		if (store_line_put(db, &row) != step->status)
			return -(int)(20000 + i);
		if (store_line_by_number(db, row.number, &holder) ||
		    holder.id != step->holder)
			return -(int)(30000 + i);
	}
	return 0;
}

static int line_renumbered(struct store_db *db, void *arg)
{
	struct line_row row = line;

	CHECK(store_line_put(db, &row) == 0);
	strcpy(row.number, "+41441234568");
	CHECK(store_line_put(db, &row) == -EEXIST);
	return 0;
}

static int walk_line(void *arg, const struct line_row *row)
{
	struct walk *walk = arg;

	walk->count++;
	walk->sum += row->id;
	return 0;
}

static int line_list(struct store_db *db, void *arg)
{
	struct walk all = { 0 }, own = { 0 };

	CHECK(store_line_each(db, 0, walk_line, &all) == 0);
	CHECK(all.count == 3 && all.sum == 6);
	CHECK(store_line_each(db, 100, walk_line, &own) == 0);
	CHECK(own.count == 1 && own.sum == 1);
	return 0;
}

static void line_is_put_and_got(struct fixture *f)
{
	write_then(f, line_put_get);
}

static void a_number_is_one_lines_on_any_day(struct fixture *f)
{
	int status = fixture_run(f, STORE_WRITE, line_history, NULL);

	if (status)
		fail_msg("%s: %d", line_steps[-status % 10000].what, status);
	expect_done(f, STORE_READ, line_list, NULL);
}

static void a_line_keeps_its_number(struct fixture *f)
{
	write_then(f, line_renumbered);
}

/* ---- consent ---- */

static int count_consent(void *arg, const struct consent_row *row)
{
	++*(unsigned *)arg;
	return 0;
}

static int consent_works(struct store_db *db, void *arg)
{
	ROW(consent_row, row, .id = 1, .customer_id = 100, .line_id = 300,
	    .login_id = 200, .version = "2026-01", .language = "it", .reach = "europe",
	    .accepted_at = 50);
	struct consent_row got;
	unsigned count = 0;

	CHECK(store_consent_latest(db, 100, 300, &got) == -ENOENT);
	CHECK(store_consent_put(db, &row) == 0);
	CHECK(store_consent_latest(db, 100, 300, &got) == 0);
	CHECK(memcmp(&row, &got, sizeof(row)) == 0);
	strcpy(row.reach, "world");
	CHECK(store_consent_put(db, &row) == 0); /* the same id: stays */
	row.id = 2;
	row.accepted_at = 60;
	CHECK(store_consent_put(db, &row) == 0);
	row.id = 3;
	row.accepted_at = 55;
	CHECK(store_consent_put(db, &row) == 0);
	CHECK(store_consent_latest(db, 100, 300, &got) == 0 && got.id == 2);
	CHECK(store_consent_latest(db, 101, 300, &got) == -ENOENT);
	CHECK(store_consent_each(db, count_consent, &count) == 0 && count == 3);
	return 0;
}

static void consent_is_appended(struct fixture *f)
{
	write_then(f, consent_works);
}

/* ---- credential ---- */

struct credential_row sample_credential(void)
{
	ROW(credential_row, row, .id = 400, .customer_id = 100, .line_id = 300,
	    .auth_name = "k7m2x9qd", .label = "Zoiper", .profile = "zoiper",
	    .realm = "voip.example.ch", .kind = CREDENTIAL_DEVICE,
	    .status = CREDENTIAL_FROZEN, .generation = UINT32_MAX, .pinned_algorithm = 1,
	    .created_at = 1, .created_by = 200, .status_at = 3, .last_registered_at = 4,
	    .last_call_at = 5);

	row.sealed_len = sizeof(row.sealed);
	for (unsigned i = 0; i < sizeof(row.sealed); i++)
		row.sealed[i] = (uint8_t)i;
	return row;
}

static int credential_works(struct store_db *db, void *arg)
{
	struct credential_row row = sample_credential(), got;

	CHECK(store_credential_put(db, &row) == 0);
	CHECK(store_credential_get(db, 400, &got) == 0);
	CHECK(memcmp(&row, &got, sizeof(row)) == 0);
	CHECK(store_credential_by_auth_name(db, "k7m2x9qd", &got) == 0 && got.id == 400);
	CHECK(store_credential_by_auth_name(db, "K7M2X9QD", &got) == -ENOENT);
	row.id = 401;
	CHECK(store_credential_put(db, &row) == -EEXIST);
	/* Also when the one that had it has another now. */
	row = sample_credential();
	strncpy(row.auth_name, "other", sizeof(row.auth_name) - 1);
	row.sealed_len = 0;
	memset(row.sealed, 0, sizeof(row.sealed));
	CHECK(store_credential_put(db, &row) == 0);
	CHECK(store_credential_get(db, 400, &got) == 0);
	CHECK(memcmp(&row, &got, sizeof(row)) == 0);
	row.id = 401;
	strcpy(row.auth_name, "k7m2x9qd");
	CHECK(store_credential_put(db, &row) == -EEXIST);
	return 0;
}

static int credential_use(struct store_db *db, void *arg)
{
	struct credential_row row = sample_credential(), got;

	CHECK(store_credential_put(db, &row) == 0);
	CHECK(store_credential_used(db, 100, 400, 70, 0) == 0);
	CHECK(store_credential_get(db, 400, &got) == 0);
	CHECK(got.last_registered_at == 70 && got.last_call_at == 5);
	CHECK(store_credential_used(db, 100, 400, 60, 80) == 0);
	CHECK(store_credential_get(db, 400, &got) == 0);
	CHECK(got.last_registered_at == 70 && got.last_call_at == 80);
	CHECK(store_credential_used(db, 100, 999, 60, 80) == 0);
	return 0;
}

static int walk_credential(void *arg, const struct credential_row *row)
{
	struct walk *walk = arg;

	if (row->id <= walk->last)
		return -EBADMSG;
	walk->last = row->id;
	walk->count++;
	return 0;
}

static int credential_list(struct store_db *db, void *arg)
{
	struct credential_row row = sample_credential();
	struct walk all = { 0 }, own = { 0 };

	for (int i = 0; i < 600; i++) {
		row.id = 1000 + i;
		row.line_id = i % 3;
		snprintf(row.auth_name, sizeof(row.auth_name), "name-%d", i);
		CHECK(store_credential_put(db, &row) == 0);
	}
	CHECK(store_credential_each(db, 0, walk_credential, &all) == 0);
	CHECK(all.count == 600);
	CHECK(store_credential_each(db, 2, walk_credential, &own) == 0);
	CHECK(own.count == 200);
	return 0;
}

static void auth_name_is_unique_for_ever(struct fixture *f)
{
	write_then(f, credential_works);
}

static void last_use_only_grows(struct fixture *f)
{
	write_then(f, credential_use);
}

static void credentials_of_a_line_are_listed(struct fixture *f)
{
	write_then(f, credential_list);
}

/* ---- binding ---- */

static int count_binding(void *arg, const struct binding_row *row)
{
	struct walk *walk = arg;

	walk->count++;
	walk->sum += row->cseq;
	return 0;
}

static int same_binding(void *arg, const struct binding_row *row)
{
	return memcmp(arg, row, sizeof(*row)) ? -EBADMSG : 0;
}

static int binding_works(struct store_db *db, void *arg)
{
	ROW(binding_row, row, .credential_id = 400, .line_id = 300,
	    .contact = "sip:+41@192.0.2.1:5060", .call_id = "abc@def", .cseq = UINT32_MAX,
	    .q = 1000, .registered_at = 1, .expires_at = INT64_MAX,
	    .source = "[2001:db8::1]:5060", .local = "192.0.2.9", .transport = "udp",
	    .user_agent = "FRITZ!OS", .path = "<sip:p;lr>",
	    .instance = "<urn:uuid:00000000-0000-1000-8000-000A95A0E128>",
	    .reg_id = INT32_MAX);
	struct walk walk = { 0 };

	CHECK(store_binding_put(db, &row) == 0);
	CHECK(store_binding_each(db, same_binding, &row) == 0);
	row.cseq = 7;
	CHECK(store_binding_put(db, &row) == 0);
	strcpy(row.contact, "sip:other");
	CHECK(store_binding_put(db, &row) == 0);
	row.reg_id = 2;
	CHECK(store_binding_put(db, &row) == 0);
	strcpy(row.instance, "<urn:x>");
	CHECK(store_binding_put(db, &row) == 0);
	row.credential_id = 401;
	CHECK(store_binding_put(db, &row) == 0);
	CHECK(store_binding_each(db, count_binding, &walk) == 0);
	CHECK(walk.count == 5 && walk.sum == 35);
	CHECK(store_binding_delete(db, &row) == 0);
	CHECK(store_binding_delete(db, &row) == 0);
	row.credential_id = 400;
	CHECK(store_binding_delete(db, &row) == 0);
	walk = (struct walk){ 0 };
	CHECK(store_binding_each(db, count_binding, &walk) == 0);
	CHECK(walk.count == 3);
	return 0;
}

static void binding_is_keyed_by_contact_and_flow(struct fixture *f)
{
	write_then(f, binding_works);
}

const struct contract_case contract_row_cases[] = {
	{ "customer: put, get, by ref", customer_is_put_and_got },
	{ "customer: the ref is unique, and free when it changes",
	  customer_ref_is_unique },
	{ "each: all in order, nested questions, stops",
	  each_goes_through_all_and_may_ask_more },
	{ "login: unique without case", login_is_unique_without_case },
	{ "product: keyed by name and segment", product_is_keyed_by_name_and_segment },
	{ "line: put, get, by number", line_is_put_and_got },
	{ "line: a number is one line's on any day", a_number_is_one_lines_on_any_day },
	{ "line: keeps its number", a_line_keeps_its_number },
	{ "consent: appended, the latest counts", consent_is_appended },
	{ "credential: the auth name is unique for ever", auth_name_is_unique_for_ever },
	{ "credential: last use only grows", last_use_only_grows },
	{ "credential: those of a line", credentials_of_a_line_are_listed },
	{ "binding: keyed by its contact and flow",
	  binding_is_keyed_by_contact_and_flow },
	{ NULL, NULL },
};
