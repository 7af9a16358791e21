/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_recover.c - After a crash: every call whose last line is no end gets
 * one, in the journal itself, and the drain books it like any other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "rating/journal_core.h"

/* While reading, a call carries its last line. */
struct found_call {
	struct journal_call call;
	struct cdr_row last;
};

struct reader {
	struct journal *j;
	unsigned bad_lines;
};

static struct found_call *found_get(struct journal *j, int64_t id)
{
	struct journal_call *call = journal_call_find(j, id);
	struct found_call *found;

	if (call)
		return container_of(call, struct found_call, call);
	found = calloc(1, sizeof(*found));
	if (!found)
		return NULL;
	found->call.id = id;
	table_insert(&j->calls, &found->call.node, journal_call_hash(j, id));
	return found;
}

static void found_drop(struct journal *j, int64_t id)
{
	struct journal_call *call = journal_call_find(j, id);

	if (!call)
		return;
	table_remove(&j->calls, &call->node);
	free(container_of(call, struct found_call, call));
}

static int read_line(void *arg, struct text line)
{
	struct reader *r = arg;
	enum journal_kind kind;
	struct cdr_row row;
	struct found_call *found;

	if (journal_line_decode(line, &kind, &row)) {
		r->bad_lines++;
		return 0;
	}
	if (kind == JOURNAL_END) {
		r->j->backlog++;
		found_drop(r->j, row.id);
		return 0;
	}
	found = found_get(r->j, row.id);
	if (!found)
		return -ENOMEM;
	found->last = row;
	return 0;
}

static int read_segments(struct journal *j)
{
	int error = journal_segment_scan(j->dir, &j->segments);

	LIST_EACH (node, &j->segments) {
		struct journal_segment *s =
			container_of(node, struct journal_segment, node);
		struct reader r = { j, 0 };
		uint64_t offset = 0;

		if (!error)
			error = journal_segment_read(j->dir, s, s->size, &offset,
						     read_line, &r);
		if (r.bad_lines)
			log_warn("journal segment=%u damaged_lines=%u", s->number,
				 r.bad_lines);
	}
	return error;
}

static int create_current(struct journal *j)
{
	unsigned number = 1;
	int error;

	if (!list_empty(&j->segments))
		number = container_of(j->segments.prev, struct journal_segment, node)
				 ->number +
			 1;
	error = journal_segment_create(j->dir, number, &j->current);
	if (!error)
		list_append(&j->segments, &j->current->node);
	return error;
}

/* Its last line says how far it was paid for; more than that nobody knows. */
static void close_call(struct cdr_row *call)
{
	int64_t known = call->answered_at ? call->answered_at : call->started_at;

	if (call->ended_at < known)
		call->ended_at = known;
	if (!call->answered_at)
		call->charge_micros = 0;
	strcpy(call->cause, "crash");
}

struct closer {
	struct journal *j;
	int error;
};

static void end_found(struct table_node *node, void *arg)
{
	struct closer *closer = arg;
	struct journal *j = closer->j;
	struct journal_call *call = container_of(node, struct journal_call, node);
	struct found_call *found = container_of(call, struct found_call, call);
	char storage[JOURNAL_LINE_MAX];
	struct buf line = BUF_FIXED(storage);

	close_call(&found->last);
	journal_line_encode(&line, JOURNAL_END, &found->last);
	if (!closer->error)
		closer->error = journal_segment_append(j->current, buf_text(&line));
	if (!closer->error)
		j->backlog++;
	table_remove(&j->calls, node);
	free(found);
}

int journal_recover(struct journal *j)
{
	struct closer closer = { j, 0 };
	int error = read_segments(j);

	if (!error)
		error = create_current(j);
	closer.error = error;
	table_each(&j->calls, end_found, &closer);
	if (!closer.error)
		journal_sync_all(j);
	return closer.error;
}
