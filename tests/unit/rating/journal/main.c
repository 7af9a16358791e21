/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's tests, and the desk they work at. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "unit.h"

void desk_build(struct desk *desk)
{
	struct store_config cfg = { .url = "sqlite::memory:", .virtual_time = true };
	char reason[200];

	memset(desk, 0, sizeof(*desk));
	memset(&wraps, 0, sizeof(wraps));
	strcpy(desk->dir, "/tmp/ownline-journal-XXXXXX");
	assert_non_null(mkdtemp(desk->dir));
	fake_clock_init(&desk->clock);
	cfg.clock = &desk->clock.clock;
	desk->loop = loop_new_virtual(cfg.clock);
	assert_int_equal(store_open(&cfg, true, &desk->store, reason), 0);
}

void desk_open(struct desk *desk)
{
	struct journal_config cfg = { .dir = desk->dir,
				      .store = desk->store,
				      .loop = desk->loop,
				      .clock = &desk->clock.clock,
				      .virtual_time = true };
	char reason[200];

	if (journal_open(&cfg, &desk->journal, reason))
		fail_msg("journal_open: %s", reason);
}

void desk_close(struct desk *desk)
{
	journal_close(desk->journal);
	desk->journal = NULL;
	fake_loop_run(desk->loop, &desk->clock, 0);
}

static unsigned files_in(const char *dir, bool remove_them)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	unsigned count = 0;
	char path[400];

	while ((entry = readdir(stream)) != NULL) {
		count += strncmp(entry->d_name, "journal-", 8) == 0;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (remove_them)
			unlink(path);
	}
	closedir(stream);
	return count;
}

unsigned desk_files(const struct desk *desk)
{
	return files_in(desk->dir, false);
}

void desk_tear_down(struct desk *desk)
{
	if (desk->journal)
		desk_close(desk);
	store_close(desk->store);
	fake_loop_run(desk->loop, &desk->clock, 0);
	loop_free(desk->loop);
	files_in(desk->dir, true);
	rmdir(desk->dir);
}

void desk_run(struct desk *desk, int64_t us)
{
	fake_loop_run(desk->loop, &desk->clock, us);
}

/* ---- calls ---- */

struct cdr_row desk_call(int64_t id)
{
	struct cdr_row row = {
		.id = id,
		.customer_id = 100,
		.line_id = 300,
		.credential_id = 400,
		.direction = CALL_OUT,
		.from = "+41441234567",
		.to = "+41791234567",
		.class_ = "mobile",
		.tariff = "home",
		.started_at = 1000000,
		.source = "192.0.2.1:5060",
		.user_agent = "FRITZ!OS",
	};

	return row;
}

void desk_whole_call(struct desk *desk, int64_t id)
{
	struct cdr_row call = desk_call(id);

	assert_int_equal(journal_start(desk->journal, &call), 0);
	call.answered_at = 2000000;
	assert_int_equal(journal_answer(desk->journal, &call), 0);
	call.ended_at = 3000000;
	call.charge_micros = 350;
	strcpy(call.cause, "caller_hung_up");
	assert_int_equal(journal_end(desk->journal, &call), 0);
}

struct reading {
	struct store_job job;
	struct booked booked;
};

static int read_cdr(void *arg, const struct cdr_row *row)
{
	struct booked *booked = arg;

	if (booked->count++ == 0)
		booked->last = *row;
	booked->charge += row->charge_micros;
	return 0;
}

static int read_ledger(void *arg, const struct ledger_row *row)
{
	struct booked *booked = arg;

	booked->ledger += row->amount_micros;
	return 0;
}

static int read_booked(struct store_db *db, struct store_job *job)
{
	struct reading *r = container_of(job, struct reading, job);
	struct cdr_filter all = { 0 };
	int error;

	memset(&r->booked, 0, sizeof(r->booked));
	error = store_cdr_each(db, &all, read_cdr, &r->booked);
	return error ? error : store_ledger_each(db, 100, read_ledger, &r->booked);
}

struct booked desk_booked(struct desk *desk)
{
	struct reading r = { .job.work = read_booked };

	assert_int_equal(store_run(desk->store, STORE_READ, &r.job), 0);
	return r.booked;
}

/* ---- files ---- */

void desk_read(const struct desk *desk, const char *name, char *content, size_t cap)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", desk->dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	content[fread(content, 1, cap - 1, file)] = '\0';
	fclose(file);
}

void desk_write(const struct desk *desk, const char *name, const char *content)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", desk->dir, name);
	file = fopen(path, "a");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void ignore_line(void *arg, enum log_level level, const char *line)
{
}

int main(void)
{
	log_set_sink(ignore_line, NULL);
	return run_line() + run_drain() + run_recover() + run_real() > 0;
}
