/* SPDX-License-Identifier: Apache-2.0 */
/* event/event.h: stored in batches, told to those who watch, never lost in silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/random.h"
#include "event/attempt.h"
#include "event/diagnosis.h"
#include "event/event.h"
#include "event/once.h"
#include "fake/alloc.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "store/row.h"

enum { FLOOD = 10050, QUEUE = 10000, THREADS = 4, EACH = 200 };

struct house {
	struct fake_clock clock;
	struct loop *loop;
	struct id_maker *ids;
	struct store *store;
	struct event_log *log;
	struct event_watch watch;
	unsigned told;
	int64_t told_customer;
	char told_what[64];
};

static void tell(struct event_watch *watch, int64_t customer_id, const char *number,
		 const char *what)
{
	struct house *house = container_of(watch, struct house, watch);

	house->told++;
	house->told_customer = customer_id;
	snprintf(house->told_what, sizeof(house->told_what), "%s %s", number, what);
}

static void build(struct house *house)
{
	struct store_config store = { .url = "sqlite::memory:", .virtual_time = true };
	struct event_config event = { 0 };
	char reason[200];

	memset(house, 0, sizeof(*house));
	fake_clock_init(&house->clock);
	store.clock = event.clock = &house->clock.clock;
	house->loop = event.loop = loop_new_virtual(store.clock);
	house->ids = event.ids = id_maker_new(store.clock, 1);
	assert_int_equal(store_open(&store, true, &house->store, reason), 0);
	event.store = house->store;
	house->log = event_log_new(&event);
	assert_non_null(house->log);
	house->watch.fn = tell;
}

static void tear_down(struct house *house)
{
	event_log_free(house->log);
	store_close(house->store);
	fake_loop_run(house->loop, &house->clock, 0);
	id_maker_free(house->ids);
	loop_free(house->loop);
}

/* ---- what is in the store ---- */

struct reading {
	struct store_job job;
	unsigned count;
	struct event_row newest;
};

static int read_one(void *arg, const struct event_row *row)
{
	struct reading *r = arg;

	if (r->count++ == 0)
		r->newest = *row;
	return 0;
}

static int read_all(struct store_db *db, struct store_job *job)
{
	struct reading *r = container_of(job, struct reading, job);

	r->count = 0;
	return store_event_each(db, 0, 0, 0, read_one, r);
}

static struct reading stored(struct store *store)
{
	struct reading r = { .job.work = read_all };

	assert_int_equal(store_run(store, STORE_READ, &r.job), 0);
	return r;
}

static const struct event_row wrong_code = {
	.customer_id = 100,
	.credential_id = 400,
	.kind = "code_wrong",
	.who = "ann",
	.source = "192.0.2.1",
	.text = "A wrong code",
};

static void an_event_is_stored_with_id_and_time(void **state)
{
	struct house house;
	struct reading r;

	build(&house);
	event_put(house.log, &wrong_code);
	assert_int_equal(stored(house.store).count, 0); /* never at once */
	fake_loop_run(house.loop, &house.clock, 0);
	r = stored(house.store);
	assert_int_equal(r.count, 1);
	assert_true(r.newest.id > 0);
	assert_int_equal(r.newest.at, house.clock.wall_us);
	assert_string_equal(r.newest.text, "A wrong code");
	tear_down(&house);
}

static void given_id_and_time_are_kept(void **state)
{
	struct event_row row = wrong_code;
	struct house house;
	struct reading r;

	build(&house);
	row.id = 5;
	row.at = 6;
	event_put(house.log, &row);
	event_put(house.log, &row); /* the same id: one event */
	fake_loop_run(house.loop, &house.clock, 0);
	r = stored(house.store);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.newest.id, 5);
	assert_int_equal(r.newest.at, 6);
	tear_down(&house);
}

/* ---- once ---- */

struct once_case {
	const char *name;
	int64_t credential_id;
	const char *kind, *source, *text;
	int64_t later_s; /* time passes before it */
	bool first;
};

static const struct once_case once_cases[] = {
	{ "the first", 1, "a", "s", "t", 0, true },
	{ "a repeat", 1, "a", "s", "t", 0, false },
	{ "another credential", 2, "a", "s", "t", 0, true },
	{ "another kind", 1, "b", "s", "t", 0, true },
	{ "another source", 1, "a", "r", "t", 0, true },
	{ "another text", 1, "a", "s", "u", 0, true },
	{ "fields do not run together", 1, "a", "st", "", 0, true },
	{ "a repeat just inside the window", 1, "a", "s", "t", 59, false },
	{ "a repeat after the window", 1, "a", "s", "t", 1, true },
};

static void repeats_are_dropped_within_the_window(void **state)
{
	struct house house;
	unsigned want = 0;

	build(&house);
	for (size_t i = 0; i < sizeof(once_cases) / sizeof(*once_cases); i++) {
		const struct once_case *c = &once_cases[i];
		struct event_row row = { .credential_id = c->credential_id };

		snprintf(row.kind, sizeof(row.kind), "%s", c->kind);
		snprintf(row.source, sizeof(row.source), "%s", c->source);
		snprintf(row.text, sizeof(row.text), "%s", c->text);
		fake_clock_advance_us(&house.clock, c->later_s * 1000000);
		event_put_once(house.log, &row, 60);
		fake_loop_run(house.loop, &house.clock, 0);
		want += c->first;
		if (stored(house.store).count != want)
			fail_msg("%s", c->name);
	}
	tear_down(&house);
}

/* Whoever can write any source into his datagrams. */
static void strangers_cannot_fill_the_log(void **state)
{
	struct house house;
	struct event_row row = { .credential_id = 1, .kind = "auth_failed" };

	build(&house);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(row.source, sizeof(row.source), "198.51.%u.%u", i / 250,
			 i % 250);
		event_put_stranger(house.log, &row, 3600);
	}
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, EVENT_SOURCES_MAX);
	for (unsigned i = 0; i < 1000; i++) {
		row.credential_id = 2 + i;
		event_put_stranger(house.log, &row, 3600);
	}
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, EVENT_STRANGERS_MAX);
	fake_clock_advance_us(&house.clock, 60 * 1000000LL);
	row.credential_id = 5000;
	event_put_stranger(house.log, &row, 3600);
	row.credential_id = 0;
	row.line_id = 5000; /* another line's */
	event_put_stranger(house.log, &row, 3600);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, EVENT_STRANGERS_MAX + 2);
	tear_down(&house);
}

/* Once per credential, reason and source in an hour, of so many sources. */
static void a_device_is_told_of_once_an_hour(void **state)
{
	struct house house;
	struct event_row whose = { .customer_id = 1, .credential_id = 1 };
	struct reading r;

	build(&house);
	for (unsigned i = 0; i < 300; i++) {
		snprintf(whose.source, sizeof(whose.source), "198.51.100.%u", i / 100);
		diagnosis_put(house.log, "tls_required", false, &whose);
	}
	fake_loop_run(house.loop, &house.clock, 0);
	r = stored(house.store);
	assert_int_equal(r.count, 3);
	assert_string_equal(r.newest.kind, "device_refused");
	assert_string_equal(r.newest.reason, "tls_required");
	for (unsigned i = 0; i < 200; i++) {
		snprintf(whose.source, sizeof(whose.source), "2001:db8::%x", i);
		diagnosis_put(house.log, "tls_required", false, &whose);
	}
	diagnosis_put(house.log, "no_price", false, &whose); /* another reason */
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, EVENT_SOURCES_MAX + 1);
	fake_clock_advance_us(&house.clock, 3600 * 1000000LL);
	diagnosis_put(house.log, "tls_required", false, &whose);
	diagnosis_put(house.log, "unknown_auth_name", true, &whose); /* the log's only */
	diagnosis_put(house.log, "no such word", true, &whose);
	whose.credential_id = 0; /* nobody's */
	diagnosis_put(house.log, "wrong_password", true, &whose);
	diagnosis_put(house.log, "unknown_auth_name", true, &whose);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, EVENT_SOURCES_MAX + 2);
	tear_down(&house);
}

static void diagnoses_are_sound(void **state)
{
	for (size_t i = 0; i < DIAGNOSES_COUNT; i++) {
		const struct diagnosis *d = &DIAGNOSES[i];

		/* Each word once, and it fits where it is kept. */
		assert_ptr_equal(diagnosis_of(d->word), d);
		assert_true(strlen(d->word) < ROW_WORD_SIZE);
		assert_true(strlen(d->text) < ROW_TEXT_SIZE);
		/* Warn-text is a quoted string of one line. */
		if (d->warning) {
			assert_true(strlen(d->warning) < 80);
			assert_null(strpbrk(d->warning, "\"\\\r\n"));
		}
		/* What nobody proved who sent is heard by nobody. */
		if (d->kind && strcmp(d->kind, "auth_failed") == 0)
			assert_null(d->warning);
	}
}

/* ---- attempts ---- */

struct looker {
	struct attempt_watch watch;
	unsigned count;
	struct attempt last;
};

static void look(struct attempt_watch *w, const struct attempt *a)
{
	struct looker *l = container_of(w, struct looker, watch);

	l->count++;
	l->last = *a;
}

static void attempts_are_told_while_somebody_looks(void **state)
{
	struct attempt a = { .reason = "unknown_auth_name", .auth_name = "bob" };
	struct looker l = { .watch.fn = look };
	struct house house;

	build(&house);
	assert_false(attempt_watched(house.log));
	attempt_watch_start(house.log, &l.watch);
	assert_true(attempt_watched(house.log));
	for (unsigned i = 0; i < 2 * EVENT_LATE_MAX; i++)
		attempt_put(house.log, &a);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(l.count, EVENT_LATE_MAX);
	assert_string_equal(l.last.auth_name, "bob");
	assert_int_equal(l.last.at, house.clock.wall_us);
	assert_int_equal(stored(house.store).count, 0);
	attempt_watch_stop(house.log, &l.watch);
	attempt_watch_stop(house.log, &l.watch);
	assert_false(attempt_watched(house.log));
	attempt_put(house.log, &a);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(l.count, EVENT_LATE_MAX);
	attempt_put(house.log, &a); /* freed with the log */
	tear_down(&house);
}

/* ---- watches ---- */

static void watchers_are_told(void **state)
{
	struct house house;

	build(&house);
	event_watch_start(house.log, &house.watch);
	event_notify(house.log, 100, "+41441234567", "bindings");
	assert_int_equal(house.told, 0);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(house.told, 1);
	assert_int_equal(house.told_customer, 100);
	assert_string_equal(house.told_what, "+41441234567 bindings");
	assert_int_equal(stored(house.store).count, 0);
	event_put(house.log, &wrong_code);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(house.told, 2);
	assert_string_equal(house.told_what, " events");
	event_watch_stop(house.log, &house.watch);
	event_watch_stop(house.log, &house.watch);
	event_notify(house.log, 100, "+41441234567", "calls");
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(house.told, 2);
	tear_down(&house);
}

/* ---- trouble ---- */

struct caught {
	unsigned lines;
	char last[2000];
};

static void catch_line(void *arg, enum log_level level, const char *line)
{
	struct caught *caught = arg;

	caught->lines++;
	snprintf(caught->last, sizeof(caught->last), "%s", line);
}

static void past_the_queue_events_are_counted(void **state)
{
	struct house house;
	struct caught caught = { 0 };

	build(&house);
	log_set_sink(catch_line, &caught);
	for (int i = 0; i < FLOOD; i++)
		event_put(house.log, &wrong_code);
	fake_loop_run(house.loop, &house.clock, 0);
	log_set_sink(NULL, NULL);
	assert_int_equal(stored(house.store).count, QUEUE);
	assert_int_equal(caught.lines, 1);
	assert_non_null(strstr(caught.last, "event dropped=50"));
	tear_down(&house);
}

static int lose_table(struct store_db *db, struct store_job *job)
{
	static const struct store_query drop = { .tail = "DROP TABLE event" };

	return store_exec(db, &drop, NULL, 0);
}

static void what_cannot_be_stored_is_logged(void **state)
{
	struct house house;
	struct caught caught = { 0 };
	struct store_job job = { .work = lose_table };

	build(&house);
	assert_int_equal(store_run(house.store, STORE_WRITE, &job), 0);
	log_set_sink(catch_line, &caught);
	event_put(house.log, &wrong_code);
	fake_loop_run(house.loop, &house.clock, 0);
	log_set_sink(NULL, NULL);
	assert_int_equal(caught.lines, 1);
	assert_non_null(strstr(caught.last, "kind=code_wrong"));
	assert_non_null(strstr(caught.last, "text=\"A wrong code\""));
	tear_down(&house);
}

static void free_writes_what_waits(void **state)
{
	struct house house;

	build(&house);
	event_put(house.log, &wrong_code);
	loop_turn(house.loop); /* a batch is on its way */
	event_put(house.log, &wrong_code);
	event_notify(house.log, 1, "+41441234567", "calls");
	event_log_free(house.log);
	assert_int_equal(stored(house.store).count, 2);
	house.log = NULL;
	tear_down(&house);
}

static void without_memory_there_is_none(void **state)
{
	struct house house;
	struct event_config cfg = { 0 };

	build(&house);
	cfg = (struct event_config){ house.store, house.loop, house.ids,
				     &house.clock.clock };
	for (unsigned n = 1;; n++) {
		struct event_log *log;

		fail_alloc_nth(n);
		log = event_log_new(&cfg);
		if (!fail_alloc_off()) {
			event_log_free(log);
			break;
		}
		assert_null(log);
	}
	/* A put without memory is one that is dropped, and said. */
	fail_alloc_nth(1);
	event_put(house.log, &wrong_code);
	assert_true(fail_alloc_off());
	tear_down(&house);
}

/* ---- many threads ---- */

static void *put_many(void *arg)
{
	for (int i = 0; i < EACH; i++)
		event_put(arg, &wrong_code);
	return NULL;
}

static void events_come_from_every_thread(void **state)
{
	struct house house;
	pthread_t threads[THREADS];

	build(&house);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, put_many, house.log);
	for (int i = 0; i < EACH; i++)
		loop_turn(house.loop);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	fake_loop_run(house.loop, &house.clock, 0);
	assert_int_equal(stored(house.store).count, THREADS * EACH);
	tear_down(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_stored_with_id_and_time),
		cmocka_unit_test(given_id_and_time_are_kept),
		cmocka_unit_test(repeats_are_dropped_within_the_window),
		cmocka_unit_test(strangers_cannot_fill_the_log),
		cmocka_unit_test(a_device_is_told_of_once_an_hour),
		cmocka_unit_test(diagnoses_are_sound),
		cmocka_unit_test(attempts_are_told_while_somebody_looks),
		cmocka_unit_test(watchers_are_told),
		cmocka_unit_test(past_the_queue_events_are_counted),
		cmocka_unit_test(what_cannot_be_stored_is_logged),
		cmocka_unit_test(free_writes_what_waits),
		cmocka_unit_test(without_memory_there_is_none),
		cmocka_unit_test(events_come_from_every_thread),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
