/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_segment.h - The journal's files: journal-000001.log, -000002.log ... */
#ifndef RATING_JOURNAL_SEGMENT_H
#define RATING_JOURNAL_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/text.h"

struct journal_segment {
	struct list node;
	unsigned number;
	int fd;              /* -1: only to be read, or synced and done with */
	uint64_t size;       /* whole lines */
	unsigned open_calls; /* whose last entry is here */
	bool dirty;          /* not synced to disk */
	bool syncing;        /* fd is in use without the lock */
	bool damaged;        /* takes no more lines */
	bool drained;        /* every end in it is booked */
};

/* All: 0 or a negative errno. Full disk and quota: -ENOSPC. */
int journal_segment_create(const char *dir, unsigned number,
			   struct journal_segment **ret);
/* Those in dir, oldest first, fd -1. */
int journal_segment_scan(const char *dir, struct list *segments);
/* One write; what was only half written is cut off again. */
int journal_segment_append(struct journal_segment *segment, struct text line);
int journal_segment_sync(int fd);
/* Closes, and frees; remove: deletes the file. */
void journal_segment_free(struct journal_segment *segment, const char *dir, bool remove);

/* Reads lines from a segment, from *offset up to limit; calls fn for each whole line (LF
 * cut off) until it returns other than 0, and moves *offset behind the last line that fn
 * was called for. chunk: how much is read at a time, at least a line. More than chunk
 * bytes without LF are skipped as one damaged line. */
enum { JOURNAL_CHUNK = 65536 };
int journal_segment_read(const char *dir, const struct journal_segment *segment,
			 uint64_t limit, uint64_t *offset,
			 int (*fn)(void *arg, struct text line), void *arg);

#endif
