/* SPDX-License-Identifier: Apache-2.0 */
/* From the call into the database: at once, late, or in spite of trouble, but once. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { MANY = 6000 };

static void an_ended_call_is_booked(void **state)
{
	struct desk desk;
	struct booked booked;

	desk_build(&desk);
	desk_open(&desk);
	desk_whole_call(&desk, 7);
	assert_int_equal(journal_backlog(desk.journal), 1);
	assert_int_equal(desk_booked(&desk).count, 0);
	desk_run(&desk, 0);
	booked = desk_booked(&desk);
	assert_int_equal(booked.count, 1);
	assert_int_equal(booked.ledger, 350);
	assert_int_equal(booked.last.id, 7);
	assert_string_equal(booked.last.cause, "caller_hung_up");
	assert_int_equal(journal_backlog(desk.journal), 0);
	desk_tear_down(&desk);
}

static void an_attempt_is_booked_free(void **state)
{
	struct desk desk;
	struct booked booked;
	struct cdr_row call = desk_call(7);

	desk_build(&desk);
	desk_open(&desk);
	assert_int_equal(journal_start(desk.journal, &call), 0);
	desk_run(&desk, 0);
	assert_int_equal(desk_booked(&desk).count, 0);
	call.ended_at = 2000000;
	strcpy(call.cause, "busy");
	assert_int_equal(journal_end(desk.journal, &call), 0);
	desk_run(&desk, 0);
	booked = desk_booked(&desk);
	assert_int_equal(booked.count, 1);
	assert_int_equal(booked.last.answered_at, 0);
	assert_int_equal(booked.ledger, 0);
	desk_tear_down(&desk);
}

/* ---- the store has trouble ---- */

static void a_store_that_is_away_is_waited_for(void **state)
{
	struct desk desk;

	desk_build(&desk);
	desk_open(&desk);
	wraps.book_error = -EIO;
	for (int i = 1; i <= 200; i++)
		desk_whole_call(&desk, i);
	desk_run(&desk, 3600LL * 1000000);
	assert_int_equal(journal_backlog(desk.journal), 200);
	wraps.book_error = 0;
	desk_run(&desk, 300000);
	assert_int_equal(journal_backlog(desk.journal), 0);
	assert_int_equal(desk_booked(&desk).count, 200);
	assert_int_equal(desk_booked(&desk).ledger, 200 * 350);
	desk_tear_down(&desk);
}

static void what_is_refused_for_ever_is_put_aside(void **state)
{
	struct desk desk;
	char content[5000];

	desk_build(&desk);
	desk_open(&desk);
	wraps.book_error = -EINVAL;
	wraps.book_id = 5;
	for (int i = 1; i <= 9; i++)
		desk_whole_call(&desk, i);
	desk_run(&desk, 0);
	assert_int_equal(journal_backlog(desk.journal), 0);
	assert_int_equal(desk_booked(&desk).count, 8);
	desk_read(&desk, "rejected.log", content, sizeof(content));
	assert_non_null(strstr(content, "\tid=5\t"));
	assert_int_equal(strlen(strchr(content, '\n')), 1);
	desk_tear_down(&desk);
}

/* ---- the disk has trouble ---- */

struct disk_case {
	const char *name;
	struct wraps wraps;
	int error;
};

static const struct disk_case disk_cases[] = {
	{ "full", { .write_errno = ENOSPC }, -ENOSPC },
	{ "over quota", { .write_errno = EDQUOT }, -ENOSPC },
	{ "broken", { .write_errno = EIO }, -EIO },
	{ "full in the middle of a line", { .write_short = 20 }, -ENOSPC },
	{ "and cannot be cut", { .write_short = 20, .truncate_errno = EIO }, -ENOSPC },
};

static void refused_and_recovered(const struct disk_case *c)
{
	struct desk desk;
	struct cdr_row call = desk_call(50);

	desk_build(&desk);
	desk_open(&desk);
	desk_whole_call(&desk, 1);
	wraps = c->wraps;
	if (journal_start(desk.journal, &call) != c->error)
		fail_msg("%s", c->name);
	memset(&wraps, 0, sizeof(wraps));
	desk_whole_call(&desk, 2);
	desk_run(&desk, 0);
	assert_int_equal(desk_booked(&desk).count, 2);
	/* A restart finds nothing that is damaged, and no call 50. */
	desk_close(&desk);
	desk_open(&desk);
	assert_int_equal(desk_booked(&desk).count, 2);
	desk_tear_down(&desk);
}

static void a_full_disk_refuses_and_recovers(void **state)
{
	for (size_t i = 0; i < sizeof(disk_cases) / sizeof(*disk_cases); i++)
		refused_and_recovered(&disk_cases[i]);
}

/* The call did take place: its end is booked, written down or not. */
static void an_end_is_booked_in_spite_of_a_full_disk(void **state)
{
	struct desk desk;
	struct cdr_row call = desk_call(9);

	desk_build(&desk);
	desk_open(&desk);
	assert_int_equal(journal_start(desk.journal, &call), 0);
	call.answered_at = 5;
	assert_int_equal(journal_answer(desk.journal, &call), 0);
	wraps.write_errno = ENOSPC;
	call.ended_at = 6;
	call.charge_micros = 77;
	assert_int_equal(journal_end(desk.journal, &call), -ENOSPC);
	assert_int_equal(journal_backlog(desk.journal), 1);
	desk_run(&desk, 0);
	assert_int_equal(journal_backlog(desk.journal), 0);
	assert_int_equal(desk_booked(&desk).ledger, 77);
	desk_tear_down(&desk);
}

static void a_failed_sync_begins_a_new_segment(void **state)
{
	struct desk desk;

	desk_build(&desk);
	desk_open(&desk);
	wraps.sync_errno = EIO;
	desk_whole_call(&desk, 1);
	desk_run(&desk, 0);
	wraps.sync_errno = 0;
	desk_whole_call(&desk, 2);
	desk_run(&desk, 0);
	assert_int_equal(desk_booked(&desk).count, 2);
	desk_tear_down(&desk);
}

/* ---- segments ---- */

static void segments_go_when_all_in_them_is_booked(void **state)
{
	struct desk desk;
	struct cdr_row early = desk_call(1), late = desk_call(2);

	desk_build(&desk);
	desk_open(&desk);
	assert_int_equal(journal_start(desk.journal, &early), 0);
	for (int i = 0; i < MANY; i++)
		desk_whole_call(&desk, 10 + i);
	assert_true(desk_files(&desk) >= 2);
	assert_int_equal(journal_start(desk.journal, &late), 0);
	desk_run(&desk, 0);
	assert_int_equal(desk_booked(&desk).count, MANY);
	/* The first call began in the first segment and still lasts. */
	assert_int_equal(desk_files(&desk), 2);
	early.ended_at = late.ended_at = 9;
	assert_int_equal(journal_end(desk.journal, &early), 0);
	desk_run(&desk, 0);
	assert_int_equal(desk_files(&desk), 1);
	assert_int_equal(journal_end(desk.journal, &late), 0);
	desk_close(&desk);
	assert_int_equal(desk_files(&desk), 0);
	assert_int_equal(desk_booked(&desk).count, MANY + 2);
	desk_tear_down(&desk);
}

int run_drain(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ended_call_is_booked),
		cmocka_unit_test(an_attempt_is_booked_free),
		cmocka_unit_test(a_store_that_is_away_is_waited_for),
		cmocka_unit_test(what_is_refused_for_ever_is_put_aside),
		cmocka_unit_test(a_full_disk_refuses_and_recovers),
		cmocka_unit_test(an_end_is_booked_in_spite_of_a_full_disk),
		cmocka_unit_test(a_failed_sync_begins_a_new_segment),
		cmocka_unit_test(segments_go_when_all_in_them_is_booked),
	};

	return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
