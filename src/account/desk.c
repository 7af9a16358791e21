/* SPDX-License-Identifier: Apache-2.0 */
/* account/desk.c - Changes under way: bounded, logged, let go at the end. */

#include "account/desk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct account_desk *account_desk_new(const struct account_desk_config *cfg)
{
	struct account_desk *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->cfg = *cfg;
	list_init(&d->changes);
	return d;
}

void account_desk_free(struct account_desk *d)
{
	if (!d)
		return;
	LIST_EACH_SAFE (it, &d->changes) {
		struct change *c = container_of(it, struct change, node);

		if (c->submitted)
			store_cancel(&c->job);
		account_change_end(c);
	}
	free(d);
}

int account_change_begin(struct account_desk *d, struct change *c,
			 const struct account_actor *by)
{
	if (d->count >= ACCOUNT_DESK_MAX)
		return -EAGAIN;
	if (text_copy(c->who, sizeof(c->who), text_of(by->who)) ||
	    text_copy(c->source, sizeof(c->source), text_of(by->source)))
		return -EINVAL;
	c->login_id = by->login_id;
	c->desk = d;
	list_append(&d->changes, &c->node);
	d->count++;
	return 0;
}

int account_change_submit(struct change *c, int64_t key,
			  int (*work)(struct store_db *, struct store_job *),
			  void (*done)(struct store_job *, int))
{
	struct account_desk *d = c->desk;
	int rc;

	c->job = (struct store_job){ .work = work, .done = done };
	rc = store_submit(d->cfg.store, d->cfg.loop, STORE_WRITE, key, &c->job);
	c->submitted = rc == 0;
	return rc;
}

void account_change_end(struct change *c)
{
	timer_stop(&c->retry);
	list_remove(&c->node);
	c->desk->count--;
	c->end(c);
}

int64_t account_change_now(const struct change *c)
{
	return clock_wall_us(c->desk->cfg.clock);
}

int account_change_log(struct store_db *db, const struct change *c,
		       const struct event_row *what)
{
	struct event_row row = *what;

	row.id = id_new(c->desk->cfg.ids);
	row.at = account_change_now(c);
	memcpy(row.who, c->who, sizeof(row.who));
	memcpy(row.source, c->source, sizeof(row.source));
	return store_event_put(db, &row);
}
