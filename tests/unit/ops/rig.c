/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/rig.c - The desk, its rooms, a browser. */

#include "rig.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/date.h"

struct writing {
	struct store_job job;
	int (*fn)(struct store_db *, void *);
	void *arg;
};

static int work(struct store_db *db, struct store_job *job)
{
	struct writing *w = container_of(job, struct writing, job);

	return w->fn(db, w->arg);
}

void rig_write(struct rig *r, int (*fn)(struct store_db *, void *), void *arg)
{
	struct writing w = { .job.work = work, .fn = fn, .arg = arg };

	assert_int_equal(store_run(r->store, STORE_WRITE, &w.job), 0);
}

static int put_products(struct store_db *db, struct rig *r)
{
	const struct product_row rows[] = {
		{ "inOne home", SEGMENT_RES, "home", 17257 },
		{ "inOne home", SEGMENT_SME, "home", 17257 },
		{ "Old Line", SEGMENT_RES, "home", DATE_DAY_NEVER },
	};
	int error = 0;

	for (size_t i = 0; i < COUNT(rows) && !error; i++)
		error = store_product_put(db, &rows[i]);
	return error;
}

struct person {
	const char *ref, *login, *mobile, *language;
	enum segment segment;
	const char *numbers[2], *products[2];
};

static int put_login(struct store_db *db, struct rig *r, const struct person *p,
		     int64_t customer)
{
	struct login_row login = { .id = id_new(r->ids), .customer_id = customer };

	strcpy(login.name, p->login);
	strcpy(login.mobile, p->mobile);
	strcpy(login.language, p->language);
	/* Cheap: these tests try passwords by the dozen. */
	assert_int_equal(crypto_pwhash_str(login.password_hash, PASSWORD,
					   strlen(PASSWORD), crypto_pwhash_OPSLIMIT_MIN,
					   crypto_pwhash_MEMLIMIT_MIN),
			 0);
	return store_login_put(db, &login);
}

static int put_person(struct store_db *db, struct rig *r, const struct person *p)
{
	struct customer_row c = { .id = id_new(r->ids),
				  .segment = p->segment,
				  .created_at = r->clock.wall_us };
	int error;

	strcpy(c.ref, p->ref);
	snprintf(c.name, sizeof(c.name), "Customer %s", p->ref);
	strcpy(c.language, p->language);
	error = store_customer_put(db, &c);
	if (!error)
		error = put_login(db, r, p, c.id);
	for (size_t i = 0; i < 2 && p->numbers[i] && !error; i++) {
		struct line_row line = { .id = id_new(r->ids),
					 .customer_id = c.id,
					 .from_day = 17000,
					 .to_day = DATE_DAY_NEVER };

		strcpy(line.number, p->numbers[i]);
		strcpy(line.product, p->products[i]);
		error = store_line_put(db, &line);
	}
	return error;
}

static int fill_store(struct store_db *db, void *arg)
{
	static const struct person persons[] = {
		{ "C-1",
		  "anna",
		  ANNA_MOBILE,
		  "en",
		  SEGMENT_RES,
		  { ANNA_LINE, ANNA_OLD },
		  { "inOne home", "Old Line" } },
		{ "C-2",
		  "beat",
		  "+41791110002",
		  "de",
		  SEGMENT_SME,
		  { BEAT_LINE },
		  { "inOne home" } },
		{ "C-3", "carla", BEAT_LINE, "fr", SEGMENT_RES, { NULL }, { NULL } },
	};
	int error = put_products(db, arg);

	for (size_t i = 0; i < COUNT(persons) && !error; i++)
		error = put_person(db, arg, &persons[i]);
	return error;
}

static void open_vault(struct rig *r)
{
	char dir[] = "/tmp/ownline-ops-XXXXXX", path[64], reason[200];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/vault.key", dir);
	assert_int_equal(vault_key_create(path, &r->random.random), 0);
	assert_int_equal(vault_open(path, &r->vault, reason), 0);
	unlink(path);
	rmdir(dir);
}

static const struct clock *clock_of(struct rig *r)
{
	return r->real_time ? clock_real() : &r->clock.clock;
}

static void open_accounts(struct rig *r)
{
	struct account_config book = { .store = r->store,
				       .loop = r->loop,
				       .clock = clock_of(r),
				       .random = &r->random.random,
				       .realm = "voip.example.ch",
				       .timezone = "Europe/Zurich" };
	struct event_config events = {
		.store = r->store, .loop = r->loop, .ids = r->ids, .clock = clock_of(r)
	};
	struct account_desk_config desk = { .vault = r->vault,
					    .store = r->store,
					    .loop = r->loop,
					    .ids = r->ids,
					    .random = &r->random.random,
					    .clock = clock_of(r),
					    .domain = "voip.example.ch",
					    .realm = "voip.example.ch",
					    .timezone = "Europe/Zurich" };
	char reason[200];

	assert_int_equal(account_book_open(&book, &r->book, reason), 0);
	r->events = event_log_new(&events);
	desk.book = r->book;
	desk.events = r->events;
	r->desk = account_desk_new(&desk);
	assert_non_null(r->desk);
}

static void open_ops(struct rig *r)
{
	struct sms_config sms = { .via = SMS_CONSOLE,
				  .loop = r->loop,
				  .clock = clock_of(r),
				  .random = &r->random.random,
				  .console_fd = r->console };
	struct ops_config cfg = { .loop = r->loop,
				  .clock = clock_of(r),
				  .random = &r->random.random,
				  .ids = r->ids,
				  .pool = r->pool,
				  .store = r->store,
				  .book = r->book,
				  .desk = r->desk,
				  .vault = r->vault,
				  .events = r->events,
				  .consent = &r->consent,
				  .domain = "voip.example.ch",
				  .realm = "voip.example.ch",
				  .country = "CH",
				  .timezone = "Europe/Zurich",
				  .currency = "CHF",
				  .portal_host = "portal.example.ch",
				  .proxy_host = "",
				  .proxy_port = 5060,
				  .version = "test" };
	char reason[CONSENT_REASON_SIZE];

	assert_int_equal(consent_load("", &r->consent, reason), 0);
	assert_int_equal(sms_new(&sms, &r->sms), 0);
	cfg.sms = r->sms;
	assert_int_equal(ops_new(&cfg, &r->ops), 0);
}

static int setup(void **state, bool real_time)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct store_config store = { .url = "sqlite::memory:", .virtual_time = true };
	char reason[200];

	r->real_time = real_time;
	r->source = "192.0.2.7";
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 31);
	store.clock = clock_of(r);
	r->loop = real_time ? loop_new(clock_real()) : loop_new_virtual(&r->clock.clock);
	r->ids = id_maker_new(clock_of(r), 1);
	r->pool = pool_new(0, 100);
	r->console = memfd_create("console", 0);
	assert_int_equal(store_open(&store, true, &r->store, reason), 0);
	open_vault(r);
	rig_write(r, fill_store, r);
	open_accounts(r);
	open_ops(r);
	*state = r;
	return 0;
}

int rig_setup(void **state)
{
	return setup(state, false);
}

int rig_setup_real(void **state)
{
	return setup(state, true);
}

int rig_teardown(void **state)
{
	struct rig *r = *state;

	pool_free(r->pool);
	sms_free(r->sms);
	ops_free(r->ops);
	consent_free(&r->consent);
	account_desk_free(r->desk);
	event_log_free(r->events);
	account_book_free(r->book);
	vault_free(r->vault);
	store_close(r->store);
	while (loop_turn(r->loop) > 0)
		;
	loop_free(r->loop);
	id_maker_free(r->ids);
	close(r->console);
	free(r);
	return 0;
}

void rig_pass(struct rig *r, int64_t seconds)
{
	fake_loop_run(r->loop, &r->clock, seconds * 1000000);
}

static int find_event(void *arg, const struct event_row *row)
{
	return strcmp(row->kind, arg) == 0;
}

struct looking {
	const char *kind;
	bool found;
};

static int look(struct store_db *db, void *arg)
{
	struct looking *l = arg;
	int result =
		store_event_each(db, 0, 0, 1000, find_event, (void *)(uintptr_t)l->kind);

	l->found = result == 1;
	return result < 0 ? result : 0;
}

bool rig_event(struct rig *r, const char *kind)
{
	struct looking l = { kind, false };

	rig_pass(r, 2); /* the log is written in batches */
	rig_write(r, look, &l);
	return l.found;
}
