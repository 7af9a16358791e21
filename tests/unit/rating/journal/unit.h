/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - A journal in a directory of its own, with a store behind it, on virtual time.
 */
#ifndef UNIT_JOURNAL_H
#define UNIT_JOURNAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake/clock.h"
#include "fake/loop.h"
#include "rating/journal.h"

struct desk {
	struct fake_clock clock;
	struct loop *loop;
	struct store *store;
	struct journal *journal;
	char dir[64];
};

/* Store and directory; no journal yet. */
void desk_build(struct desk *desk);
void desk_open(struct desk *desk);  /* fails the test when it cannot */
void desk_close(struct desk *desk); /* the journal only */
void desk_tear_down(struct desk *desk);
void desk_run(struct desk *desk, int64_t us);

struct cdr_row desk_call(int64_t id);
/* start, answer and end of a call; each must succeed. */
void desk_whole_call(struct desk *desk, int64_t id);

struct booked {
	unsigned count;
	int64_t charge;      /* of the CDRs */
	int64_t ledger;      /* of customer 100 */
	struct cdr_row last; /* the one with the highest id */
};
struct booked desk_booked(struct desk *desk);

/* Journal files that are there; their content, one after the other. */
unsigned desk_files(const struct desk *desk);
void desk_read(const struct desk *desk, const char *name, char *content, size_t cap);
void desk_write(const struct desk *desk, const char *name, const char *content);

/* wraps.c: what fails. */
struct wraps {
	int write_errno;    /* journal lines; 0: works */
	size_t write_short; /* then only so much is written */
	int truncate_errno;
	int sync_errno;
	unsigned syncs;
	int book_error; /* of every call, or of book_id */
	int64_t book_id;
};
extern struct wraps wraps;

int run_line(void);
int run_drain(void);
int run_recover(void);
int run_real(void);

#endif
