/* SPDX-License-Identifier: Apache-2.0 */
/* backend.h - The two databases under test, each case with a fresh one. */
#ifndef UNIT_STORE_BACKEND_H
#define UNIT_STORE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

enum { BACKEND_URL_SIZE = 300 };

struct backend {
	const char *name;
	/* False: not here, and why was printed. */
	bool (*start)(void);
	void (*stop)(void);
	/* A database of its own; the URL says where. */
	void (*fresh)(char url[BACKEND_URL_SIZE]);
};

extern const struct backend backend_sqlite;
extern const struct backend backend_postgres;

/* A directory for this run, with nothing of others in it. */
const char *backend_dir(void);
void backend_dir_remove(void);

/* The private PostgreSQL: away and back. */
void cluster_stop(void);
void cluster_start(void);

#endif
