/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_call.c - Calls that have begun and not ended, by their id. */
#include <stdlib.h>

#include "rating/journal_core.h"

uint64_t journal_call_hash(struct journal *j, int64_t id)
{
	return table_hash(&j->calls, (struct text){ (const char *)&id, sizeof(id) });
}

struct journal_call *journal_call_find(struct journal *j, int64_t id)
{
	struct table_node *node = table_first(&j->calls, journal_call_hash(j, id));

	for (; node; node = table_next(node)) {
		struct journal_call *call = container_of(node, struct journal_call, node);

		if (call->id == id)
			return call;
	}
	return NULL;
}

struct journal_call *journal_call_get(struct journal *j, int64_t id)
{
	struct journal_call *call = journal_call_find(j, id);

	if (call)
		return call;
	call = calloc(1, sizeof(*call));
	if (!call)
		return NULL;
	call->id = id;
	table_insert(&j->calls, &call->node, journal_call_hash(j, id));
	return call;
}

/* The last line of a call holds its segment; no line, no call. */
void journal_call_move(struct journal *j, struct journal_call *call,
		       struct journal_segment *to)
{
	if (!call)
		return;
	if (call->segment)
		call->segment->open_calls--;
	call->segment = to;
	if (to) {
		to->open_calls++;
		return;
	}
	table_remove(&j->calls, &call->node);
	free(call);
}

void journal_call_drop(struct journal *j, int64_t id)
{
	journal_call_move(j, journal_call_find(j, id), NULL);
}
