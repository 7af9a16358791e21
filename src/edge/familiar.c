/* SPDX-License-Identifier: Apache-2.0 */
/* edge/familiar.c - A REGISTER like the last one of the same device. */

#include "edge/familiar.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "auth/again.h"
#include "base/log.h"
#include "event/attempt.h"
#include "sip/shape.h"

enum {
	EXPECTED = 1024,
	FORGET_AFTER_S = 7500, /* longer than a binding lives */
	FORGET_PARTS = 256,    /* seconds in which the hand goes round */
	AHEAD_MAX = 64,
	CHUNK_BYTES = 256 << 10,
	ANSWER_MAX = 3 * SHAPE_MAX,
	TAG_LEN = 16,
	US = 1000000,
};

struct familiar {
	struct table_node node; /* by Call-ID */
	struct shape bare;      /* without digest */
	struct shape whole;
	struct auth_again auth;
	struct registrar_again binding;
	uint64_t last[2]; /* of the last one that was answered: all of its holes */
	uint32_t seen_s;
	bool behind; /* its answers say where it seems to be */
};

/* They hold secrets: their memory is left out of core files, so it is not malloc's. */
struct chunk {
	struct chunk *next;
	struct familiar devices[];
};

struct familiars {
	struct table table;
	struct chunk *chunks;
	struct table_node *unused; /* in chunks, linked by next */
	struct {
		const char *bytes;
		uint64_t hash;
	} ahead[AHEAD_MAX]; /* of the datagrams that come next */
	unsigned ahead_count, ahead_at;
	size_t hand; /* the bucket that is looked at next for who does not come any more */
	struct shape_key key;
	struct shape_key tags; /* what is seen of it helps nobody with the other */
};

struct familiars *familiars_new(struct random *random)
{
	struct familiars *f = calloc(1, sizeof(*f));

	if (!f || table_init(&f->table, random, EXPECTED) < 0) {
		free(f);
		return NULL;
	}
	shape_key_make(&f->key, random);
	shape_key_make(&f->tags, random);
	return f;
}

static void put_back(struct familiars *f, struct familiar *d)
{
	sodium_memzero(d, sizeof(*d));
	d->node.next = f->unused;
	f->unused = &d->node;
}

static bool make_chunk(struct familiars *f)
{
	struct chunk *c = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED)
		return false;
	madvise(c, CHUNK_BYTES, MADV_DONTDUMP);
	c->next = f->chunks;
	f->chunks = c;
	for (size_t i = 0; i < (CHUNK_BYTES - sizeof(*c)) / sizeof(c->devices[0]); i++)
		put_back(f, &c->devices[i]);
	return true;
}

/* All zero; NULL: no memory. */
static struct familiar *take_out(struct familiars *f)
{
	struct familiar *d;

	if (!f->unused && !make_chunk(f))
		return NULL;
	d = container_of(f->unused, struct familiar, node);
	f->unused = d->node.next;
	d->node.next = NULL;
	return d;
}

static void forget(struct familiars *f, struct familiar *d)
{
	table_remove(&f->table, &d->node);
	registrar_let_go(&d->binding);
	put_back(f, d);
}

static void forget_one(struct table_node *n, void *arg)
{
	forget(arg, container_of(n, struct familiar, node));
}

void familiars_free(struct familiars *f)
{
	if (!f)
		return;
	table_each(&f->table, forget_one, f);
	for (struct chunk *c = f->chunks, *next; c; c = next) {
		next = c->next;
		munmap(c, CHUNK_BYTES);
	}
	table_fini(&f->table);
	sodium_memzero(f, sizeof(*f));
	free(f);
}

static uint32_t now_s(const struct edge_worker *w)
{
	return (uint32_t)(loop_now_us(w->loop) / US);
}

/* Forgets those of the next bucket who have not come since then; returns how many. */
static size_t forget_bucket(struct familiars *f, uint32_t since_s)
{
	struct table_node *n = f->table.buckets[f->hand], *next;
	size_t before = f->table.count;

	f->hand = (f->hand + 1) % f->table.bucket_count;
	for (; n; n = next) {
		struct familiar *d = container_of(n, struct familiar, node);

		next = n->next;
		if (d->seen_s <= since_s)
			forget(f, d);
	}
	return before - f->table.count;
}

void edge_forget(struct edge_worker *w)
{
	struct familiars *f = w->familiars;
	uint32_t now = now_s(w);

	f->hand %= f->table.bucket_count;
	for (size_t i = 0;
	     now > FORGET_AFTER_S && i <= f->table.bucket_count / FORGET_PARTS; i++)
		forget_bucket(f, now - FORGET_AFTER_S);
}

/* Somebody has to give way. */
static void make_room(struct familiars *f)
{
	f->hand %= f->table.bucket_count;
	while (f->table.count >= FAMILIARS_MAX)
		forget_bucket(f, UINT32_MAX);
}

/* Both ends, as they stand in a shape's mark. */
static void where_of(const struct flow *from, uint64_t ret[SHAPE_WHERE])
{
	memset(ret, 0, SHAPE_WHERE * sizeof(*ret));
	ret[0] = from->conn;
	ret[1] = (uint64_t)from->remote.port << 32 | (uint64_t)from->local.port << 16 |
		 (uint64_t)from->listener << 48 | from->transport;
	ret[2] = (uint64_t)from->remote.scope << 32 | from->local.scope;
	ret[3] = (uint64_t)from->remote.family << 8 | from->local.family;
	memcpy(ret + 4, from->remote.ip, sizeof(from->remote.ip));
	memcpy(ret + 6, from->local.ip, sizeof(from->local.ip));
}

static struct familiar *find(const struct familiars *f, uint64_t hash)
{
	struct table_node *n = table_first(&f->table, hash);

	return n ? container_of(n, struct familiar, node) : NULL;
}

static struct familiar *make(struct familiars *f, uint64_t hash)
{
	struct familiar *d;

	make_room(f);
	d = take_out(f);
	if (!d)
		return NULL;
	table_insert(&f->table, &d->node, hash);
	return d;
}

/* One whose answer leaves by the way that it came. */
static bool plain(const struct flow *from, const struct sip_msg *m)
{
	struct flow to;

	txn_reply_flow(from, &m->via, &to);
	return flow_eq(&to, from);
}

static bool take_shape(struct shape *ret, const struct familiars *f,
		       const struct flow *from, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_AUTHORIZATION);
	uint64_t where[SHAPE_WHERE];
	struct sip_digest digest;

	where_of(from, where);
	return plain(from, m) && (!h || sip_digest_decode(h->value, &digest) == 0) &&
	       shape_take(ret, &f->key, where, m, h ? &digest : NULL);
}

void edge_learn(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		const struct auth_again *auth, struct registrar_again *binding)
{
	struct familiars *f = w->familiars;
	uint64_t hash = shape_call_id(&f->key, m->bytes);
	struct familiar *d = find(f, hash);
	struct shape shape;

	if (binding->binding && take_shape(&shape, f, from, m) &&
	    (d || (d = make(f, hash)))) {
		registrar_let_go(&d->binding);
		d->whole = shape;
		d->auth = *auth;
		d->binding = *binding;
		d->behind = txn_source_told(from, &m->via);
		d->seen_s = now_s(w);
		binding->binding = NULL;
	}
	registrar_let_go(binding);
}

/* Only of somebody known: strangers leave nothing behind. */
void edge_learn_bare(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m)
{
	struct familiars *f = w->familiars;
	struct familiar *d = find(f, shape_call_id(&f->key, m->bytes));
	struct shape shape;

	if (d && take_shape(&shape, f, from, m))
		d->bare = shape;
}

/* One request of a device, on its way. */
struct again {
	struct edge_worker *w;
	const struct flow *from;
	struct text request;
	struct familiar *device;
	uint64_t words[2]; /* of this very request: its holes, hashed */
};

static void hash_words(struct again *a, const struct shape *s)
{
	shape_words(s, &a->w->familiars->tags, a->request, a->words);
}

static void tag_of(const struct again *a, char ret[TAG_LEN + 1])
{
	uint64_t bits = a->words[0] ^ a->words[1];

	text_hex_encode(ret, (const uint8_t *)&bits, TAG_LEN / 2);
}

static void begin(const struct again *a, const struct shape *s, struct text line,
		  struct buf *b)
{
	char host[ADDR_TEXT_SIZE], tag[TAG_LEN + 1];

	tag_of(a, tag);
	if (a->device->behind)
		addr_encode_host(host, &a->from->remote, false);
	shape_answer(s, a->request, line, a->device->behind ? text_of(host) : TEXT_NONE,
		     a->from->remote.port, (struct text){ tag, TAG_LEN }, b);
}

static bool send_answer(const struct again *a, const struct buf *b)
{
	if (b->error)
		return false;
	net_send(a->w->net, a->from, buf_text(b));
	a->device->seen_s = now_s(a->w);
	return true;
}

static bool challenge(struct again *a)
{
	struct auth_result none = { .verdict = AUTH_NONE, .algorithm = DIGEST_MD5 };
	const struct shape *s = &a->device->bare;
	char bytes[ANSWER_MAX];
	struct buf b = BUF_FIXED(bytes);

	hash_words(a, s);
	begin(a, s, TEXT("SIP/2.0 401 Unauthorized"), &b);
	auth_challenge_put(a->w->edge->cfg.auth, &b, false, &none);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	edge_tally_add(&a->w->tally.challenged);
	return send_answer(a, &b);
}

static bool same_words(const struct again *a)
{
	return a->words[0] == a->device->last[0] && a->words[1] == a->device->last[1];
}

static bool digest_right(const struct again *a, const struct shape *s)
{
	struct auth_words words = {
		.nonce = shape_text(s, a->request, SHAPE_NONCE),
		.nc = shape_text(s, a->request, SHAPE_NC),
		.cnonce = shape_text(s, a->request, SHAPE_CNONCE),
		.response = shape_text(s, a->request, SHAPE_RESPONSE),
	};

	return auth_again(a->w->edge->cfg.auth, &a->device->auth, &words);
}

/* A repetition of the last one is answered once more (RFC 3261 17.2.2): the answer is made
 * again instead of being kept. When the binding has changed unseen, the count of this nonce is
 * used up, and the long way challenges once more. */
static bool refresh(struct again *a)
{
	struct registrar *r = a->w->edge->cfg.registrar;
	struct familiar *d = a->device;
	const struct shape *s = &d->whole;
	char bytes[ANSWER_MAX];
	struct buf b = BUF_FIXED(bytes);
	bool repeated;
	uint32_t cseq;

	hash_words(a, s);
	repeated = same_words(a);
	if (d->binding.expires_us <= loop_now_us(a->w->loop) ||
	    !shape_cseq(s, a->request, &cseq) || (!repeated && !digest_right(a, s)))
		return false;
	begin(a, s, TEXT("SIP/2.0 200 OK"), &b);
	if (registrar_again(r, &d->binding, cseq, repeated, &b) < 0) {
		forget(a->w->familiars, d);
		return false;
	}
	memcpy(d->last, a->words, sizeof(d->last));
	return send_answer(a, &b);
}

static bool may_be_familiar(struct text bytes)
{
	return text_starts(bytes, TEXT("REGISTER "));
}

/* Three steps down, each for all of them before the next: the bucket, the device in it, and
 * what the device's own parts lead to. */
void edge_look_ahead(struct edge_worker *w, const struct text *datagrams, unsigned count)
{
	struct familiars *f = w->familiars;
	const struct familiar *found[AHEAD_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < count && n < AHEAD_MAX; i++) {
		if (!may_be_familiar(datagrams[i]))
			continue;
		f->ahead[n].bytes = datagrams[i].p;
		f->ahead[n].hash = shape_call_id(&f->key, datagrams[i]);
		table_fetch(&f->table, f->ahead[n].hash);
		n++;
	}
	f->ahead_count = n;
	f->ahead_at = 0;
	for (unsigned i = 0; i < n; i++) {
		const char *p = (const char *)table_head(&f->table, f->ahead[i].hash);

		found[i] = (const void *)p;
		for (size_t at = 0; p && at < sizeof(struct familiar); at += 64)
			__builtin_prefetch(p + at, 1);
	}
	for (unsigned i = 0; i < n; i++) {
		if (!found[i])
			continue;
		registrar_fetch(&found[i]->binding);
		auth_fetch(w->edge->cfg.auth, &found[i]->auth);
	}
}

static uint64_t name_of(struct familiars *f, struct text bytes)
{
	if (f->ahead_at < f->ahead_count && f->ahead[f->ahead_at].bytes == bytes.p)
		return f->ahead[f->ahead_at++].hash;
	return shape_call_id(&f->key, bytes);
}

/* Who looks on wants to see what is read on the long way. */
static bool watched(const struct edge_worker *w)
{
	return log_wants(LOG_DEBUG) ||
	       (w->edge->cfg.events && attempt_watched(w->edge->cfg.events));
}

bool edge_again(struct edge_worker *w, const struct flow *from, struct text bytes)
{
	struct again a = { .w = w, .from = from, .request = bytes };
	struct familiars *f = w->familiars;
	uint64_t where[SHAPE_WHERE];

	if (!may_be_familiar(bytes) || watched(w))
		return false;
	a.device = find(f, name_of(f, bytes));
	if (!a.device)
		return false;
	where_of(from, where);
	if (shape_fits(&a.device->whole, &f->key, where, bytes))
		return refresh(&a);
	return shape_fits(&a.device->bare, &f->key, where, bytes) && challenge(&a);
}
