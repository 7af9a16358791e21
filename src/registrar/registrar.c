/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/registrar.c - The table of bindings: its life, its questions, its ends. */

#include <errno.h>
#include <stdlib.h>

#include "registrar/room.h"

enum { TICK_MS = 1000, EXPIRED_AT_ONCE = 1000 };

struct shard *registrar_shard(struct registrar *r, int64_t line_id)
{
	return &r->shards[(uint64_t)line_id * UINT64_C(0x9e3779b97f4a7c15) >> 59];
}

_Static_assert(REGISTRAR_SHARDS == 1 << (64 - 59), "the shift above");

int64_t registrar_now_us(const struct registrar *r)
{
	return clock_mono_us(r->cfg.clock);
}

int64_t registrar_wall_minus_mono_us(const struct registrar *r)
{
	return clock_wall_us(r->cfg.clock) - clock_mono_us(r->cfg.clock);
}

void registrar_gone(struct registrar *r, struct record *list)
{
	for (const struct record *it = list; it; it = it->next) {
		if (!it->keep_row)
			registrar_keep_gone(r, it);
	}
	record_let_go_all(list);
}

/* Nobody asked for their end: who watches hears of each. */
static void ended(struct registrar *r, struct record *list)
{
	for (const struct record *it = list; it && r->cfg.events; it = it->next)
		event_notify(r->cfg.events, it->customer_id, it->number, "bindings");
	registrar_gone(r, list);
}

static void on_tick(struct timer *t)
{
	struct registrar *r = container_of(t, struct registrar, tick);
	int64_t now_us = registrar_now_us(r);

	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		struct record *list;

		pthread_mutex_lock(&r->shards[i].lock);
		list = shard_take_expired(&r->shards[i], now_us, EXPIRED_AT_ONCE);
		pthread_mutex_unlock(&r->shards[i].lock);
		ended(r, list);
	}
	registrar_save(r);
	timer_start(r->cfg.loop, t, TICK_MS, on_tick);
}

static void fill_defaults(struct registrar_config *cfg)
{
	cfg->country = cfg->country ? cfg->country : "CH";
	cfg->expires_min_s = cfg->expires_min_s ? cfg->expires_min_s : 60;
	cfg->expires_max_s = cfg->expires_max_s ? cfg->expires_max_s : 7200;
	cfg->expires_default_s = cfg->expires_default_s ? cfg->expires_default_s : 3600;
	cfg->jitter_percent = cfg->jitter_percent ? cfg->jitter_percent : 10;
	if (cfg->jitter_percent > 50)
		cfg->jitter_percent = 50;
}

int registrar_new(const struct registrar_config *cfg, struct registrar **ret)
{
	struct registrar *r = calloc(1, sizeof(*r));
	int error = 0;

	if (!r)
		return -ENOMEM;
	r->cfg = *cfg;
	fill_defaults(&r->cfg);
	list_init(&r->keeps);
	pthread_mutex_init(&r->keeps_lock, NULL);
	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		if (shard_init(&r->shards[i], cfg->random, cfg->nat_keepalive_s,
			       clock_mono_us(cfg->clock) / REGISTRAR_US) < 0)
			error = -ENOMEM;
	}
	if (error < 0) {
		registrar_free(r);
		return error;
	}
	timer_start(cfg->loop, &r->tick, TICK_MS, on_tick);
	*ret = r;
	return 0;
}

void registrar_free(struct registrar *r)
{
	if (!r)
		return;
	timer_stop(&r->tick);
	registrar_save_all(r);
	for (size_t i = 0; i < REGISTRAR_SHARDS; i++)
		shard_fini(&r->shards[i]);
	pthread_mutex_destroy(&r->keeps_lock);
	free(r);
}

static size_t show(struct registrar *r, struct record *const *records, size_t count,
		   struct binding *ret)
{
	int64_t wall_minus_mono_us = registrar_wall_minus_mono_us(r);
	int64_t now_us = registrar_now_us(r);
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (records[i]->expires_us > now_us)
			record_show(records[i], wall_minus_mono_us, &ret[n++]);
	}
	return n;
}

size_t registrar_line_bindings(struct registrar *r, int64_t line_id, struct binding *ret,
			       size_t max)
{
	struct record *records[REGISTRAR_LINE_BINDINGS_MAX];
	struct shard *s = registrar_shard(r, line_id);
	size_t n;

	if (max > REGISTRAR_LINE_BINDINGS_MAX)
		max = REGISTRAR_LINE_BINDINGS_MAX;
	pthread_mutex_lock(&s->lock);
	n = shard_of_line(s, line_id, records, max);
	n = show(r, records, n, ret);
	pthread_mutex_unlock(&s->lock);
	return n;
}

size_t registrar_credential_bindings(struct registrar *r, int64_t credential_id,
				     struct binding *ret, size_t max)
{
	struct record *records[REGISTRAR_BINDINGS_MAX];
	size_t n = 0;

	if (max > REGISTRAR_BINDINGS_MAX)
		max = REGISTRAR_BINDINGS_MAX;
	for (size_t i = 0; i < REGISTRAR_SHARDS && !n; i++) {
		struct shard *s = &r->shards[i];

		pthread_mutex_lock(&s->lock);
		n = shard_of_credential(s, credential_id, records, max);
		n = show(r, records, n, ret);
		pthread_mutex_unlock(&s->lock);
	}
	return n;
}

/* Of one shard; false: the connection is more than one line's device. */
static bool conn_is_one(struct registrar *r, struct shard *s, uint64_t conn,
			const struct record **one)
{
	struct record *records[REGISTRAR_LINE_BINDINGS_MAX];
	size_t n = shard_of_conn(s, conn, records, REGISTRAR_LINE_BINDINGS_MAX);

	for (size_t i = 0; i < n; i++) {
		if (records[i]->expires_us <= registrar_now_us(r))
			continue;
		if (record_text(records[i], RECORD_PATH).len ||
		    (*one && (*one)->line_id != records[i]->line_id))
			return false;
		*one = records[i];
	}
	return n < REGISTRAR_LINE_BINDINGS_MAX;
}

int registrar_flow_credential(struct registrar *r, const struct flow *f, int64_t *ret)
{
	int64_t line_id = 0, credential_id = 0;

	for (size_t i = 0; f->conn && i < REGISTRAR_SHARDS; i++) {
		const struct record *one = NULL;
		struct shard *s = &r->shards[i];
		bool good;

		pthread_mutex_lock(&s->lock);
		good = conn_is_one(r, s, f->conn, &one);
		if (good && one) {
			good = !line_id || line_id == one->line_id;
			line_id = one->line_id;
			credential_id = one->credential_id;
		}
		pthread_mutex_unlock(&s->lock);
		if (!good)
			return -ENOENT;
	}
	if (!credential_id)
		return -ENOENT;
	*ret = credential_id;
	return 0;
}

unsigned registrar_end_credential(struct registrar *r, int64_t credential_id)
{
	unsigned n = 0;

	for (size_t i = 0; i < REGISTRAR_SHARDS && !n; i++) {
		struct shard *s = &r->shards[i];
		struct record *list;

		pthread_mutex_lock(&s->lock);
		list = shard_take_credential(s, credential_id);
		pthread_mutex_unlock(&s->lock);
		for (const struct record *it = list; it; it = it->next)
			n++;
		ended(r, list);
	}
	return n;
}

void registrar_flow_closed(struct registrar *r, const struct flow *f)
{
	if (!f->conn)
		return;
	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		struct shard *s = &r->shards[i];
		struct record *list;

		pthread_mutex_lock(&s->lock);
		shard_sleep_conn(s, f->conn);
		list = shard_take_conn(s, f->conn);
		pthread_mutex_unlock(&s->lock);
		ended(r, list);
	}
}

size_t registrar_count(struct registrar *r)
{
	size_t n = 0;

	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		pthread_mutex_lock(&r->shards[i].lock);
		n += r->shards[i].count;
		pthread_mutex_unlock(&r->shards[i].lock);
	}
	return n;
}

uint64_t registrar_store_failures(struct registrar *r)
{
	return atomic_load(&r->store_failures);
}
