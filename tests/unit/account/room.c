/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/room.c - A store in memory on virtual time. */

#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"

struct
try {
	struct store_job job;
	int (*fn)(struct store_db *, void *);
	void *arg;
};

static int work(struct store_db *db, struct store_job *job)
{
	struct try *t = container_of(job, struct try, job);

	return t->fn(db, t->arg);
}

int room_try(struct room *r, int (*fn)(struct store_db *, void *arg), void *arg)
{
	struct try t = { .job.work = work, .fn = fn, .arg = arg };

	return store_run(r->store, STORE_WRITE, &t.job);
}

void room_write(struct room *r, int (*fn)(struct store_db *, void *arg), void *arg)
{
	assert_int_equal(room_try(r, fn, arg), 0);
}

void room_settle(struct room *r)
{
	fake_loop_run(r->loop, &r->clock, 0);
}

static int put_customer(struct store_db *db, void *arg)
{
	const struct customer_row *row = arg;
	int rc = store_customer_put(db, row);

	return rc ? rc : store_changed(db, "customer", row->id);
}

static int put_line(struct store_db *db, void *arg)
{
	const struct line_row *row = arg;
	int rc = store_line_put(db, row);

	return rc ? rc : store_changed(db, "line", row->id);
}

static int put_credential(struct store_db *db, void *arg)
{
	const struct credential_row *row = arg;
	int rc = store_credential_put(db, row);

	return rc ? rc : store_changed(db, "credential", row->id);
}

void room_put_line(struct room *r, const struct line_row *row)
{
	room_write(r, put_line, (void *)(uintptr_t)row);
}

void room_put_credential(struct room *r, const struct credential_row *row)
{
	room_write(r, put_credential, (void *)(uintptr_t)row);
}

static int get_line(struct store_db *db, void *arg)
{
	struct line_row *row = arg;

	return store_line_get(db, row->id, row);
}

struct line_row room_get_line(struct room *r, int64_t id)
{
	struct line_row row = { .id = id };

	room_write(r, get_line, &row);
	return row;
}

static int get_credential(struct store_db *db, void *arg)
{
	struct credential_row *row = arg;

	return store_credential_get(db, row->id, row);
}

struct credential_row room_get_credential(struct room *r, int64_t id)
{
	struct credential_row row = { .id = id };

	room_write(r, get_credential, &row);
	return row;
}

static int put_products(struct store_db *db, void *arg)
{
	const struct product_row rows[] = {
		{ "inOne home", SEGMENT_RES, "inone-home", 17257 }, /* 2017-04-01 */
		{ "inOne home", SEGMENT_SME, "inone-home-sme", 17257 },
		{ "Swisscom Line Company", SEGMENT_ENT, "company",
		  17348 },                                   /* 2017-07-01 */
		{ "Next year", SEGMENT_RES, "next", 21000 }, /* 2027-07-01 */
		{ "Economy Line", SEGMENT_RES, "economy", DATE_DAY_NEVER },
	};
	int rc = 0;

	for (size_t i = 0; i < COUNT(rows) && !rc; i++)
		rc = store_product_put(db, &rows[i]);
	return rc;
}

static int64_t make_customer(struct room *r, const char *ref, enum segment segment,
			     const char *location_ref)
{
	struct customer_row row = { .id = id_new(r->ids),
				    .segment = segment,
				    .language = "fr" };

	strcpy(row.ref, ref);
	snprintf(row.name, sizeof(row.name), "Customer %s", ref);
	strcpy(row.location_ref, location_ref);
	room_write(r, put_customer, &row);
	return row.id;
}

static int64_t make_line(struct room *r, int64_t customer, const char *number,
			 const char *product)
{
	struct line_row row = { .id = id_new(r->ids),
				.customer_id = customer,
				.from_day = r->today - 100,
				.to_day = DATE_DAY_NEVER };

	strcpy(row.number, number);
	strcpy(row.product, product);
	room_put_line(r, &row);
	return row.id;
}

static void open_vault(struct room *r)
{
	char dir[] = "/tmp/ownline-account-XXXXXX", path[64], reason[200];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/vault.key", dir);
	assert_int_equal(vault_key_create(path, &r->random.random), 0);
	assert_int_equal(vault_open(path, &r->vault, reason), 0);
	unlink(path);
	rmdir(dir);
}

static void open_book(struct room *r)
{
	struct account_config cfg = { .store = r->store,
				      .loop = r->loop,
				      .clock = &r->clock.clock,
				      .random = &r->random.random,
				      .realm = "voip.example.ch",
				      .timezone = "Europe/Zurich" };
	char reason[200] = "";

	assert_int_equal(account_book_open(&cfg, &r->book, reason), 0);
}

int room_setup(void **state)
{
	struct room *r = calloc(1, sizeof(*r));
	struct store_config cfg = { .url = "sqlite::memory:", .virtual_time = true };
	char reason[200];

	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 11);
	cfg.clock = &r->clock.clock;
	r->loop = loop_new_virtual(&r->clock.clock);
	r->ids = id_maker_new(&r->clock.clock, 1);
	r->today = date_day_of(r->clock.wall_us, "Europe/Zurich");
	assert_int_equal(store_open(&cfg, true, &r->store, reason), 0);
	open_vault(r);
	room_write(r, put_products, NULL);
	r->customer = make_customer(r, "C-1", SEGMENT_RES, "loc-1");
	r->other_customer = make_customer(r, "C-2", SEGMENT_ENT, "");
	r->line = make_line(r, r->customer, "+41441234567", "inOne home");
	r->other_line =
		make_line(r, r->other_customer, "+41581234567", "Swisscom Line Company");
	open_book(r);
	*state = r;
	return 0;
}

int room_teardown(void **state)
{
	struct room *r = *state;

	account_book_free(r->book);
	store_close(r->store);
	room_settle(r);
	loop_free(r->loop);
	vault_free(r->vault);
	id_maker_free(r->ids);
	free(r);
	return 0;
}

struct credential_row room_credential(struct room *r, int64_t line_id,
				      const char *auth_name)
{
	struct line_row line = room_get_line(r, line_id);
	struct credential_row row = { .id = id_new(r->ids),
				      .customer_id = line.customer_id,
				      .line_id = line_id,
				      .label = "Kitchen",
				      .profile = "generic",
				      .realm = "voip.example.ch",
				      .kind = CREDENTIAL_DEVICE,
				      .status = CREDENTIAL_ACTIVE,
				      .generation = 1 };
	struct vault_ha1s ha1s;
	struct vault_sealed sealed;
	char password[100];

	snprintf(password, sizeof(password), "password-of-%s", auth_name);
	strcpy(row.auth_name, auth_name);
	assert_int_equal(
		vault_ha1s_of_password(text_of(auth_name), TEXT("voip.example.ch"),
				       TEXT("voip.example.ch"), text_of(password), &ha1s),
		0);
	assert_int_equal(vault_seal(r->vault, row.id, text_of(auth_name),
				    TEXT("voip.example.ch"), &ha1s, &sealed),
			 0);
	memcpy(row.sealed, sealed.bytes, sealed.len);
	row.sealed_len = sealed.len;
	room_put_credential(r, &row);
	room_settle(r);
	return row;
}
