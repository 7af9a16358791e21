/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_book.c - account/book.c, credential.c, line.c, customer.c, product.c,
 * poster.c, reader.c, shard.c. */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "fake/alloc.h"
#include "room.h"

static void test_found_by_auth_name(void **state)
{
	static const struct {
		const char *auth_name;
		int want;
	} rows[] = {
		{ "k7m2x9qd", 0 },
		{ "k7m2x9qd@voip.example.ch", 0 },
		{ "k7m2x9qd@anything", 0 },
		{ "K7M2X9QD", -ENOENT },
		{ "k7m2x9q", -ENOENT },
		{ "k7m2x9qdx", -ENOENT },
		{ "", -ENOENT },
		{ "@voip.example.ch", -ENOENT },
	};
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account_credential c;

		assert_int_equal(account_credential_by_auth_name(
					 r->book, text_of(rows[i].auth_name), &c),
				 rows[i].want);
		if (rows[i].want)
			continue;
		assert_int_equal(c.id, row.id);
		assert_int_equal(c.line_id, r->line);
		assert_int_equal(c.customer_id, r->customer);
		assert_int_equal(c.generation, 1);
		assert_int_equal(c.status, CREDENTIAL_ACTIVE);
		assert_int_equal(c.kind, CREDENTIAL_DEVICE);
		assert_string_equal(c.auth_name, "k7m2x9qd");
		assert_string_equal(c.label, "Kitchen");
		assert_string_equal(c.number, "+41441234567");
		assert_false(c.line_ended);
		assert_false(c.line_frozen);
	}
}

static void assert_nobody(struct account_book *b, struct text auth_name)
{
	struct account_credential c;

	assert_int_equal(account_credential_by_auth_name(b, auth_name, &c), -ENOENT);
	assert_int_equal(c.id, 0);
	assert_int_equal(c.line_id, 0);
	assert_int_equal(c.generation, 0);
	assert_string_equal(c.auth_name, "nobody");
	assert_string_equal(c.number, "");
	assert_true(c.line_ended);
}

/* It stands in for a name that is not there, and takes no place of its own. */
static void test_nobody_is_never_found(void **state)
{
	struct room *r = *state;
	struct account_credential c;
	struct vault_sealed sealed;
	struct account_line line;
	struct credential_row row;

	assert_nobody(r->book, TEXT("q3v8n5wz"));
	assert_nobody(r->book, ACCOUNT_NOBODY);
	assert_int_equal(account_credential_count(r->book), 0);
	assert_int_equal(account_credential_by_id(r->book, 0, &c), -ENOENT);
	assert_int_equal(account_credential_sealed(r->book, 0, &sealed), -ENOENT);
	assert_int_equal(account_line_by_id(r->book, 0, &line), -ENOENT);
	assert_int_equal(account_line_by_number(r->book, TEXT(""), &line), -ENOENT);
	assert_false(account_line_known(r->book, TEXT("")));
	row = room_credential(r, r->line, "nobody");
	assert_int_equal(account_credential_by_auth_name(r->book, ACCOUNT_NOBODY, &c), 0);
	assert_int_equal(account_credential_count(r->book), 1);
	assert_int_equal(c.id, row.id);
	assert_false(c.line_ended);
}

static void test_sealed_comes_back(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct vault_sealed sealed;

	assert_int_equal(account_credential_sealed(r->book, row.id, &sealed), 0);
	assert_int_equal(sealed.len, row.sealed_len);
	assert_memory_equal(sealed.bytes, row.sealed, sealed.len);
	assert_int_equal(account_credential_sealed(r->book, row.id + 1, &sealed),
			 -ENOENT);
}

static void test_line_answers(void **state)
{
	struct room *r = *state;
	struct account_line line;

	assert_true(account_line_known(r->book, TEXT("+41441234567")));
	assert_false(account_line_known(r->book, TEXT("+41441234568")));
	assert_int_equal(account_line_by_number(r->book, TEXT("+41441234567"), &line), 0);
	assert_int_equal(line.id, r->line);
	assert_int_equal(line.customer_id, r->customer);
	assert_string_equal(line.tariff, "inone-home");
	assert_string_equal(line.product, "inOne home");
	assert_string_equal(line.language, "fr");
	assert_string_equal(line.location_ref, "loc-1");
	assert_int_equal(line.segment, SEGMENT_RES);
	assert_false(line.ended);
	assert_int_equal(account_line_by_id(r->book, r->other_line, &line), 0);
	assert_string_equal(line.number, "+41581234567");
	assert_string_equal(line.tariff, "company");
	assert_int_equal(account_line_by_number(r->book, TEXT("+41441234568"), &line),
			 -ENOENT);
	assert_int_equal(account_line_by_id(r->book, 1, &line), -ENOENT);
}

static void test_product_of_another_segment_has_no_tariff(void **state)
{
	struct room *r = *state;
	struct line_row row = room_get_line(r, r->other_line);
	struct account_line line;

	strcpy(row.product, "inOne home");
	room_put_line(r, &row);
	room_settle(r);
	assert_int_equal(account_line_by_id(r->book, r->other_line, &line), 0);
	assert_string_equal(line.product, "inOne home");
	assert_string_equal(line.tariff, "");
}

static void test_line_ends_at_midnight(void **state)
{
	struct room *r = *state;
	struct line_row row = room_get_line(r, r->line);
	struct account_credential c;
	struct account_line line;

	room_credential(r, r->line, "k7m2x9qd");
	row.to_day = r->today;
	room_put_line(r, &row);
	room_settle(r);
	/* 2026-11-23 ends in Zurich at 23:00 UTC. */
	assert_int_equal(
		date_time_decode(TEXT("2026-11-23T22:59:59Z"), &r->clock.wall_us), 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_false(line.ended);
	fake_clock_advance_us(&r->clock, 1000000);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_true(line.ended);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("k7m2x9qd"), &c),
			 0);
	assert_true(c.line_ended);
}

static void test_line_begins_later(void **state)
{
	struct room *r = *state;
	struct line_row row = room_get_line(r, r->line);
	struct account_line line;

	row.from_day = r->today + 1;
	room_put_line(r, &row);
	room_settle(r);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_true(line.ended);
}

static void test_line_forwards(void **state)
{
	struct room *r = *state;
	struct line_row row = room_get_line(r, r->line);
	struct account_line line;

	strcpy(row.forward_busy, "+41791234567");
	room_put_line(r, &row);
	room_settle(r);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.forward.to[FORWARD_BUSY], "+41791234567");
	assert_string_equal(line.forward.to[FORWARD_ALWAYS], "");
	assert_int_equal(line.forward.after_s, FORWARD_AFTER_S);
	row.forward_busy[0] = '\0';
	room_put_line(r, &row);
	room_settle(r);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.forward.to[FORWARD_BUSY], "");
}

/* A number that goes to another customer is another line; the old one keeps its id. */
static void test_number_given_to_another(void **state)
{
	struct room *r = *state;
	struct line_row old = room_get_line(r, r->line), new = old;
	struct account_line line;

	old.to_day = r->today - 1;
	room_put_line(r, &old);
	new.id = id_new(r->ids);
	new.customer_id = r->other_customer;
	new.from_day = r->today;
	room_put_line(r, &new);
	room_settle(r);
	assert_int_equal(account_line_by_number(r->book, TEXT("+41441234567"), &line), 0);
	assert_int_equal(line.id, new.id);
	assert_int_equal(line.customer_id, r->other_customer);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_true(line.ended);
}

struct watcher {
	struct account_watch watch;
	struct account_credential last;
	bool new_secret;
	unsigned calls;
};

static void watched(struct account_watch *w, const struct account_credential *now,
		    bool new_secret)
{
	struct watcher *watcher = container_of(w, struct watcher, watch);

	watcher->last = *now;
	watcher->new_secret = new_secret;
	watcher->calls++;
}

static void test_strike_counts_at_once(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct watcher w = { .watch.credential = watched };
	struct account_credential c;

	account_watch_start(r->book, &w.watch);
	assert_true(account_credential_current(r->book, row.id, 1));
	assert_int_equal(account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN),
			 2);
	assert_false(account_credential_current(r->book, row.id, 1));
	assert_true(account_credential_current(r->book, row.id, 2));
	assert_int_equal(w.calls, 0); /* never inline */
	room_settle(r);
	assert_int_equal(w.calls, 1);
	assert_int_equal(w.last.status, CREDENTIAL_FROZEN);
	assert_int_equal(w.last.generation, 2);
	assert_int_equal(account_credential_strike(r->book, row.id, CREDENTIAL_REVOKED),
			 3);
	assert_false(account_credential_current(r->book, row.id, 3));
	/* No way back. */
	assert_int_equal(account_credential_strike(r->book, row.id, CREDENTIAL_ACTIVE),
			 3);
	assert_int_equal(account_credential_by_id(r->book, row.id, &c), 0);
	assert_int_equal(c.status, CREDENTIAL_REVOKED);
	assert_int_equal(
		account_credential_strike(r->book, row.id + 1, CREDENTIAL_FROZEN), 0);
	room_settle(r);
	assert_int_equal(w.calls, 2);
}

static void test_several_strikes_are_told_once(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct watcher w = { .watch.credential = watched };

	account_watch_start(r->book, &w.watch);
	account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN);
	account_credential_strike(r->book, row.id, CREDENTIAL_ACTIVE);
	account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN);
	room_settle(r);
	assert_int_equal(w.calls, 1);
	assert_int_equal(w.last.generation, 4);
}

static void test_rows_from_others(void **state)
{
	static const struct {
		const char *what;
		enum credential_status memory;
		uint32_t strikes;
		enum credential_status row;
		uint32_t row_generation;
		enum credential_status want;
		uint32_t want_generation;
	} rows[] = {
		{ "a newer row is taken", CREDENTIAL_ACTIVE, 0, CREDENTIAL_FROZEN, 2,
		  CREDENTIAL_FROZEN, 2 },
		{ "a row from before the strike is not", CREDENTIAL_FROZEN, 1,
		  CREDENTIAL_ACTIVE, 1, CREDENTIAL_FROZEN, 2 },
		{ "the strike's own row comes by", CREDENTIAL_FROZEN, 1,
		  CREDENTIAL_FROZEN, 2, CREDENTIAL_FROZEN, 2 },
		{ "revoked by another at the same time", CREDENTIAL_FROZEN, 1,
		  CREDENTIAL_REVOKED, 2, CREDENTIAL_REVOKED, 2 },
		{ "revoked by another, older", CREDENTIAL_FROZEN, 3, CREDENTIAL_REVOKED,
		  2, CREDENTIAL_REVOKED, 4 },
		{ "revoked here, thawed there", CREDENTIAL_REVOKED, 1, CREDENTIAL_ACTIVE,
		  9, CREDENTIAL_REVOKED, 2 },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char auth_name[16];
		struct credential_row row;
		struct account_credential c;

		snprintf(auth_name, sizeof(auth_name), "k7m2x9q%zu", i);
		row = room_credential(r, r->line, auth_name);
		for (uint32_t n = 0; n < rows[i].strikes; n++)
			account_credential_strike(r->book, row.id, rows[i].memory);
		row.status = rows[i].row;
		row.generation = rows[i].row_generation;
		room_put_credential(r, &row);
		room_settle(r);
		assert_int_equal(account_credential_by_id(r->book, row.id, &c), 0);
		if (c.status != rows[i].want || c.generation != rows[i].want_generation)
			fail_msg("%s: status %u generation %u", rows[i].what, c.status,
				 c.generation);
	}
}

static void test_feed_wakes_watchers(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct watcher w = { .watch.credential = watched };

	account_watch_start(r->book, &w.watch);
	strcpy(row.label, "Living room");
	room_put_credential(r, &row);
	room_settle(r);
	assert_int_equal(w.calls, 0); /* only status and generation are watched */
	row.status = CREDENTIAL_REVOKED;
	row.generation = 2;
	room_put_credential(r, &row);
	room_settle(r);
	assert_int_equal(w.calls, 1);
	assert_string_equal(w.last.label, "Living room");
	assert_false(w.new_secret);
}

static void test_watchers_learn_of_a_new_secret(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct watcher w = { .watch.credential = watched };

	account_watch_start(r->book, &w.watch);
	row.generation = 2;
	row.sealed[0] ^= 1;
	row.sealed_len = row.sealed_len ? row.sealed_len : 1;
	room_put_credential(r, &row);
	room_settle(r);
	assert_int_equal(w.calls, 1);
	assert_true(w.new_secret);
	account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN);
	room_settle(r);
	assert_int_equal(w.calls, 2);
	assert_false(w.new_secret);
	account_watch_stop(r->book, &w.watch);
	account_credential_strike(r->book, row.id, CREDENTIAL_REVOKED);
	room_settle(r);
	assert_int_equal(w.calls, 2);
}

static int change_all(struct store_db *db, void *arg)
{
	int rc = store_changed(db, "credential", 0);

	if (!rc)
		rc = store_changed(db, "line", 0);
	if (!rc)
		rc = store_changed(db, "customer", 0);
	return rc ? rc : store_changed(db, "product", 0);
}

static int put_quietly(struct store_db *db, void *arg)
{
	return store_credential_put(db, arg);
}

static int put_product(struct store_db *db, void *arg)
{
	const struct product_row row = { "inOne home", SEGMENT_RES, "dearer", 17257 };

	return store_product_put(db, &row);
}

static void test_read_all_again(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct account_credential c;
	struct account_line line;

	row.id = id_new(r->ids);
	strcpy(row.auth_name, "another2");
	room_write(r, put_quietly, &row);
	room_write(r, put_product, NULL);
	room_settle(r);
	assert_int_equal(account_credential_by_id(r->book, row.id, &c), -ENOENT);
	room_write(r, change_all, NULL);
	room_settle(r);
	assert_int_equal(account_credential_by_id(r->book, row.id, &c), 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.tariff, "dearer");
}

static int many_changes(struct store_db *db, void *arg)
{
	struct credential_row *row = arg;
	int64_t first = row->id;
	int rc = 0;

	for (int64_t i = 1; i <= 1000 && !rc; i++) {
		row->id = first + i;
		snprintf(row->auth_name, sizeof(row->auth_name), "many%d", (int)i);
		rc = store_credential_put(db, row);
		if (!rc)
			rc = store_changed(db, "credential", row->id);
	}
	return rc;
}

static void test_more_changes_than_a_batch(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct account_credential c;

	room_write(r, many_changes, &row);
	room_settle(r);
	for (int i = 1; i <= 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "many%d", i);
		assert_int_equal(
			account_credential_by_auth_name(r->book, text_of(name), &c), 0);
	}
}

static void test_pin_reaches_the_store(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct account_credential c;

	assert_int_equal(account_credential_pin(r->book, row.id, 1), 0);
	assert_int_equal(account_credential_by_id(r->book, row.id, &c), 0);
	assert_int_equal(c.pinned_algorithm, 1);
	room_settle(r);
	assert_int_equal(room_get_credential(r, row.id).pinned_algorithm, 1);
	assert_int_equal(room_get_credential(r, row.id).generation, 1);
	assert_int_equal(account_credential_pin(r->book, row.id + 1, 1), -ENOENT);
}

static void test_freed_with_work_under_way(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");

	account_credential_pin(r->book, row.id, 1);
	account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN);
	room_put_credential(r, &row); /* and the feed is about to call */
	loop_turn(r->loop);
	account_credential_strike(r->book, row.id, CREDENTIAL_FROZEN);
}

static void test_open_without_memory(void **state)
{
	struct room *r = *state;
	struct account_config cfg = { .store = r->store,
				      .clock = &r->clock.clock,
				      .random = &r->random.random,
				      .realm = "voip.example.ch",
				      .timezone = "Europe/Zurich" };

	room_credential(r, r->line, "k7m2x9qd");
	for (unsigned n = 1;; n++) {
		struct account_book *b = NULL;
		char reason[200] = "";
		int rc;

		fail_alloc_nth(n);
		rc = account_book_open(&cfg, &b, reason);
		if (!fail_alloc_off()) {
			assert_int_equal(rc, 0);
			account_book_free(b);
			break;
		}
		/* A failure that the book survives (a table that stays small) is fine. */
		assert_true(rc == 0 || reason[0]);
		if (rc == 0)
			account_book_free(b);
	}
	account_book_free(NULL);
}

struct racer {
	struct room *room;
	int64_t id;
	unsigned wrong;
};

/* What a reader sees is always one whole row. */
static void *read_on(void *arg)
{
	struct racer *racer = arg;

	for (unsigned i = 0; i < 2000; i++) {
		struct account_credential c;
		struct vault_sealed sealed;

		if (account_credential_by_auth_name(racer->room->book, TEXT("k7m2x9qd"),
						    &c) ||
		    account_credential_sealed(racer->room->book, racer->id, &sealed) ||
		    (strcmp(c.label, "Kitchen") != 0 &&
		     strcmp(c.label, "A longer label") != 0))
			racer->wrong++;
	}
	return NULL;
}

static void test_read_while_written(void **state)
{
	struct room *r = *state;
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");
	struct racer racers[2] = { { r, row.id, 0 }, { r, row.id, 0 } };
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &racers[i]),
				 0);
	for (uint32_t i = 2; i < 1000; i++) {
		strcpy(row.label, i % 2 ? "Kitchen" : "A longer label");
		row.generation = i;
		account_credential_apply(r->book, &row);
	}
	for (unsigned i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(racers[i].wrong, 0);
	}
}

int book_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_found_by_auth_name),
		CASE(test_nobody_is_never_found),
		CASE(test_sealed_comes_back),
		CASE(test_line_answers),
		CASE(test_product_of_another_segment_has_no_tariff),
		CASE(test_line_ends_at_midnight),
		CASE(test_line_begins_later),
		CASE(test_line_forwards),
		CASE(test_number_given_to_another),
		CASE(test_strike_counts_at_once),
		CASE(test_several_strikes_are_told_once),
		CASE(test_rows_from_others),
		CASE(test_feed_wakes_watchers),
		CASE(test_watchers_learn_of_a_new_secret),
		CASE(test_read_all_again),
		CASE(test_more_changes_than_a_batch),
		CASE(test_pin_reaches_the_store),
		CASE(test_freed_with_work_under_way),
		CASE(test_open_without_memory),
		CASE(test_read_while_written),
	};
#undef CASE

	return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
