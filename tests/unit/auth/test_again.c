/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_again.c - The digest of a device that has shown its own before. */

#include "auth/again.h"
#include "scene.h"
#include "unit.h"

/* A request, decoded: it points into b. */
struct sent {
	struct buf b;
	struct sip_msg m;
	struct sip_digest digest;
	struct flow from;
};

static void request_of(struct sent *s, const struct request *q,
		       const struct challenge *last)
{
	struct sip_fault fault;

	*s = (struct sent){ .from.remote = { .family = AF_INET,
					     .ip = { 192, 0, 2, 7 } } };
	scene_put_request(&s->b, q, "");
	scene_put_authorization(&s->b, q, last);
	buf_puts(&s->b, "Content-Length: 0\r\n\r\n");
	assert_int_equal(sip_msg_decode(buf_text(&s->b), &s->m, &fault), 0);
	assert_int_equal(
		sip_digest_decode(sip_msg_header(&s->m, SIP_HDR_AUTHORIZATION)->value,
				  &s->digest),
		0);
}

static bool check_keep(struct scene *s, const struct request *q,
		       const struct challenge *last, struct auth_again *again)
{
	struct auth_result result;
	struct sent sent;
	bool kept;

	request_of(&sent, q, last);
	kept = auth_check_keep(s->auth, &sent.m, &sent.from, &result, again);
	buf_free(&sent.b);
	return kept;
}

static bool again(struct scene *s, const struct request *q, const struct challenge *last,
		  struct auth_again *a)
{
	struct sent sent;
	struct auth_words words;
	bool good;

	request_of(&sent, q, last);
	words = (struct auth_words){ sent.digest.nonce, sent.digest.nc,
				     sent.digest.cnonce, sent.digest.response };
	good = auth_again(s->auth, a, &words);
	buf_free(&sent.b);
	return good;
}

static void begin(struct scene *s, struct challenge *c, struct auth_again *a)
{
	*c = scene_first(s);
	assert_true(check_keep(s, &(struct request){ 0 }, c, a));
}

static void test_counts(void **state)
{
	struct scene *s = *state;
	struct auth_again a;
	struct challenge c;

	begin(s, &c, &a);
	assert_false(again(s, &(struct request){ .nc = 1 }, &c, &a));
	assert_true(again(s, &(struct request){ .nc = 2 }, &c, &a));
	assert_false(again(s, &(struct request){ .nc = 2 }, &c, &a));
	/* What is wrong uses up nothing. */
	assert_false(again(s, &(struct request){ .nc = 3, .password = "guess" }, &c, &a));
	assert_false(again(s, &(struct request){ .nc = 3, .upper = true }, &c, &a));
	assert_true(again(s, &(struct request){ .nc = 3 }, &c, &a));
}

/* Both ways count together: what came by one is no good by the other. */
static void test_one_window(void **state)
{
	struct scene *s = *state;
	struct auth_again a;
	struct auth_result r;
	struct challenge c;

	begin(s, &c, &a);
	assert_true(again(s, &(struct request){ .nc = 2 }, &c, &a));
	r = scene_check(s, &(struct request){ .nc = 2 }, &c);
	assert_result(&r, AUTH_STALE, "replayed");
	r = scene_check(s, &(struct request){ .nc = 3 }, &c);
	assert_result(&r, AUTH_OK, "ok");
	assert_false(again(s, &(struct request){ .nc = 3 }, &c, &a));
}

static void test_other_nonces(void **state)
{
	struct scene *s = *state;
	struct challenge c, fresh, forged;
	struct auth_again a;

	begin(s, &c, &a);
	fresh = scene_first(s);
	assert_true(again(s, &(struct request){ 0 }, &fresh, &a));
	assert_true(again(s, &(struct request){ .nc = 2 }, &fresh, &a));
	assert_true(again(s, &(struct request){ .nc = 2 }, &c, &a));
	forged = fresh;
	forged.nonce[50] = forged.nonce[50] == '0' ? '1' : '0';
	assert_false(again(s, &(struct request){ 0 }, &forged, &a));
	/* The first words of a nonce cannot be another's. */
	forged = fresh;
	forged.nonce[3] = forged.nonce[3] == '0' ? '1' : '0';
	assert_false(again(s, &(struct request){ .nc = 7 }, &forged, &a));
	assert_true(again(s, &(struct request){ .nc = 3 }, &fresh, &a));
	fake_clock_advance_us(&s->room->clock, (AUTH_NONCE_S + 1) * INT64_C(1000000));
	assert_false(again(s, &(struct request){ .nc = 4 }, &fresh, &a));
	assert_false(again(s, &(struct request){ .nc = 4 }, &c, &a));
}

static void revoke(struct scene *s)
{
	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_REVOKED);
}

static void freeze(struct scene *s)
{
	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_FROZEN);
}

static void freeze_line(struct scene *s)
{
	account_line_strike(s->room->book, s->room->line, true);
}

static void change_row(struct scene *s)
{
	struct credential_row row = room_get_credential(s->room, s->credential.id);

	row.generation++;
	account_credential_apply(s->room->book, &row);
}

static void end_line(struct scene *s)
{
	struct line_row row = room_get_line(s->room, s->room->line);

	row.to_day = s->room->today - 1;
	account_line_apply(s->room->book, &row);
}

static void want_sha256(struct scene *s)
{
	account_credential_pin(s->room->book, s->credential.id, 1);
}

/* Of what the book says of the line, nothing may change unseen. */
static void test_the_book(void **state)
{
	static const struct {
		const char *what;
		void (*change)(struct scene *);
	} changes[] = {
		{ "revoked", revoke },          { "frozen", freeze },
		{ "its line", freeze_line },    { "another secret", change_row },
		{ "line has ended", end_line }, { "pinned", want_sha256 },
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		void *fresh = NULL;
		struct auth_again a;
		struct challenge c;

		assert_int_equal(scene_setup(&fresh), 0);
		begin(fresh, &c, &a);
		assert_true(again(fresh, &(struct request){ .nc = 2 }, &c, &a));
		changes[i].change(fresh);
		if (again(fresh, &(struct request){ .nc = 3 }, &c, &a))
			fail_msg("%s", changes[i].what);
		scene_teardown(&fresh);
	}
}

static void test_others_do_not_matter(void **state)
{
	struct scene *s = *state;
	struct auth_again a;
	struct challenge c;

	begin(s, &c, &a);
	account_line_strike(s->room->book, s->room->other_line, true);
	assert_true(again(s, &(struct request){ .nc = 2 }, &c, &a));
}

static void test_not_kept(void **state)
{
	static const struct {
		const char *what;
		struct request request;
	} rows[] = {
		{ "a wrong one", { .password = "guess" } },
		{ "without qop", { .qop = "" } },
		{ "a qop in capitals", { .qop = "AUTH" } },
		{ "another realm", { .realm = "elsewhere" } },
		{ "an agent that may take SHA-256", { .agent = "PJSUA v2.13" } },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct challenge c = scene_first(s);
		struct auth_again a;

		if (check_keep(s, &rows[i].request, &c, &a))
			fail_msg("%s", rows[i].what);
	}
}

int again_group(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_counts),
		CASE(test_one_window),
		CASE(test_other_nonces),
		CASE(test_the_book),
		CASE(test_others_do_not_matter),
		CASE(test_not_kept),
	};

	return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
