/* SPDX-License-Identifier: Apache-2.0 */
/* cli/house.c - Opens the rooms in order, closes them the other way round. */

#include "cli/house.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NODE = 1, POOL_THREADS = 2, POOL_QUEUE = 256, TURNS_MAX = 100 };

int house_lock(const struct config *c, int *ret, char reason[HOUSE_REASON_SIZE])
{
	char path[2 * CONFIG_PATH_SIZE];
	int fd, error;

	fd = open(config_in_state(c, "lock", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		error = -errno;
		snprintf(reason, HOUSE_REASON_SIZE, "%.180s: %s%s", path,
			 strerror(-error),
			 error == -ENOENT ? "; run \"ownline init\" first" : "");
		return error;
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		snprintf(reason, HOUSE_REASON_SIZE,
			 "%.180s is held by another ownline: it is starting, stopping or "
			 "at work",
			 path);
		return -EAGAIN;
	}
	*ret = fd;
	return 0;
}

static int open_store(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	struct store_config cfg = { .url = h->config->store,
				    .state_dir = h->config->state_dir,
				    .clock = h->clock };

	return store_open(&cfg, false, &h->store, reason);
}

static int open_vault(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	char path[2 * CONFIG_PATH_SIZE];

	return vault_open(config_in_state(h->config, h->config->vault_key, path),
			  &h->vault, reason);
}

struct realm_job {
	struct store_job job;
	const char *realm;
	char stored[ROW_REALM_SIZE];
	bool used;
};

static int note_credential(void *arg, const struct credential_row *row)
{
	((struct realm_job *)arg)->used = true;
	return 1;
}

/* HA1s hold the realm: once there are any it cannot change. */
static int fix_realm(struct store_db *db, struct store_job *job)
{
	struct realm_job *r = container_of(job, struct realm_job, job);
	int error;

	r->used = false;
	r->stored[0] = '\0';
	error = store_meta_get(db, "realm", r->stored, sizeof(r->stored));
	if (error && error != -ENOENT)
		return error;
	if (strcmp(r->stored, r->realm) == 0)
		return 0;
	error = store_credential_each(db, 0, note_credential, r);
	if (error < 0)
		return error;
	if (r->used && r->stored[0])
		return -EPERM;
	return store_meta_put(db, "realm", r->realm);
}

static int check_realm(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	struct realm_job r = { .job = { .work = fix_realm }, .realm = h->config->realm };
	int error = store_run(h->store, STORE_WRITE, &r.job);

	if (error == -EPERM)
		snprintf(reason, HOUSE_REASON_SIZE,
			 "realm is %.60s in the configuration, but the credentials were "
			 "made for "
			 "%.60s: it cannot change any more",
			 r.realm, r.stored);
	else if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "the database: %s", /* no URL */
			 strerror(-error));
	return error;
}

static int open_book(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	struct account_config cfg = { .store = h->store,
				      .loop = h->loop,
				      .clock = h->clock,
				      .random = h->random,
				      .realm = h->config->realm,
				      .timezone = h->config->timezone };

	return account_book_open(&cfg, &h->book, reason);
}

static int open_loop(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	h->loop = loop_new(h->clock);
	h->ids = id_maker_new(h->clock, NODE);
	h->pool = pool_new(POOL_THREADS, POOL_QUEUE);
	return h->loop && h->ids && h->pool ? 0 : -ENOMEM;
}

static int open_desk(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	struct event_config events = {
		.store = h->store, .loop = h->loop, .ids = h->ids, .clock = h->clock
	};
	struct account_desk_config desk = {
		.book = h->book,
		.vault = h->vault,
		.store = h->store,
		.loop = h->loop,
		.ids = h->ids,
		.random = h->random,
		.clock = h->clock,
		.domain = h->config->domain,
		.realm = h->config->realm,
		.timezone = h->config->timezone,
	};

	h->events = event_log_new(&events);
	desk.events = h->events;
	h->desk = h->events ? account_desk_new(&desk) : NULL;
	return h->desk ? 0 : -ENOMEM;
}

static int lock(struct house *h, char reason[HOUSE_REASON_SIZE])
{
	return house_lock(h->config, &h->lock, reason);
}

int house_open(const struct config *c, struct house *ret, char reason[HOUSE_REASON_SIZE])
{
	static int (*const steps[])(struct house *, char *) = {
		lock,        open_loop, open_store, open_vault,
		check_realm, open_book, open_desk,
	};
	struct house h = {
		.config = c, .clock = clock_real(), .random = random_real(), .lock = -1
	};
	int error = 0;

	snprintf(reason, HOUSE_REASON_SIZE, "out of memory or descriptors");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !error; i++)
		error = steps[i](&h, reason);
	if (error) {
		house_close(&h);
		return error;
	}
	*ret = h;
	return 0;
}

void house_rest(struct house *h)
{
	pool_free(h->pool);
	h->pool = NULL;
}

void house_close(struct house *h)
{
	house_rest(h);
	account_desk_free(h->desk);
	event_log_free(h->events);
	account_book_free(h->book);
	vault_free(h->vault);
	store_close(h->store);
	/* Store and log let go of what they have posted when it comes by. */
	for (unsigned turns = 0; h->loop && turns < TURNS_MAX && loop_turn(h->loop) > 0;)
		turns++;
	id_maker_free(h->ids);
	loop_free(h->loop);
	if (h->lock >= 0)
		close(h->lock);
	*h = (struct house){ .lock = -1 };
}
