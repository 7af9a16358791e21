/* SPDX-License-Identifier: Apache-2.0 */
/* media/rtpengine.c - Sessions in rtpengine: what was asked, what is asked next, the end. */

#include "media/rtpengine.h"

#include <errno.h>
#include <stdlib.h>

#include "media/backend.h"
#include "media/bencode.h"
#include "media/engine_command.h"

enum { QUESTIONS_MAX = 16 };

struct rtpengine {
	struct ng *ng;
	struct ng_config cfg;
	struct list sessions;
};

/* What one side said, and what the other shall see of it. */
struct exchange {
	enum media_role role;
	uint64_t who;
	char *in;  /* NULL: nothing yet */
	char *out; /* NULL: error */
	int error;
};

struct engine_session {
	struct media_session base;
	struct rtpengine *engine;
	struct list node; /* engine->sessions */
	int at;           /* the engine that has the call; NG_ANY: none yet */
	struct engine_call call;
	uint64_t who;                 /* of several answerers */
	struct exchange exchanges[2]; /* by the side that describes itself */
	struct list questions;        /* the first is under way when asking */
	unsigned question_count;
	bool asking;
	bool ended; /* the call has let go */
	struct timer end;
	struct ng_request request;
	uint64_t packets; /* of both sides, when it was asked last */
	int64_t heard_us; /* when that had changed */
};

struct question {
	struct media_question base;
	struct list node;
	enum media_side from;
	enum media_role role;
	uint64_t who;
	bool count;  /* ask for packets, nothing else */
	bool silent; /* nobody looks for the answer */
	char *sdp;
};

static const struct media_backend rtpengine_backend;
static void ask_next(struct engine_session *s);

static struct engine_session *session_of(struct media_session *s)
{
	return container_of(s, struct engine_session, base);
}

struct rtpengine *rtpengine_new(const struct ng_config *cfg)
{
	struct rtpengine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->cfg = *cfg;
	list_init(&e->sessions);
	e->ng = ng_new(cfg);
	if (!e->ng) {
		free(e);
		return NULL;
	}
	return e;
}

struct ng *rtpengine_ng(struct rtpengine *e)
{
	return e->ng;
}

static void exchange_forget(struct exchange *x)
{
	free(x->in);
	free(x->out);
	*x = (struct exchange){ 0 };
}

static void question_free(struct engine_session *s, struct question *q)
{
	list_remove(&q->node);
	s->question_count--;
	free(q->sdp);
	free(q);
}

static struct question *first_question(const struct engine_session *s)
{
	struct list *node = list_first(&s->questions);

	return node ? container_of(node, struct question, node) : NULL;
}

static void session_discard(struct engine_session *s)
{
	struct question *q;

	timer_stop(&s->end);
	ng_cancel(&s->request);
	while ((q = first_question(s)))
		question_free(s, q);
	for (size_t i = 0; i < 2; i++)
		exchange_forget(&s->exchanges[i]);
	list_remove(&s->node);
	free(s);
}

void rtpengine_free(struct rtpengine *e)
{
	if (!e)
		return;
	LIST_EACH_SAFE (it, &e->sessions) {
		struct engine_session *s = container_of(it, struct engine_session, node);
		struct buf b = BUF_GROWING;

		engine_delete_put(&b, &s->call);
		if (s->at != NG_ANY && !b.error)
			ng_tell(e->ng, (unsigned)s->at, buf_text(&b));
		buf_free(&b);
		session_discard(s);
	}
	ng_free(e->ng);
	free(e);
}

struct media_session *rtpengine_session(struct rtpengine *e)
{
	struct engine_session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->base.backend = &rtpengine_backend;
	s->engine = e;
	s->at = NG_ANY;
	random_text(e->cfg.random, s->call.id, sizeof(s->call.id) - 1, RANDOM_TOKEN);
	list_init(&s->questions);
	list_init(&s->node);
	list_append(&e->sessions, &s->node);
	s->heard_us = loop_now_us(e->cfg.loop);
	return &s->base;
}

/* --- the end --- */

static void deleted(struct ng_request *r, int error, struct text reply)
{
	session_discard(container_of(r, struct engine_session, request));
}

/* What it does not hear of it forgets by itself, a minute after the last packet. */
static void delete_call(struct engine_session *s)
{
	struct buf b = BUF_GROWING;
	int error = s->at == NG_ANY ? -ENOENT : 0;

	engine_delete_put(&b, &s->call);
	s->request.done = deleted;
	if (!error)
		error = b.error ? b.error
				: ng_ask(s->engine->ng, &s->request, s->at, buf_text(&b));
	buf_free(&b);
	if (error)
		session_discard(s);
}

static void let_go(struct timer *t)
{
	struct engine_session *s = container_of(t, struct engine_session, end);
	struct question *q;

	while ((q = first_question(s))) {
		media_question_answered(&q->base);
		question_free(s, q);
	}
	/* A delete must not overtake the offer. */
	if (!s->asking)
		delete_call(s);
}

static void end(struct media_session *base)
{
	struct engine_session *s = session_of(base);

	s->ended = true;
	timer_start(s->engine->cfg.loop, &s->end, 0, let_go);
}

/* --- another worker --- */

static int leave(struct media_session *base)
{
	struct engine_session *s = session_of(base);

	if (s->asking || s->question_count || s->ended)
		return -EBUSY;
	list_remove(&s->node);
	s->engine = NULL;
	return 0;
}

static void enter(struct media_session *base, struct rtpengine *e)
{
	struct engine_session *s = session_of(base);

	s->engine = e;
	list_append(&e->sessions, &s->node);
}

/* --- questions --- */

static void set_peer(struct media_session *base, enum media_side side,
		     const struct addr *signalling)
{
	session_of(base)->call.sides[side].signalling = *signalling;
}

static void set_web(struct media_session *base, enum media_side side)
{
	session_of(base)->call.sides[side].web = true;
}

static void set_answerer(struct media_session *base, uint64_t who)
{
	session_of(base)->who = who;
}

static void learn(struct engine_session *s, const struct question *q, int error,
		  struct text reply)
{
	struct exchange *x = &s->exchanges[q->from];
	struct buf out = BUF_GROWING;

	if (!error)
		error = engine_reply(reply, &s->call, q->from, &out);
	exchange_forget(x);
	x->role = q->role;
	x->who = q->who;
	x->in = text_dup(text_of(q->sdp));
	x->error = error;
	if (!error)
		x->out = text_dup(buf_text(&out));
	if (!error && !x->out)
		x->error = -ENOMEM;
	buf_free(&out);
}

static void learn_packets(struct engine_session *s, int error, struct text reply)
{
	uint64_t packets;

	if (error || engine_packets(reply, &packets) < 0 || packets == s->packets)
		return;
	s->packets = packets;
	s->heard_us = loop_now_us(s->engine->cfg.loop);
}

static void answered(struct ng_request *r, int error, struct text reply)
{
	struct engine_session *s = container_of(r, struct engine_session, request);
	struct question *q = first_question(s);

	s->asking = false;
	if (!error && s->at == NG_ANY)
		s->at = (int)r->engine;
	if (s->ended) {
		if (!timer_running(&s->end))
			delete_call(s);
		return;
	}
	if (q->count)
		learn_packets(s, error, reply);
	else
		learn(s, q, error, reply);
	media_question_answered(&q->base);
	question_free(s, q);
	if (!s->asking)
		ask_next(s);
}

static int send_question(struct engine_session *s, const struct question *q)
{
	struct buf b = BUF_GROWING;
	struct sdp sdp;
	int error = 0;

	if (q->count)
		engine_query_put(&b, &s->call);
	else if (sdp_decode(text_of(q->sdp), &sdp) < 0)
		error = -EBADMSG;
	else
		engine_describe_put(&b, &s->call, q->who, q->from, q->role, &sdp);
	s->request.done = answered;
	if (!error)
		error = b.error ? b.error
				: ng_ask(s->engine->ng, &s->request, s->at, buf_text(&b));
	buf_free(&b);
	return error;
}

static bool is_known(const struct engine_session *s, uint64_t who, enum media_side from,
		     enum media_role role, struct text sdp)
{
	const struct exchange *x = &s->exchanges[from];

	return x->in && x->who == who && x->role == role && text_eq(text_of(x->in), sdp);
}

/* The next that the last answer does not answer as well. */
static void ask_next(struct engine_session *s)
{
	struct question *q;

	while (!s->asking && (q = first_question(s))) {
		int error = 0;

		s->asking = true;
		if (q->silent || q->count ||
		    !is_known(s, q->who, q->from, q->role, text_of(q->sdp)))
			error = send_question(s, q);
		else
			error = -EALREADY;
		if (!error)
			return;
		if (error != -EALREADY && !q->count)
			learn(s, q, error, TEXT_NONE);
		media_question_answered(&q->base);
		question_free(s, q);
		s->asking = false;
	}
}

static struct question *question_new(struct engine_session *s, enum media_side from,
				     enum media_role role, struct text sdp)
{
	struct question *q;

	if (s->question_count >= QUESTIONS_MAX)
		return NULL;
	q = calloc(1, sizeof(*q));
	if (!q)
		return NULL;
	q->from = from;
	q->role = role;
	q->who = s->who;
	q->sdp = text_dup(sdp);
	if (!q->sdp) {
		free(q);
		return NULL;
	}
	list_init(&q->node);
	list_append(&s->questions, &q->node);
	s->question_count++;
	return q;
}

static int ask(struct media_session *base, enum media_side from, enum media_role role,
	       const struct sdp *sdp, struct media_wait *w)
{
	struct engine_session *s = session_of(base);
	struct question *q;

	if (!s->asking && is_known(s, s->who, from, role, sdp->bytes))
		return 0;
	/* No engine took the offer: none knows the call, and none is asked again. */
	if (role == MEDIA_ANSWER && s->at == NG_ANY && !s->asking)
		return 0;
	q = question_new(s, from, role, sdp->bytes);
	if (!q)
		return -ENOMEM;
	if (s->question_count == 1) {
		int error = send_question(s, q);

		if (error) {
			learn(s, q, error, TEXT_NONE);
			question_free(s, q);
			return 0;
		}
		s->asking = true;
	}
	media_question_wait(&q->base, w);
	return -EINPROGRESS;
}

static int describe(struct media_session *base, enum media_side from,
		    enum media_role role, const struct sdp *sdp, struct buf *out)
{
	const struct engine_session *s = session_of(base);
	const struct exchange *x = &s->exchanges[from];

	if (!is_known(s, s->who, from, role, sdp->bytes))
		return -EAGAIN;
	if (x->error)
		return x->error;
	buf_put(out, text_of(x->out));
	return out->error;
}

static void agreed(struct media_session *base)
{
	struct engine_session *s = session_of(base);

	for (size_t i = 0; i < 2; i++)
		exchange_forget(&s->exchanges[i]);
}

/* Offered and not answered, as it was before: the engine sends there again. */
static void go_back(struct media_session *base, enum media_side from,
		    const struct sdp *before)
{
	struct engine_session *s = session_of(base);
	struct question *q = question_new(s, from, MEDIA_OFFER, before->bytes);

	if (!q)
		return;
	q->silent = true;
	ask_next(s);
}

static int64_t silence_ms(struct media_session *base)
{
	struct engine_session *s = session_of(base);
	int64_t now_us = loop_now_us(s->engine->cfg.loop);
	struct question *q = NULL;

	if (!s->asking)
		q = question_new(s, MEDIA_A, MEDIA_OFFER, TEXT_NONE);
	if (q) {
		q->count = true;
		ask_next(s);
	}
	return (now_us - s->heard_us) / 1000;
}

static struct media_count count(struct media_session *base, enum media_side side)
{
	return (struct media_count){
		.packets = side == MEDIA_A ? session_of(base)->packets : 0,
	};
}

static const struct media_backend rtpengine_backend = {
	.name = "rtpengine",
	.free = end,
	.leave = leave,
	.enter = enter,
	.peer = set_peer,
	.web = set_web,
	.answerer = set_answerer,
	.ask = ask,
	.describe = describe,
	.agreed = agreed,
	.go_back = go_back,
	.silence_ms = silence_ms,
	.count = count,
};
