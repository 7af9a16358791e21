/* SPDX-License-Identifier: Apache-2.0 */
/* The change feed, on every backend. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "store/core.h"

enum { HEARD_MAX = 64, FLOOD = 5000, TOPICS = 6, SOME = 10 };

struct ear {
	struct store_feed feed;
	unsigned count;
	char topics[HEARD_MAX][STORE_TOPIC_SIZE];
	int64_t keys[HEARD_MAX];
	unsigned everything; /* key 0 */
	bool complete;       /* that, or the flood's last */
};

static void hear(struct store_feed *feed, const char *topic, int64_t key)
{
	struct ear *ear = container_of(feed, struct ear, feed);

	ear->everything += key == 0;
	ear->complete = ear->everything == TOPICS || key == FLOOD;
	if (ear->count < HEARD_MAX) {
		strcpy(ear->topics[ear->count], topic);
		ear->keys[ear->count] = key;
	}
	ear->count++;
}

static void listen_with(struct fixture *f, struct ear *ear)
{
	memset(ear, 0, sizeof(*ear));
	ear->feed.changed = hear;
	ear->feed.loop = f->loop;
	assert_int_equal(store_feed_start(f->store, &ear->feed), 0);
}

static int change_three(struct store_db *db, void *arg)
{
	int64_t first = *(int64_t *)arg;
	int error = store_changed(db, "credential", first);

	if (!error)
		error = store_changed(db, "line", first + 1);
	if (!error)
		error = store_changed(db, "tariff", 0);
	return error;
}

static int change_and_fail(struct store_db *db, void *arg)
{
	int error = change_three(db, arg);

	return error ? error : -EPERM;
}

static void a_change_is_heard_in_order(struct fixture *f)
{
	struct ear ear;
	int64_t key = 42;

	listen_with(f, &ear);
	assert_int_equal(fixture_run(f, STORE_WRITE, change_three, &key), 0);
	assert_true(fixture_wait_count(f, &ear.count, 3));
	assert_string_equal(ear.topics[0], "credential");
	assert_int_equal(ear.keys[0], 42);
	assert_string_equal(ear.topics[1], "line");
	assert_int_equal(ear.keys[1], 43);
	assert_string_equal(ear.topics[2], "tariff");
	assert_int_equal(ear.keys[2], 0);
	store_feed_stop(f->store, &ear.feed);
}

static void what_was_rolled_back_is_not_heard(struct fixture *f)
{
	struct ear ear;
	int64_t lost = 42, kept = 50;

	listen_with(f, &ear);
	assert_int_equal(fixture_run(f, STORE_WRITE, change_and_fail, &lost), -EPERM);
	assert_int_equal(fixture_run(f, STORE_WRITE, change_three, &kept), 0);
	assert_true(fixture_wait_count(f, &ear.count, 3));
	assert_int_equal(ear.keys[0], 50);
	store_feed_stop(f->store, &ear.feed);
}

static void who_stopped_hears_nothing(struct fixture *f)
{
	struct ear stopped, ear;
	int64_t key = 42;

	listen_with(f, &stopped);
	listen_with(f, &ear);
	assert_int_equal(fixture_run(f, STORE_WRITE, change_three, &key), 0);
	store_feed_stop(f->store, &stopped.feed);
	assert_true(fixture_wait_count(f, &ear.count, 3));
	assert_int_equal(stopped.count, 0);
	store_feed_stop(f->store, &ear.feed);
}

static int change_flood(struct store_db *db, void *arg)
{
	int error = 0;

	for (int i = 1; i <= FLOOD && !error; i++)
		error = store_changed(db, "line", i);
	return error;
}

/* A queue without end would be worse than reading everything once more. */
static void a_flood_becomes_read_all_again(struct fixture *f)
{
	struct ear ear;

	listen_with(f, &ear);
	assert_int_equal(fixture_run(f, STORE_WRITE, change_flood, NULL), 0);
	assert_true(fixture_wait(f, &ear.complete));
	/* A loop that keeps up may hear all of it. With SQLite all was there at once. */
	if (strcmp(store_driver_name(f->store), "sqlite") == 0)
		assert_true(ear.everything == TOPICS && ear.count < FLOOD);
	store_feed_stop(f->store, &ear.feed);
}

struct flooder {
	struct ear ear;
	struct fixture *f;
	bool flooded;
};

static int change_some(struct store_db *db, void *arg)
{
	int error = 0;

	for (int i = 0; i < *(int *)arg && !error; i++)
		error = store_changed(db, "line", FLOOD);
	return error;
}

/* In the middle of some changes so many come that only "all" is left of them. */
static void flood_and_hear(struct store_feed *feed, const char *topic, int64_t key)
{
	struct flooder *flooder = container_of(feed, struct flooder, ear.feed);
	int more = STORE_CHANGES_MAX + 1 - (SOME - 1);

	hear(feed, topic, key);
	if (!flooder->flooded &&
	    fixture_run(flooder->f, STORE_WRITE, change_some, &more) == 0)
		flooder->flooded = true;
}

static void a_flood_while_listening_is_survived(struct fixture *f)
{
	struct flooder flooder = { .f = f };
	bool sqlite = strcmp(store_driver_name(f->store), "sqlite") == 0;
	int some = SOME;

	listen_with(f, &flooder.ear);
	flooder.ear.feed.changed = flood_and_hear;
	assert_int_equal(fixture_run(f, STORE_WRITE, change_some, &some), 0);
	assert_true(fixture_wait(f, &flooder.flooded));
	if (sqlite)
		assert_true(fixture_wait_count(f, &flooder.ear.everything, TOPICS));
	store_feed_stop(f->store, &flooder.ear.feed);
}

static int change_unknown(struct store_db *db, void *arg)
{
	return store_changed(db, "lines", 1);
}

static void a_topic_that_nobody_knows_is_refused(struct fixture *f)
{
	assert_int_equal(fixture_run(f, STORE_WRITE, change_unknown, NULL), -EINVAL);
}

static void the_feed_is_young(struct fixture *f)
{
	assert_true(store_feed_age_us(f->store) < 5000000);
}

const struct contract_case contract_feed_cases[] = {
	{ "a change is heard after commit, in order", a_change_is_heard_in_order },
	{ "what was rolled back is not heard", what_was_rolled_back_is_not_heard },
	{ "who stopped hears nothing", who_stopped_hears_nothing },
	{ "a flood becomes 'read all again'", a_flood_becomes_read_all_again },
	{ "a flood while listening is survived", a_flood_while_listening_is_survived },
	{ "a topic that nobody knows is refused", a_topic_that_nobody_knows_is_refused },
	{ "the feed is young", the_feed_is_young },
	{ NULL, NULL },
};
