/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal.h - Each node's local book of calls: start, answer, end, one line each
 * with a checksum, appended before the message that it permits leaves, synced to disk
 * within 50 ms, drained into the store idempotently. The only path for CDRs and debits.
 *
 * The journal computes no charge: the caller hands the finished numbers. After a crash
 * an answered call without end is closed at the last time its journal entry allows. */
#ifndef RATING_JOURNAL_H
#define RATING_JOURNAL_H

#include "event/event.h"
#include "store/rows.h"
#include "store/store.h"

struct journal;

struct journal_config {
	const char *dir; /* state_dir/journal */
	struct store *store;
	struct event_log *events; /* told when a call was booked; may be NULL */
	struct loop *loop;        /* the drain's loop */
	const struct clock *clock;
	bool virtual_time; /* tests: no thread, write and drain on the loop */
};

/* Opens or makes the directory, reads what a crash left and books it: a call that the
 * journal shows answered but not ended is ended at its last known instant with cause
 * "crash", one not answered likewise and free. -EIO, -ENOSPC, -EACCES; reason as in
 * store_open. */
int journal_open(const struct journal_config *cfg, struct journal **ret,
		 char reason[200]);
/* On the drain's loop, when no edge worker calls any more: drains first, bounded to 5 s;
 * what is not booked then stays in the journal. */
void journal_close(struct journal *j);

/* From any edge worker. Copies; the bytes are in the kernel when it returns (one write,
 * no wait for the disk). -EIO, -ENOSPC: the call must be refused or ended. A "start"
 * needs no answer; "answer" carries the CDR so far (answered_at set; ended_at and charge:
 * how far the call is paid for), may come again for each top-up; "end" the finished one,
 * of every call, answered or not. An end that cannot be written down is still booked,
 * from memory, in spite of the error. */
int journal_start(struct journal *j, const struct cdr_row *call);
int journal_answer(struct journal *j, const struct cdr_row *call);
int journal_end(struct journal *j, const struct cdr_row *call);
/* Entries not yet in the store. */
uint64_t journal_backlog(const struct journal *j);

#endif
