/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_password.c - The passwords of an import's logins: argon2id takes long by
 * design, so all processors share it, outside of any transaction. */

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/import_customers.h"
#include "base/list.h"

/* Each takes 64 MiB while it computes. */
enum { THREADS_MAX = 8 };

struct hashing {
	struct store_job job;
	struct import *im;
	struct import_person **persons; /* those with a password */
	size_t count;
	atomic_size_t next;
	atomic_bool failed;
};

/* What the store has now. */
static int look(struct store_db *db, struct store_job *job)
{
	struct hashing *h = container_of(job, struct hashing, job);

	for (size_t i = 0; i < h->count; i++) {
		struct import_person *p = h->persons[i];
		char name[ROW_NAME_SIZE];
		struct login_row row;
		int rc;

		text_copy(name, sizeof(name), p->name);
		rc = store_login_by_name(db, name, &row);
		if (rc && rc != -ENOENT)
			return rc;
		memset(p->seen, 0, sizeof(p->seen));
		if (!rc)
			memcpy(p->seen, row.password_hash, sizeof(p->seen));
	}
	return 0;
}

static bool matches(const struct import_person *p)
{
	return p->seen[0] &&
	       crypto_pwhash_str_verify(p->seen, p->password.p, p->password.len) == 0;
}

static int hash_one(struct import_person *p, bool dry_run)
{
	_Static_assert(crypto_pwhash_STRBYTES <= ROW_HASH_SIZE, "a hash fits its column");

	p->keep = matches(p);
	if (p->keep || dry_run)
		return 0;
	return crypto_pwhash_str(p->fresh, p->password.p, p->password.len,
				 crypto_pwhash_OPSLIMIT_INTERACTIVE,
				 crypto_pwhash_MEMLIMIT_INTERACTIVE);
}

static void *work(void *arg)
{
	struct hashing *h = arg;
	size_t i;

	while ((i = atomic_fetch_add(&h->next, 1)) < h->count && !h->failed) {
		if (hash_one(h->persons[i], h->im->cfg->dry_run))
			h->failed = true;
	}
	return NULL;
}

static void share(struct hashing *h)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[THREADS_MAX];
	unsigned count = 0;

	while (count < THREADS_MAX && (long)count + 1 < processors &&
	       count + 1 < h->count &&
	       pthread_create(&threads[count], NULL, work, h) == 0)
		count++;
	work(h);
	while (count > 0)
		pthread_join(threads[--count], NULL);
}

int import_hash_passwords(struct import *im)
{
	struct import_customers_state *s = im->state;
	struct hashing h = { .job.work = look, .im = im };
	int rc;

	if (!s->person_count)
		return 0;
	h.persons = calloc(s->person_count, sizeof(struct import_person *));
	if (!h.persons)
		return -ENOMEM;
	for (struct import_person *p = s->all_persons; p; p = p->next) {
		if (p->password.len)
			h.persons[h.count++] = p;
	}
	rc = store_run(im->cfg->store, STORE_READ, &h.job);
	/* A file with faults will not be written: no need to make it wait. */
	if (!rc && !im->result.fault_count)
		share(&h);
	free(h.persons);
	return rc ? rc : h.failed ? -ENOMEM : 0;
}
