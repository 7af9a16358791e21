/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h - Checks inside a job. One that fails becomes the job's status, because the
 * test's own thread is another one. */
#ifndef UNIT_STORE_ROWS_H
#define UNIT_STORE_ROWS_H

#include <string.h>

#include "fixture.h"

/* Fails the job with the line of the check. */
#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition))                                                        \
			return -(__LINE__ + 10000);                                      \
	} while (0)

/* Rows are compared as bytes, so the gaps between fields have to be zero: those of static
 * objects are. */
#define ROW(type, name, ...)                                                             \
	static const struct type name##_init = { __VA_ARGS__ };                          \
	struct type name;                                                                \
	memcpy(&name, &name##_init, sizeof(name))

/* What a walk over rows saw. */
struct walk {
	struct store_db *db;
	int count;
	int64_t last;
	int64_t sum;
	int stop_at;
};

void expect_done(struct fixture *f, enum store_kind kind,
		 int (*fn)(struct store_db *, void *), void *arg);
void write_then(struct fixture *f, int (*fn)(struct store_db *, void *));

struct credential_row sample_credential(void);

#endif
