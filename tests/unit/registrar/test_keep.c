/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_keep.c - Bindings as rows, and a restart. */

#include "rig.h"

#include <string.h>

#include "registrar/room.h"

#define A "Contact: <sip:a@10.0.0.5:5060>\r\n"

struct rows {
	struct store_job job;
	struct binding_row first;
	unsigned count;
	struct credential_row credential;
	unsigned registered_events;
};

static int on_row(void *arg, const struct binding_row *row)
{
	struct rows *rows = arg;

	if (!rows->count++)
		rows->first = *row;
	return 0;
}

static int on_event(void *arg, const struct event_row *row)
{
	struct rows *rows = arg;

	rows->registered_events += !strcmp(row->kind, "registered");
	return 0;
}

static int read_rows(struct store_db *db, struct store_job *job)
{
	struct rows *rows = container_of(job, struct rows, job);

	rows->count = rows->registered_events = 0;
	if (store_credential_get(db, CREDENTIAL, &rows->credential) < 0 ||
	    store_event_each(db, 0, 0, 100, on_event, rows) < 0)
		return -1;
	return store_binding_each(db, on_row, rows);
}

static struct rows rows_of(struct rig *r)
{
	struct rows rows = { .job = { .work = read_rows } };

	rig_run(r, 2);
	assert_int_equal(store_run(r->store, STORE_READ, &rows.job), 0);
	return rows;
}

static void test_put_and_delete(void **state)
{
	struct rows rows;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	rows = rows_of(&r);
	assert_int_equal(rows.count, 1);
	assert_string_equal(rows.first.contact, "sip:a@10.0.0.5:5060");
	assert_string_equal(rows.first.source, "192.0.2.9:5060");
	assert_string_equal(rows.first.transport, "udp");
	assert_string_equal(rows.first.call_id, "c1");
	assert_int_equal(rig_contact(&r, 2, A "Expires: 0\r\n"), 200);
	assert_int_equal(rows_of(&r).count, 0);
	rig_close(&r);
}

/* A refresh writes its row at most once per half expiry. */
static void test_refresh_is_written_seldom(void **state)
{
	int64_t expires_at;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 3600\r\n"), 200);
	expires_at = rows_of(&r).first.expires_at;
	rig_run(&r, 600);
	assert_int_equal(rig_contact(&r, 2, A "Expires: 3600\r\n"), 200);
	assert_int_equal(rows_of(&r).first.expires_at, expires_at);
	rig_run(&r, 1300);
	assert_int_equal(rig_contact(&r, 3, A "Expires: 3600\r\n"), 200);
	assert_true(rows_of(&r).first.expires_at > expires_at + 1000 * 1000000LL);
	rig_close(&r);
}

static void test_moved_is_written_at_once(void **state)
{
	struct rig_register moved = { .cseq = 2,
				      .headers = A,
				      .from = rig_flow("198.51.100.7:6000", 0) };
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rig_send(&r, &moved), 200);
	assert_string_equal(rows_of(&r).first.source, "198.51.100.7:6000");
	assert_int_equal(rows_of(&r).count, 1);
	rig_close(&r);
}

static void test_equal_but_written_otherwise(void **state)
{
	struct rows rows;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rig_contact(&r, 2, "Contact: <sip:%61@10.0.0.5:5060>\r\n"), 200);
	rows = rows_of(&r);
	assert_int_equal(rows.count, 1);
	assert_string_equal(rows.first.contact, "sip:%61@10.0.0.5:5060");
	rig_close(&r);
}

static void test_last_use_hourly(void **state)
{
	int64_t at;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A), 200);
	at = rows_of(&r).credential.last_registered_at;
	assert_true(at > 0);
	rig_run(&r, 1800);
	assert_int_equal(rig_contact(&r, 2, A), 200);
	assert_int_equal(rows_of(&r).credential.last_registered_at, at);
	rig_run(&r, 1800);
	assert_int_equal(rig_contact(&r, 3, A), 200);
	assert_true(rows_of(&r).credential.last_registered_at > at);
	rig_close(&r);
}

static void test_event_once_per_device(void **state)
{
	struct rig r;

	rig_open(&r, true);
	rig_contact(&r, 1, "User-Agent: Phone 1\r\n" A);
	rig_contact(&r, 2, "User-Agent: Phone 1\r\n" A);
	assert_int_equal(rows_of(&r).registered_events, 1);
	rig_contact(&r, 3, "User-Agent: Phone 1\r\n" A "Expires: 0\r\n");
	rig_contact(&r, 4, "User-Agent: Phone 1\r\n" A);
	assert_int_equal(rows_of(&r).registered_events, 1);
	rig_contact(&r, 5, "User-Agent: Phone 2\r\n" A);
	assert_int_equal(rows_of(&r).registered_events, 2);
	rig_close(&r);
}

static void test_udp_outlives_a_restart(void **state)
{
	struct rig_register tcp = { .cseq = 2,
				    .headers = "Contact: <sip:t@10.0.0.6>\r\n",
				    .from = rig_flow("192.0.2.9:33000", 9) };
	struct binding b;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, "User-Agent: Phone\r\n" A), 200);
	assert_int_equal(rig_send(&r, &tcp), 200);
	rig_restart(&r);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1), 1);
	assert_string_equal(b.contact, "sip:a@10.0.0.5:5060");
	assert_string_equal(b.user_agent, "Phone");
	assert_int_equal(b.flow.transport, TRANSPORT_UDP);
	assert_int_equal(b.flow.listener, REGISTRAR_LISTENER_UNKNOWN);
	assert_int_equal(b.flow.remote.port, 5060);
	assert_int_equal(rig_bindings(&r), 1);
	assert_int_equal(rows_of(&r).count, 1);
	rig_close(&r);
}

/* The order within one Call-ID holds across the restart. */
static void test_order_outlives_a_restart(void **state)
{
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 7, A), 200);
	rig_restart(&r);
	assert_int_equal(rig_contact(&r, 7, A), 500);
	assert_int_equal(rig_contact(&r, 8, A), 200);
	rig_close(&r);
}

/* A storm: more than the store shall have of us at a time. */
static void test_no_room_means_later(void **state)
{
	struct rig r;

	rig_open(&r, true);
	r.registrar->keep_count = 1000000;
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rig_contact(&r, 2, "Contact: <sip:b@10.0.0.6:5060>\r\n"), 200);
	assert_int_equal(rows_of(&r).count, 0);
	r.registrar->keep_count = 0;
	assert_int_equal(rows_of(&r).count, 2);
	assert_int_equal(registrar_store_failures(r.registrar), 0);
	assert_false(registrar_shard(r.registrar, LINE)->unsaved);
	rig_close(&r);
}

static void test_what_is_unsaved_is_written_at_the_end(void **state)
{
	struct rig r;

	rig_open(&r, true);
	r.registrar->keep_count = 1000000;
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rows_of(&r).count, 0);
	r.registrar->keep_count = 0;
	rig_restart(&r);
	assert_int_equal(rig_bindings(&r), 1);
	assert_int_equal(rows_of(&r).count, 1);
	rig_close(&r);
}

/* The order counts from what was registered last, not from what was written first. */
static void test_later_writes_what_is_then(void **state)
{
	struct rig r;

	rig_open(&r, true);
	r.registrar->keep_count = 1000000;
	assert_int_equal(rig_contact(&r, 1, A), 200);
	assert_int_equal(rig_contact(&r, 5, A), 200);
	r.registrar->keep_count = 0;
	assert_int_equal(rows_of(&r).first.cseq, 5);
	rig_close(&r);
}

static void test_expired_is_not_loaded(void **state)
{
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 60\r\n"), 200);
	registrar_free(r.registrar);
	r.registrar = NULL;
	fake_clock_advance_us(&r.clock, 61 * 1000000LL);
	rig_restart(&r);
	assert_int_equal(rig_bindings(&r), 0);
	assert_int_equal(rows_of(&r).count, 0);
	rig_close(&r);
}

static void test_loaded_one_expires(void **state)
{
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 60\r\n"), 200);
	rig_restart(&r);
	rig_run(&r, 61);
	assert_int_equal(registrar_count(r.registrar), 0);
	assert_int_equal(rows_of(&r).count, 0);
	rig_close(&r);
}

int keep_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_delete),
		cmocka_unit_test(test_refresh_is_written_seldom),
		cmocka_unit_test(test_moved_is_written_at_once),
		cmocka_unit_test(test_equal_but_written_otherwise),
		cmocka_unit_test(test_last_use_hourly),
		cmocka_unit_test(test_event_once_per_device),
		cmocka_unit_test(test_udp_outlives_a_restart),
		cmocka_unit_test(test_order_outlives_a_restart),
		cmocka_unit_test(test_no_room_means_later),
		cmocka_unit_test(test_what_is_unsaved_is_written_at_the_end),
		cmocka_unit_test(test_later_writes_what_is_then),
		cmocka_unit_test(test_expired_is_not_loaded),
		cmocka_unit_test(test_loaded_one_expires),
	};

	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
