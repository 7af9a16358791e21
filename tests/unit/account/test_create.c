/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_create.c - account/create.c, desk.c, strike.c. */

#include "account/create.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/alloc.h"
#include "room.h"

static const struct account_actor anna = { 77, "anna", "192.0.2.7" };

static struct account_desk *desk_of(struct room *r)
{
	struct account_desk_config cfg = { .book = r->book,
					   .vault = r->vault,
					   .store = r->store,
					   .loop = r->loop,
					   .ids = r->ids,
					   .random = &r->random.random,
					   .clock = &r->clock.clock,
					   .domain = "voip.example.ch",
					   .realm = "voip.example.ch",
					   .timezone = "Europe/Zurich" };
	struct account_desk *d = account_desk_new(&cfg);

	assert_non_null(d);
	return d;
}

struct answer {
	unsigned calls;
	int status;
	struct account_created *created;
};

static void on_created(void *arg, int status, struct account_created *created)
{
	struct answer *a = arg;

	a->calls++;
	a->status = status;
	a->created = created;
}

static void on_done(void *arg, int status)
{
	struct answer *a = arg;

	a->calls++;
	a->status = status;
}

static struct account_creation creation_on(int64_t line_id)
{
	return (struct account_creation){ .line_id = line_id,
					  .kind = CREDENTIAL_DEVICE,
					  .label = "Kitchen",
					  .profile = "fritzbox" };
}

static int keep_event(void *arg, const struct event_row *row)
{
	*(struct event_row *)arg = *row;
	return 1;
}

static int newest_event(struct store_db *db, void *arg)
{
	int rc = store_event_each(db, 0, 0, 1, keep_event, arg);

	return rc == 1 ? 0 : -ENOENT;
}

static void assert_event(struct room *r, const char *kind, const char *part)
{
	struct event_row event;

	room_write(r, newest_event, &event);
	assert_string_equal(event.kind, kind);
	assert_non_null(strstr(event.text, part));
	assert_string_equal(event.who, "anna");
	assert_string_equal(event.source, "192.0.2.7");
	assert_int_equal(event.customer_id, r->customer);
	assert_true(event.id != 0 && event.at == r->clock.wall_us);
}

static bool password_opens(struct room *r, const struct account_created *c)
{
	struct text name = text_of(c->auth_name), realm = TEXT("voip.example.ch");
	uint8_t ha1[DIGEST_HASH_MAX], want[DIGEST_HASH_MAX];
	struct vault_sealed sealed;

	assert_int_equal(account_credential_sealed(r->book, c->id, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, c->id, name, realm, &sealed, VAULT_BARE,
				      DIGEST_SHA256, ha1),
			 0);
	assert_int_equal(
		digest_ha1(DIGEST_SHA256, name, realm, text_of(c->password), want), 0);
	return memcmp(ha1, want, sizeof(ha1)) == 0;
}

static void test_created_and_usable(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct account_creation in = creation_on(r->line);
	struct answer a = { 0 };
	struct account_credential c;
	struct credential_row row;

	assert_int_equal(account_credential_create(d, &in, &anna, on_created, &a), 0);
	assert_int_equal(a.calls, 0);
	room_settle(r);
	assert_int_equal(a.calls, 1);
	assert_int_equal(a.status, 0);
	assert_int_equal(strlen(a.created->password), 24);
	assert_int_equal(strspn(a.created->password, RANDOM_PASSWORD), 24);
	assert_int_equal(strlen(a.created->auth_name), 8);
	assert_in_range(a.created->auth_name[0], 'a', 'z');
	assert_null(strpbrk(a.created->auth_name, "ilo01@"));
	assert_string_equal(a.created->user_name, "+41441234567");
	assert_int_equal(a.created->customer_id, r->customer);
	assert_int_equal(account_credential_by_auth_name(
				 r->book, text_of(a.created->auth_name), &c),
			 0);
	assert_int_equal(c.status, CREDENTIAL_ACTIVE);
	assert_true(password_opens(r, a.created));
	row = room_get_credential(r, a.created->id);
	assert_int_equal(row.created_by, 77);
	assert_string_equal(row.profile, "fritzbox");
	assert_event(r, "credential_created", "\"Kitchen\"");
	account_created_free(a.created);
	account_created_free(NULL);
	account_desk_free(d);
}

static bool in_rows(const struct credential_row *row, const char *secret)
{
	return memmem(row, sizeof(*row), secret, strlen(secret)) != NULL;
}

static void test_password_is_nowhere(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct account_creation in = creation_on(r->line);
	struct answer a = { 0 };
	struct credential_row row;
	struct event_row event;

	account_credential_create(d, &in, &anna, on_created, &a);
	room_settle(r);
	row = room_get_credential(r, a.created->id);
	room_write(r, newest_event, &event);
	assert_false(in_rows(&row, a.created->password));
	assert_null(strstr(event.text, a.created->password));
	account_created_free(a.created);
	account_desk_free(d);
}

static void test_refused(void **state)
{
	static const char long_label[200] = { [0 ... 198] = 'x' };
	static const struct {
		const char *what, *label, *profile;
	} rows[] = {
		{ "no label", "", "generic" },
		{ "no label at all", NULL, "generic" },
		{ "no profile", "Kitchen", "" },
		{ "label too long", long_label, "generic" },
		{ "a control character", "Kit\nchen", "generic" },
		{ "not UTF-8", "Kit\xff", "generic" },
	};
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct answer a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account_creation in = creation_on(r->line);

		in.label = rows[i].label;
		in.profile = rows[i].profile;
		assert_int_equal(account_credential_create(d, &in, &anna, on_created, &a),
				 -EINVAL);
	}
	room_settle(r);
	assert_int_equal(a.calls, 0);
	account_desk_free(d);
}

static int create_on(struct room *r, struct account_desk *d, int64_t line_id,
		     unsigned live_max)
{
	struct account_creation in = creation_on(line_id);
	struct answer a = { 0 };

	in.live_max = live_max;
	assert_int_equal(account_credential_create(d, &in, &anna, on_created, &a), 0);
	room_settle(r);
	assert_int_equal(a.calls, 1);
	assert_int_equal(a.created != NULL, a.status == 0);
	account_created_free(a.created);
	return a.status;
}

static void test_line_must_allow_it(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct line_row line = room_get_line(r, r->line);

	assert_int_equal(create_on(r, d, 12345, 0), -ENOENT);
	line.frozen = true;
	room_put_line(r, &line);
	assert_int_equal(create_on(r, d, r->line, 0), -EPERM);
	line.frozen = false;
	line.to_day = r->today - 1;
	room_put_line(r, &line);
	assert_int_equal(create_on(r, d, r->line, 0), -EPERM);
	line.to_day = r->today;
	room_put_line(r, &line);
	assert_int_equal(create_on(r, d, r->line, 0), 0);
	account_desk_free(d);
}

static void test_bound_on_live_ones(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct credential_row row = room_credential(r, r->line, "k7m2x9qd");

	row.status = CREDENTIAL_REVOKED;
	room_put_credential(r, &row);
	assert_int_equal(create_on(r, d, r->line, 2), 0);
	assert_int_equal(create_on(r, d, r->line, 2), 0);
	assert_int_equal(create_on(r, d, r->line, 2), -ENOSPC);
	assert_int_equal(create_on(r, d, r->other_line, 2), 0);
	account_desk_free(d);
}

static void test_freeze_and_revoke(void **state)
{
	static const struct {
		const char *what;
		enum credential_status status;
		int want;
		uint32_t generation;
		const char *event;
	} steps[] = {
		{ "active already", CREDENTIAL_ACTIVE, -EALREADY, 1, NULL },
		{ "freeze", CREDENTIAL_FROZEN, 0, 2, "credential_frozen" },
		{ "freeze again", CREDENTIAL_FROZEN, -EALREADY, 2, NULL },
		{ "unfreeze", CREDENTIAL_ACTIVE, 0, 3, "credential_unfrozen" },
		{ "revoke", CREDENTIAL_REVOKED, 0, 4, "credential_revoked" },
		{ "revoke again", CREDENTIAL_REVOKED, -EALREADY, 4, NULL },
		{ "no way back", CREDENTIAL_ACTIVE, -EPERM, 4, NULL },
		{ "nor half of it", CREDENTIAL_FROZEN, -EPERM, 4, NULL },
	};
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	int64_t id = room_credential(r, r->line, "k7m2x9qd").id;

	for (size_t i = 0; i < COUNT(steps); i++) {
		struct answer a = { 0 };
		struct account_credential c;
		uint32_t generation = 0;
		int rc = account_credential_set_status(d, id, steps[i].status, &anna,
						       on_done, &a, &generation);

		if (rc != steps[i].want)
			fail_msg("%s: %d", steps[i].what, rc);
		assert_int_equal(account_credential_by_id(r->book, id, &c), 0);
		assert_int_equal(c.generation, steps[i].generation); /* at once */
		assert_int_equal(a.calls, 0);
		room_settle(r);
		assert_int_equal(a.calls, rc == 0);
		assert_int_equal(room_get_credential(r, id).generation,
				 steps[i].generation);
		if (rc)
			continue;
		assert_int_equal(generation, steps[i].generation);
		assert_int_equal(room_get_credential(r, id).status, steps[i].status);
		assert_event(r, steps[i].event, "(k7m2x9qd)");
	}
	assert_int_equal(account_credential_set_status(d, 1, CREDENTIAL_FROZEN, &anna,
						       on_done, NULL, NULL),
			 -ENOENT);
	account_desk_free(d);
}

static void test_line_frozen(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	int64_t id = room_credential(r, r->line, "k7m2x9qd").id;
	struct account_credential c;
	struct answer a = { 0 };

	assert_int_equal(account_line_set_frozen(d, r->line, true, &anna, on_done, &a),
			 0);
	assert_int_equal(account_credential_by_id(r->book, id, &c), 0);
	assert_true(c.line_frozen);
	assert_int_equal(c.status, CREDENTIAL_ACTIVE);
	room_settle(r);
	assert_int_equal(a.calls, 1);
	assert_true(room_get_line(r, r->line).frozen);
	assert_event(r, "line_frozen", "+41441234567");
	assert_int_equal(account_line_set_frozen(d, r->line, true, &anna, on_done, &a),
			 -EALREADY);
	assert_int_equal(account_line_set_frozen(d, r->line, false, &anna, on_done, &a),
			 0);
	room_settle(r);
	assert_false(room_get_line(r, r->line).frozen);
	assert_event(r, "line_unfrozen", "+41441234567");
	assert_int_equal(account_line_set_frozen(d, 1, true, &anna, on_done, &a),
			 -ENOENT);
	account_desk_free(d);
}

/* The store's thread (on virtual time: the loop) runs out of memory, once. */
static void settle_without_memory(struct room *r)
{
	fail_alloc_nth(1);
	room_settle(r);
	assert_true(fail_alloc_off());
}

static void test_strike_stays_and_is_written_later(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	int64_t id = room_credential(r, r->line, "k7m2x9qd").id;
	struct account_credential c;
	struct answer a = { 0 };

	assert_int_equal(account_credential_set_status(d, id, CREDENTIAL_REVOKED, &anna,
						       on_done, &a, NULL),
			 0);
	settle_without_memory(r);
	assert_int_equal(a.calls, 1);
	assert_int_equal(a.status, -ENOMEM);
	assert_int_equal(room_get_credential(r, id).status, CREDENTIAL_ACTIVE);
	assert_int_equal(account_credential_by_id(r->book, id, &c), 0);
	assert_int_equal(c.status, CREDENTIAL_REVOKED);
	fake_loop_run(r->loop, &r->clock, 6000000);
	assert_int_equal(room_get_credential(r, id).status, CREDENTIAL_REVOKED);
	assert_int_equal(a.calls, 1);
	account_desk_free(d);
}

static void test_a_late_write_undoes_nothing(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	int64_t id = room_credential(r, r->line, "k7m2x9qd").id;
	struct answer a = { 0 }, b = { 0 };

	account_credential_set_status(d, id, CREDENTIAL_FROZEN, &anna, on_done, &a, NULL);
	settle_without_memory(r);
	assert_int_equal(a.status, -ENOMEM);
	account_credential_set_status(d, id, CREDENTIAL_ACTIVE, &anna, on_done, &b, NULL);
	room_settle(r);
	assert_int_equal(b.status, 0);
	fake_loop_run(r->loop, &r->clock, 6000000);
	assert_int_equal(room_get_credential(r, id).status, CREDENTIAL_ACTIVE);
	assert_int_equal(room_get_credential(r, id).generation, 3);
	account_desk_free(d);
}

static void test_freed_with_changes_under_way(void **state)
{
	struct room *r = *state;
	struct account_desk *d = desk_of(r);
	struct account_creation in = creation_on(r->line);
	int64_t id = room_credential(r, r->line, "k7m2x9qd").id;
	struct answer a = { 0 };

	account_credential_create(d, &in, &anna, on_created, &a);
	account_credential_set_status(d, id, CREDENTIAL_FROZEN, &anna, on_done, &a, NULL);
	account_desk_free(d);
	account_desk_free(NULL);
	room_settle(r);
	assert_int_equal(a.calls, 0);
}

int create_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_created_and_usable),
		CASE(test_password_is_nowhere),
		CASE(test_refused),
		CASE(test_line_must_allow_it),
		CASE(test_bound_on_live_ones),
		CASE(test_freeze_and_revoke),
		CASE(test_line_frozen),
		CASE(test_strike_stays_and_is_written_later),
		CASE(test_a_late_write_undoes_nothing),
		CASE(test_freed_with_changes_under_way),
	};
#undef CASE

	return cmocka_run_group_tests_name("create", tests, NULL, NULL);
}
