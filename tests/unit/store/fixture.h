/* SPDX-License-Identifier: Apache-2.0 */
/* fixture.h - An open store on a fresh database, and the ways to ask it in a test. */
#ifndef UNIT_STORE_FIXTURE_H
#define UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
#include "store/rows.h"
#include "store/store.h"

struct fixture {
	const struct backend *backend;
	char url[BACKEND_URL_SIZE];
	struct store *store;
	struct loop *loop;
};

/* A test of the contract; runs once per backend. */
struct contract_case {
	const char *name;
	void (*run)(struct fixture *f);
};

extern const struct contract_case contract_cases[];      /* test_contract.c */
extern const struct contract_case contract_row_cases[];  /* test_contract_rows.c */
extern const struct contract_case contract_call_cases[]; /* test_contract_calls.c */
extern const struct contract_case contract_feed_cases[]; /* test_contract_feed.c */

struct store *fixture_open(const char *url);

/* Runs fn inside a job and waits. */
int fixture_run(struct fixture *f, enum store_kind kind,
		int (*fn)(struct store_db *db, void *arg), void *arg);
/* The same, in a job of one's own, for the asynchronous way. */
struct fixture_job {
	struct store_job job;
	int (*fn)(struct store_db *db, void *arg);
	void *arg;
	void (*then)(struct fixture_job *); /* in done; may be NULL */
	bool answered;
	int status;
};
int fixture_submit(struct fixture *f, enum store_kind kind, int64_t key,
		   struct fixture_job *job);
/* Turns the loop until *flag or the deadline; returns *flag. */
bool fixture_wait(struct fixture *f, const bool *flag);
bool fixture_wait_count(struct fixture *f, const unsigned *count, unsigned want);

/* Statements of the test's own, past the store. Fails the test on error. */
void fixture_sql(struct fixture *f, const char *sql);

int run_rows(void);
int run_sqlite(void);
int run_postgres(void);

#endif
