/* SPDX-License-Identifier: Apache-2.0 */
/* loop/wheel.c - Hierarchical timer wheel. A timer lies on the level of the highest
 * six-bit digit in which its time differs from now. So all timers of one millisecond
 * always lie in one slot, and their order survives when a slot is spread over the level
 * below. */

#include "loop/wheel.h"

#define WHEEL_SPAN(level) (INT64_C(1) << (WHEEL_BITS * (level)))

void wheel_init(struct wheel *w, int64_t now_ms)
{
	w->now_ms = now_ms;
	list_init(&w->ready);
	for (int level = 0; level < WHEEL_LEVELS; level++) {
		w->occupied[level] = 0;
		for (int slot = 0; slot < WHEEL_SLOTS; slot++)
			list_init(&w->slots[level][slot]);
	}
}

void wheel_insert(struct wheel *w, struct timer *t)
{
	int64_t due = t->due_ms, last = w->now_ms | (WHEEL_SPAN(WHEEL_LEVELS) - 1);
	int level, slot;

	if (due <= w->now_ms) {
		list_append(&w->ready, &t->node);
		return;
	}
	if (due > last)
		due = last;
	level = (63 - __builtin_clzll((uint64_t)(due ^ w->now_ms))) / WHEEL_BITS;
	slot = (int)(due >> (WHEEL_BITS * level)) & (WHEEL_SLOTS - 1);
	list_append(&w->slots[level][slot], &t->node);
	w->occupied[level] |= UINT64_C(1) << slot;
}

/* Whoever was the last in a slot has its head for a neighbour. */
void wheel_remove(struct wheel *w, struct timer *t)
{
	struct list *head = t->node.next, *slots = w->slots[0];

	list_remove(&t->node);
	if (list_empty(head) && head >= slots &&
	    head < slots + WHEEL_LEVELS * WHEEL_SLOTS) {
		ptrdiff_t index = head - slots;

		w->occupied[index / WHEEL_SLOTS] &= ~(UINT64_C(1) << index % WHEEL_SLOTS);
	}
}

/* The slot whose time comes first: false when there is none. */
static bool first_slot(const struct wheel *w, int *level, int *slot, int64_t *at_ms)
{
	for (int i = 0; i < WHEEL_LEVELS; i++) {
		if (!w->occupied[i])
			continue;
		*level = i;
		*slot = __builtin_ctzll(w->occupied[i]);
		*at_ms = (w->now_ms & ~(WHEEL_SPAN(i + 1) - 1)) | *slot * WHEEL_SPAN(i);
		return true;
	}
	return false;
}

void wheel_advance(struct wheel *w, int64_t now_ms)
{
	int level, slot;
	int64_t at_ms;

	while (first_slot(w, &level, &slot, &at_ms) && at_ms <= now_ms) {
		struct list *head = &w->slots[level][slot];

		w->now_ms = at_ms;
		w->occupied[level] &= ~(UINT64_C(1) << slot);
		while (!list_empty(head)) {
			struct list *node = list_first(head);

			list_remove(node);
			wheel_insert(w, container_of(node, struct timer, node));
		}
	}
	if (now_ms > w->now_ms)
		w->now_ms = now_ms;
}

int64_t wheel_wake_ms(const struct wheel *w)
{
	int level, slot;
	int64_t at_ms;

	if (!list_empty(&w->ready))
		return w->now_ms;
	return first_slot(w, &level, &slot, &at_ms) ? at_ms : INT64_MAX;
}

int64_t wheel_next_ms(const struct wheel *w)
{
	int64_t at_ms, next = INT64_MAX;
	int level, slot;

	if (!list_empty(&w->ready))
		return w->now_ms;
	if (!first_slot(w, &level, &slot, &at_ms))
		return INT64_MAX;
	LIST_EACH (node, &w->slots[level][slot]) {
		int64_t due = container_of(node, struct timer, node)->due_ms;

		if (due < next)
			next = due;
	}
	return next;
}
