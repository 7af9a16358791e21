/* SPDX-License-Identifier: Apache-2.0 */
/* What a crash leaves: files that a journal of another life wrote, down to half a line.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "rating/journal_line.h"
#include "unit.h"

static void leave_line(struct desk *desk, const char *file, enum journal_kind kind,
		       const struct cdr_row *call)
{
	char storage[JOURNAL_LINE_MAX + 1];
	struct buf line = BUF_FIXED(storage);

	journal_line_encode(&line, kind, call);
	buf_putc(&line, '\0');
	assert_int_equal(line.error, 0);
	desk_write(desk, file, storage);
}

struct left_case {
	const char *name;
	int64_t answered_at, paid_until, charge; /* of the last line before the crash */
	bool ended;
	int64_t want_ended_at, want_charge;
	const char *want_cause;
};

static const struct left_case left_cases[] = {
	{ "ringing", 0, 0, 0, false, 1000000, 0, "crash" },
	{ "ringing, with money reserved", 0, 0, 500, false, 1000000, 0, "crash" },
	{ "answered", 2000000, 0, 0, false, 2000000, 0, "crash" },
	{ "answered and paid", 2000000, 9000000, 700, false, 9000000, 700, "crash" },
	{ "ended", 2000000, 9000000, 700, true, 9000000, 700, "callee_hung_up" },
};

static void try_left(const struct left_case *c)
{
	struct desk desk;
	struct cdr_row call = desk_call(7);
	struct booked booked;

	desk_build(&desk);
	leave_line(&desk, "journal-000003.log", JOURNAL_START, &call);
	call.answered_at = c->answered_at;
	call.ended_at = c->paid_until;
	call.charge_micros = c->charge;
	if (c->answered_at || c->charge)
		leave_line(&desk, "journal-000003.log", JOURNAL_ANSWER, &call);
	strcpy(call.cause, "callee_hung_up");
	if (c->ended)
		leave_line(&desk, "journal-000004.log", JOURNAL_END, &call);
	for (int life = 0; life < 2; life++) {
		desk_open(&desk);
		booked = desk_booked(&desk);
		if (booked.count != 1 || booked.last.ended_at != c->want_ended_at ||
		    booked.charge != c->want_charge || booked.ledger != c->want_charge ||
		    strcmp(booked.last.cause, c->want_cause) != 0)
			fail_msg("%s, life %d: %u booked, ended %lld, charge %lld, cause "
				 "%s",
				 c->name, life, booked.count,
				 (long long)booked.last.ended_at,
				 (long long)booked.charge, booked.last.cause);
		desk_close(&desk);
	}
	assert_int_equal(desk_files(&desk), 0);
	desk_tear_down(&desk);
}

static void calls_without_an_end_are_ended(void **state)
{
	for (size_t i = 0; i < sizeof(left_cases) / sizeof(*left_cases); i++)
		try_left(&left_cases[i]);
}

static void half_a_line_is_survived(void **state)
{
	struct desk desk;
	struct cdr_row call = desk_call(7);

	desk_build(&desk);
	leave_line(&desk, "journal-000001.log", JOURNAL_START, &call);
	call.ended_at = 5;
	leave_line(&desk, "journal-000001.log", JOURNAL_END, &call);
	desk_write(&desk, "journal-000001.log", "end\tid=8\tcustomer_i");
	desk_open(&desk);
	assert_int_equal(desk_booked(&desk).count, 1);
	desk_whole_call(&desk, 9);
	desk_run(&desk, 0);
	assert_int_equal(desk_booked(&desk).count, 2);
	desk_tear_down(&desk);
}

static void damage_costs_only_its_own_line(void **state)
{
	struct desk desk;
	struct cdr_row call = desk_call(7);

	desk_build(&desk);
	call.ended_at = 5;
	leave_line(&desk, "journal-000001.log", JOURNAL_END, &call);
	desk_write(&desk, "journal-000001.log", "end\tid=8\tno checksum\n\n\x01\xff\n");
	call.id = 9;
	leave_line(&desk, "journal-000001.log", JOURNAL_END, &call);
	desk_write(&desk, "journal-000002.log", "");
	desk_write(&desk, "journal-x.log", "not ours");
	desk_open(&desk);
	assert_int_equal(desk_booked(&desk).count, 2);
	assert_int_equal(journal_backlog(desk.journal), 0);
	desk_tear_down(&desk);
}

/* More bytes without a line's end than any line has. */
static void a_long_run_of_damage_ends(void **state)
{
	static char junk[200001];
	struct desk desk;
	struct cdr_row call = desk_call(7);

	memset(junk, 'x', sizeof(junk) - 1);
	desk_build(&desk);
	desk_write(&desk, "journal-000001.log", junk);
	desk_write(&desk, "journal-000001.log", "\n");
	call.ended_at = 5;
	leave_line(&desk, "journal-000001.log", JOURNAL_END, &call);
	desk_open(&desk);
	assert_int_equal(desk_booked(&desk).count, 1);
	desk_tear_down(&desk);
}

static void a_store_that_is_away_at_start_is_no_obstacle(void **state)
{
	struct desk desk;
	struct cdr_row call = desk_call(7);

	desk_build(&desk);
	call.answered_at = 5;
	leave_line(&desk, "journal-000001.log", JOURNAL_ANSWER, &call);
	wraps.book_error = -EIO;
	desk_open(&desk);
	assert_int_equal(journal_backlog(desk.journal), 1);
	desk_run(&desk, 1000000);
	wraps.book_error = 0;
	desk_run(&desk, 1000000);
	assert_int_equal(journal_backlog(desk.journal), 0);
	assert_int_equal(desk_booked(&desk).count, 1);
	desk_tear_down(&desk);
}

static void what_close_cannot_book_the_next_start_does(void **state)
{
	struct desk desk;

	desk_build(&desk);
	desk_open(&desk);
	wraps.book_error = -EIO;
	desk_whole_call(&desk, 7);
	desk_run(&desk, 0);
	desk_close(&desk);
	assert_int_equal(desk_files(&desk), 1);
	wraps.book_error = 0;
	desk_open(&desk);
	assert_int_equal(desk_booked(&desk).count, 1);
	assert_string_equal(desk_booked(&desk).last.cause, "caller_hung_up");
	desk_tear_down(&desk);
}

static void a_directory_that_cannot_be_is_said(void **state)
{
	struct desk desk;
	struct journal_config cfg = { .dir = "/proc/nowhere/journal",
				      .virtual_time = true };
	char reason[200];

	desk_build(&desk);
	cfg.store = desk.store;
	cfg.loop = desk.loop;
	cfg.clock = &desk.clock.clock;
	assert_int_equal(journal_open(&cfg, &desk.journal, reason), -ENOENT);
	assert_non_null(strstr(reason, "/proc/nowhere/journal"));
	desk_tear_down(&desk);
}

static void opening_without_memory_fails_cleanly(void **state)
{
	struct desk desk;
	struct cdr_row call = desk_call(7);

	desk_build(&desk);
	for (unsigned n = 1;; n++) {
		struct journal_config cfg = { .dir = desk.dir,
					      .store = desk.store,
					      .loop = desk.loop,
					      .virtual_time = true,
					      .clock = &desk.clock.clock };
		char reason[200];
		int error;

		if (n == 1)
			leave_line(&desk, "journal-000001.log", JOURNAL_START, &call);
		fail_alloc_nth(n);
		error = journal_open(&cfg, &desk.journal, reason);
		if (!fail_alloc_off())
			break;
		if (error == 0)
			desk_close(&desk);
		else
			assert_int_equal(error, -ENOMEM);
		desk.journal = NULL;
	}
	assert_int_equal(desk_booked(&desk).count, 1);
	desk_tear_down(&desk);
}

int run_recover(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_without_an_end_are_ended),
		cmocka_unit_test(half_a_line_is_survived),
		cmocka_unit_test(damage_costs_only_its_own_line),
		cmocka_unit_test(a_long_run_of_damage_ends),
		cmocka_unit_test(a_store_that_is_away_at_start_is_no_obstacle),
		cmocka_unit_test(what_close_cannot_book_the_next_start_does),
		cmocka_unit_test(a_directory_that_cannot_be_is_said),
		cmocka_unit_test(opening_without_memory_fails_cleanly),
	};

	return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
