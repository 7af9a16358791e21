/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres_feed.c - The change feed between nodes. Numbers given out in order do
 * not become visible in order: a transaction that is still running may commit below what
 * was read already. So each reading goes down to the oldest transaction that was running
 * at the reading before, and what was handed over since is remembered. NOTIFY only makes
 * it fast; the table is polled anyway. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/postgres.h"
#include "store/row.h"

enum {
	SEEN_MAX = 100000, /* changes above the oldest running transaction */
	CLEAN_MS = 600000,
	KEEP_MS = 82800000, /* 23 h; the table keeps a day */
	AWAY_NAP_MS = 250,
};

struct seen {
	int64_t txid;
	int64_t seq;
};

struct store_listener {
	struct pg_conn *c;
	int64_t low;       /* transactions below are final and handed over */
	struct seen *seen; /* handed over, not below low; in order */
	size_t seen_count;
	size_t seen_cap;
	int64_t read_ms; /* last successful reading */
	int64_t clean_ms;
};

static const struct store_query tell = {
	.tail = "INSERT INTO change (txid, seq, topic, key, at) VALUES"
		" (txid_current(), $1, $2, $3,"
		" (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"
};
static const struct store_query notify = { .tail = "NOTIFY ownline_change" };
static const struct store_query listen_on = { .tail = "LISTEN ownline_change" };
static const struct store_query oldest = {
	.tail = "SELECT txid_snapshot_xmin(txid_current_snapshot())"
};
static const struct store_query changes_from = {
	.tail = "SELECT txid, seq, topic, key FROM change WHERE txid >= $1"
		" ORDER BY txid, seq"
};
static const struct store_query clean = {
	.tail = "DELETE FROM change WHERE at <"
		" (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - 86400000000"
};

static int64_t now_ms(void)
{
	return clock_mono_us(clock_real()) / 1000;
}

static int feed_tell(struct store_conn *conn, const char *topic, int64_t key)
{
	struct pg_conn *c = pg_of(conn);
	struct store_value params[] = { store_int(c->changes++), store_text(topic),
					store_int(key) };
	int error = pg_send(c, &tell, params, 3);

	return error || c->changes > 1 ? error : pg_send(c, &notify, NULL, 0);
}

static int seen_order(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->txid != y->txid)
		return x->txid < y->txid ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static bool seen_before(const struct store_listener *l, size_t sorted, struct seen one)
{
	return sorted && bsearch(&one, l->seen, sorted, sizeof(one), seen_order);
}

static bool seen_add(struct store_listener *l, struct seen one)
{
	if (l->seen_count == l->seen_cap) {
		size_t cap = l->seen_cap ? l->seen_cap * 2 : 64;
		struct seen *more =
			cap > SEEN_MAX ? NULL : realloc(l->seen, cap * sizeof(*more));

		if (!more)
			return false;
		l->seen = more;
		l->seen_cap = cap;
	}
	l->seen[l->seen_count++] = one;
	return true;
}

static void seen_forget_below(struct store_listener *l, int64_t low)
{
	size_t kept = 0;

	if (l->seen_count)
		qsort(l->seen, l->seen_count, sizeof(*l->seen), seen_order);
	for (size_t i = 0; i < l->seen_count; i++) {
		if (l->seen[i].txid >= low)
			l->seen[kept++] = l->seen[i];
	}
	l->seen_count = kept;
}

struct reading {
	struct store_listener *l;
	size_t sorted; /* of seen, before this reading */
	void (*changed)(void *arg, const char *topic, int64_t key);
	void *arg;
	bool full;
};

static int read_number(void *arg, const struct store_value *columns, unsigned n)
{
	*(int64_t *)arg = columns[0].number;
	return 0;
}

static int read_change(void *arg, const struct store_value *columns, unsigned n)
{
	struct reading *r = arg;
	struct seen one = { columns[0].number, columns[1].number };
	char topic[STORE_TOPIC_SIZE];

	if (n != 4 || seen_before(r->l, r->sorted, one))
		return 0;
	if (!seen_add(r->l, one))
		r->full = true;
	if (r->changed &&
	    text_copy(topic, sizeof(topic),
		      (struct text){ columns[2].bytes, columns[2].len }) == 0)
		r->changed(r->arg, topic, columns[3].number);
	return 0;
}

/* Both statements see the same snapshot. */
static int read_snapshot(struct reading *r, int64_t *ret_oldest)
{
	struct store_conn *conn = &r->l->c->conn;
	int error = pg_begin(conn, STORE_READ);

	if (!error)
		error = pg_exec(conn, &oldest, NULL, 0, read_number, ret_oldest);
	if (!error && r->l->low < 0)
		r->l->low = *ret_oldest;
	if (!error)
		error = pg_exec(conn, &changes_from,
				(struct store_value[]){ store_int(r->l->low) }, 1,
				read_change, r);
	if (error)
		pg_rollback(conn);
	return error ? error : pg_commit(conn);
}

/* changed NULL: from here on, what is there is known. */
static int read_changes(struct store_listener *l,
			void (*changed)(void *arg, const char *topic, int64_t key),
			void *arg)
{
	struct reading r = { l, l->seen_count, changed, arg, false };
	int64_t low = 0;
	int error = read_snapshot(&r, &low);

	if (error)
		return error;
	/* Another database in this place, or too much to remember: all may be new. */
	if (changed && (low < l->low || r.full))
		changed(arg, NULL, 0);
	l->low = low;
	l->read_ms = now_ms();
	seen_forget_below(l, low);
	return 0;
}

static int start_over(struct store_listener *l)
{
	l->low = -1;
	l->seen_count = 0;
	return read_changes(l, NULL, NULL);
}

static void clean_table(struct store_listener *l)
{
	struct store_conn *conn = &l->c->conn;

	if (now_ms() - l->clean_ms < CLEAN_MS)
		return;
	l->clean_ms = now_ms();
	if (pg_begin(conn, STORE_WRITE) == 0 &&
	    pg_exec(conn, &clean, NULL, 0, NULL, NULL) == 0)
		pg_commit(conn);
	else
		pg_rollback(conn);
}

static int subscribe(struct store_listener *l)
{
	int error = pg_send(l->c, &listen_on, NULL, 0);

	return error ? error : pg_sync(l->c);
}

/* True when the connection is there again. */
static bool back(struct store_listener *l, int wait_ms,
		 void (*changed)(void *arg, const char *topic, int64_t key), void *arg)
{
	char ignored[STORE_REASON_SIZE];

	if (pg_reconnect(l->c, ignored) || subscribe(l)) {
		pg_idle(l->c, wait_ms < AWAY_NAP_MS ? wait_ms : AWAY_NAP_MS);
		return false;
	}
	if (now_ms() - l->read_ms < KEEP_MS)
		return true;
	if (start_over(l))
		return false;
	changed(arg, NULL, 0);
	return true;
}

static int feed_wait(struct store_listener *l, int wait_ms,
		     void (*changed)(void *arg, const char *topic, int64_t key),
		     void *arg)
{
	if (l->c->lost) {
		if (!back(l, wait_ms, changed, arg))
			return -EIO;
	} else if (pg_idle(l->c, wait_ms) < 0) {
		return -EIO;
	}
	if (read_changes(l, changed, arg))
		return -EIO;
	clean_table(l);
	return 0;
}

static void feed_wake(struct store_listener *l)
{
	pg_wake(l->c);
}

static void feed_close(struct store_listener *l)
{
	if (l->c)
		pg_conn_free(l->c);
	free(l->seen);
	free(l);
}

static int feed_listen(const struct store_place *place, struct store_listener **ret,
		       char reason[STORE_REASON_SIZE])
{
	struct store_listener *l = calloc(1, sizeof(*l));
	int error = l ? pg_conn_new(place->url, &l->c, reason) : -ENOMEM;

	if (!error)
		error = subscribe(l);
	if (!error)
		error = start_over(l);
	if (error && l)
		feed_close(l);
	if (error)
		return error;
	l->clean_ms = now_ms();
	*ret = l;
	return 0;
}

const struct store_feed_driver pg_feed = {
	.tell = feed_tell,
	.listen = feed_listen,
	.wait = feed_wait,
	.wake = feed_wake,
	.close = feed_close,
};
