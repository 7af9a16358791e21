/* SPDX-License-Identifier: Apache-2.0 */
/* edge/again.c - A REGISTER like the last one of the same device. */

#include "edge/again.h"

#include <string.h>

#include "base/log.h"
#include "edge/familiar.h"
#include "event/attempt.h"

enum {
	ANSWER_MAX = 3 * SHAPE_MAX,
	TAG_LEN = 16,
	US = 1000000,
};

static uint32_t now_s(const struct edge_worker *w)
{
	return (uint32_t)(loop_now_us(w->loop) / US);
}

void edge_forget(struct edge_worker *w)
{
	familiars_sweep(w->familiars, now_s(w));
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
	struct familiar *d = familiar_find(f, hash);
	struct shape shape;

	if (binding->binding && take_shape(&shape, f, from, m) &&
	    (d || (d = familiar_make(f, hash)))) {
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
	struct familiar *d = familiar_find(f, shape_call_id(&f->key, m->bytes));
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
		familiar_forget(a->w->familiars, d);
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
	const struct familiar *found[FAMILIARS_AHEAD];
	unsigned n = 0;

	for (unsigned i = 0; i < count && n < FAMILIARS_AHEAD; i++) {
		if (!may_be_familiar(datagrams[i]))
			continue;
		f->ahead[n].request = datagrams[i];
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
		if (f->ahead[i].request.len == found[i]->whole.len)
			auth_fetch(w->edge->cfg.auth,
				   shape_text(&found[i]->whole, f->ahead[i].request,
					      SHAPE_NONCE));
	}
}

static uint64_t name_of(struct familiars *f, struct text bytes)
{
	if (f->ahead_at < f->ahead_count && f->ahead[f->ahead_at].request.p == bytes.p)
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
	a.device = familiar_find(f, name_of(f, bytes));
	if (!a.device)
		return false;
	where_of(from, where);
	if (shape_fits(&a.device->whole, &f->key, where, bytes))
		return refresh(&a);
	return shape_fits(&a.device->bare, &f->key, where, bytes) && challenge(&a);
}
