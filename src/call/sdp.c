/* SPDX-License-Identifier: Apache-2.0 */
/* call/sdp.c - Offers and answers between the legs (RFC 3264), relayed or direct. */

#include "call/sdp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* Who is not the caller: the way that media takes is decided with each of them. */
static struct leg *far_of(struct leg *from, struct leg *to)
{
	return from == from->call->caller ? to : from;
}

static enum media_side side_of(const struct leg *l)
{
	return l == l->call->caller ? MEDIA_A : MEDIA_B;
}

/* While they ring, branches have sessions of their own: each early dialog has its own
 * sound. Where the caller takes one only, all share the call's. */
static struct media_session **session_at(struct leg *far)
{
	struct call *c = far->call;

	return far->ours && far->state == LEG_CALLING && !c->single ? &far->media
								    : &c->media;
}

/* The trunk of a call: that it goes to, or else comes from; NULL: none. */
static const struct trunk_config *trunk_at(const struct leg *far)
{
	int trunk = far->trunk >= 0 ? far->trunk : far->call->caller->trunk;

	return trunk < 0 ? NULL
			 : trunk_get(far->call->engine->cfg.trunks, (unsigned)trunk);
}

static enum media_mode mode_of(const struct leg *far)
{
	const struct call_config *cfg = &far->call->engine->cfg;
	const struct trunk_config *trunk = trunk_at(far);
	unsigned own = trunk ? trunk->media : 0;

	return own ? (enum media_mode)(own - 1) : cfg->media_mode;
}

static bool on_web(const struct leg *l)
{
	return l->flow.transport == TRANSPORT_WS || l->flow.transport == TRANSPORT_WSS;
}

/* More than the relay understands: keys of SRTP, DTLS, ICE. */
static bool is_secure(const struct sdp *sdp)
{
	size_t at;

	for (size_t i = 0; i < sdp->media_count; i++) {
		if (text_find_text(sdp->media[i].proto, TEXT("SAVP"), &at))
			return true;
	}
	return false;
}

static enum leg_media decide(const struct leg *far, const struct sdp *sdp)
{
	const struct call_config *cfg = &far->call->engine->cfg;
	enum media_mode mode = mode_of(far);
	bool more = on_web(far) || on_web(far->call->caller) || is_secure(sdp);

	if (cfg->rtpengine && (mode == MEDIA_RTPENGINE || (mode == MEDIA_RELAY && more)))
		return LEG_MEDIA_RTPENGINE;
	return mode == MEDIA_RELAY && cfg->media ? LEG_MEDIA_RELAY : LEG_MEDIA_DIRECT;
}

static struct media_session *engine_session(struct leg *far)
{
	if (!far->media && far->state != LEG_GONE) {
		far->media = rtpengine_session(far->call->engine->cfg.rtpengine);
		if (far->media && on_web(far->call->caller))
			media_session_web(far->media, MEDIA_A);
		if (far->media && on_web(far))
			media_session_web(far->media, MEDIA_B);
	}
	return far->media;
}

/* NULL: the description crosses as it is, or memory is out. */
static struct media_session *session_of(struct leg *far, const struct sdp *sdp)
{
	struct call *c = far->call;
	struct media_session **s = session_at(far);

	if (far->via == LEG_MEDIA_OPEN)
		far->via = decide(far, sdp);
	if (far->via == LEG_MEDIA_RTPENGINE)
		return engine_session(far);
	if (far->via != LEG_MEDIA_RELAY)
		return NULL;
	if (!*s && c->phase != CALL_OVER)
		*s = media_relay_session(c->engine->cfg.media);
	if (*s && c->emergency)
		media_session_urgent(*s);
	return *s;
}

/* What rtpengine carries stays with its leg. */
void call_media_choose(struct leg *callee)
{
	struct call *c = callee->call;

	if (!callee->media || callee->via == LEG_MEDIA_RTPENGINE)
		return;
	media_session_free(c->media);
	c->media = callee->media;
	callee->media = NULL;
}

/* A device that describes itself anew is where its INVITE comes from, which may be another
 * network than before. */
static const struct addr *signalling_of(const struct leg *l)
{
	if (l->trunk < 0 && l->server && !l->server_answered)
		return &txn_server_flow(l->server)->remote;
	return &l->flow.remote;
}

static void set_peers(struct media_session *s, const struct leg *far)
{
	media_session_peer(s, MEDIA_A, signalling_of(far->call->caller));
	media_session_peer(s, side_of(far), signalling_of(far));
	media_session_answerer(s, far->answerer);
}

static int pass(struct text sdp, struct buf *ret)
{
	buf_put(ret, sdp);
	return ret->error;
}

/* Without memory the relay cannot go back later, which a refused re-INVITE survives. */
static void keep_pending(struct leg *l, struct text sdp)
{
	if (l->sdp_pending && text_eq(text_of(l->sdp_pending), sdp))
		return;
	free(l->sdp_pending);
	l->sdp_pending = text_dup(sdp);
}

/* "own" holds what is left. */
static int filter(const struct sdp_codecs *codecs, struct buf *own, struct sdp *sdp)
{
	struct buf left = BUF_GROWING;
	int r;

	if (!codecs || sdp_codecs_allow(codecs, sdp))
		return 0;
	r = sdp_filter(&left, sdp, codecs);
	if (!r)
		r = sdp_decode(buf_text(&left), sdp);
	buf_free(own);
	*own = left;
	return r;
}

/* A description that may cross: without the codecs that may not, by the house's list and
 * the trunk's. */
static int decode(const struct leg *far, struct text text, struct buf *own,
		  struct sdp *ret)
{
	const struct call *c = far->call;
	const struct trunk_config *trunk = trunk_at(far);
	int r;

	if (text.len > CALL_SDP_MAX || sdp_decode(text, ret) < 0)
		return -EBADMSG;
	if (c->emergency)
		return 0;
	r = filter(c->engine->cfg.codecs, own, ret);
	return r || !trunk ? r : filter(&trunk->codecs, own, ret);
}

/* Mostly no codec has to be looked for. */
static bool all_codecs_allowed(const struct leg *far)
{
	const struct trunk_config *trunk = trunk_at(far);
	const struct sdp_codecs *codecs = far->call->engine->cfg.codecs;

	return far->call->emergency ||
	       ((!codecs || !codecs->count) && (!trunk || !trunk->codecs.count));
}

bool call_sdp_codecs_allowed(const struct leg *far, struct text text)
{
	struct buf own = BUF_GROWING;
	struct sdp sdp;
	int r;

	if (all_codecs_allowed(far))
		return true;
	r = decode(far, text, &own, &sdp);
	buf_free(&own);
	return r != -ENOENT;
}

bool call_sdp_waits(struct leg *from, struct leg *to)
{
	const struct leg *far = far_of(from, to);

	return far->call->engine->cfg.rtpengine &&
	       (far->via == LEG_MEDIA_OPEN || far->via == LEG_MEDIA_RTPENGINE);
}

int call_sdp_ask(struct leg *from, struct leg *to, enum media_role role, struct text text,
		 struct media_wait *w)
{
	struct leg *far = far_of(from, to);
	struct buf own = BUF_GROWING;
	struct media_session *s = NULL;
	struct sdp sdp;
	int r = 0;

	/* What cannot be asked is refused by whoever goes on with it. */
	if (decode(far, text, &own, &sdp) == 0)
		s = session_of(far, &sdp);
	if (s) {
		set_peers(s, far);
		r = media_session_ask(s, side_of(from), role, &sdp, w);
	}
	buf_free(&own);
	return r;
}

static int describe(struct media_session *s, struct leg *from, enum media_role role,
		    const struct sdp *sdp, struct buf *ret)
{
	return role == MEDIA_OFFER ? media_session_offer(s, side_of(from), sdp, ret)
				   : media_session_answer(s, side_of(from), sdp, ret);
}

/* Nothing of ours helps any more: may the call go on without? */
static bool goes_without(const struct leg *far)
{
	const struct call *c = far->call;

	return c->emergency ||
	       (far->via == LEG_MEDIA_RTPENGINE && c->engine->cfg.media_signal);
}

static int through_session(struct leg *from, struct leg *far, enum media_role role,
			   const struct sdp *sdp, struct buf *ret)
{
	struct media_session *s = session_of(far, sdp);
	int r = -ENOMEM;

	if (far->via == LEG_MEDIA_DIRECT)
		return pass(sdp->bytes, ret);
	if (s) {
		set_peers(s, far);
		r = describe(s, from, role, sdp, ret);
	}
	if (r == 0)
		return 0;
	log_warn("media call=%lld via=%s error=\"%s\" signalled=%s",
		 (long long)far->call->id,
		 far->via == LEG_MEDIA_RELAY ? "relay" : "rtpengine", strerror(-r),
		 goes_without(far) ? "yes" : "no");
	if (!goes_without(far))
		return r;
	buf_reset(ret);
	return pass(sdp->bytes, ret);
}

/* For a refresh by re-INVITE, which says it again once it is agreed. */
static void keep_told(struct leg *to, struct text sdp)
{
	free(to->sdp_telling);
	to->sdp_telling = to->allows_update ? NULL : text_dup(sdp);
}

static int through(struct leg *from, struct leg *to, enum media_role role,
		   struct text text, struct buf *ret)
{
	struct buf own = BUF_GROWING;
	struct sdp sdp;
	struct leg *far = far_of(from, to);
	int r = decode(far, text, &own, &sdp);

	if (!r)
		r = through_session(from, far, role, &sdp, ret);
	if (!r) {
		keep_pending(from, sdp.bytes);
		keep_told(to, buf_text(ret));
		from->described = from->answerer;
	}
	buf_free(&own);
	/* As for a description that cannot be read: the handlers know -ENOENT as "none". */
	return r == -ENOENT ? -EBADMSG : r;
}

int call_sdp_offer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret)
{
	return through(from, to, MEDIA_OFFER, sdp, ret);
}

int call_sdp_answer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret)
{
	return through(from, to, MEDIA_ANSWER, sdp, ret);
}

struct media_session *call_media(const struct call *c)
{
	return c->callee && c->callee->media ? c->callee->media : c->media;
}

static void go_back(struct leg *l, struct media_session *s)
{
	struct sdp sdp;

	free(l->sdp_pending);
	l->sdp_pending = NULL;
	if (s && l->sdp_agreed && sdp_decode(text_of(l->sdp_agreed), &sdp) == 0)
		media_session_go_back(s, side_of(l), &sdp);
}

static void settle_told(struct leg *l, bool agreed)
{
	if (agreed && l->sdp_telling) {
		free(l->sdp_told);
		l->sdp_told = l->sdp_telling;
	} else {
		free(l->sdp_telling);
	}
	l->sdp_telling = NULL;
}

static void settle(struct leg *l, struct media_session *s, bool agreed)
{
	if (!l)
		return;
	settle_told(l, agreed);
	if (!l->sdp_pending)
		return;
	if (!agreed) {
		go_back(l, s);
		return;
	}
	free(l->sdp_agreed);
	l->sdp_agreed = l->sdp_pending;
	l->sdp_pending = NULL;
}

void call_sdp_moved(struct leg *l)
{
	struct media_session *s = call_media(l->call);
	struct sdp sdp;

	if (!s || l->state != LEG_CONFIRMED || !l->sdp_agreed ||
	    sdp_decode(text_of(l->sdp_agreed), &sdp) < 0)
		return;
	media_session_peer(s, side_of(l), &l->flow.remote);
	media_session_go_back(s, side_of(l), &sdp);
}

void call_sdp_forget(struct leg *l)
{
	free(l->sdp_told);
	free(l->sdp_telling);
	free(l->sdp_agreed);
	free(l->sdp_pending);
	l->sdp_told = l->sdp_telling = l->sdp_agreed = l->sdp_pending = NULL;
}

static void settle_both(struct leg *caller, struct leg *far, struct media_session *s,
			bool agreed)
{
	settle(caller, s, agreed);
	settle(far, s, agreed);
	if (agreed && s)
		media_session_agreed(s);
}

void call_sdp_settle(struct call *c, bool agreed)
{
	settle_both(c->caller, c->callee, call_media(c), agreed);
}

void call_sdp_settle_with(struct leg *branch, bool agreed)
{
	settle_both(branch->call->caller, branch, *session_at(branch), agreed);
}

int call_sdp_echo(struct leg *caller, struct text offer, struct buf *ret)
{
	struct call *c = caller->call;
	struct buf own = BUF_GROWING;
	struct sdp sdp;
	int r = decode(caller, offer, &own, &sdp);

	if (!r && !c->media && c->engine->cfg.media)
		c->media = media_relay_session(c->engine->cfg.media);
	if (!r && !c->media)
		r = -ENOTSUP;
	if (!r) {
		set_peers(c->media, caller);
		r = media_session_echo(c->media, MEDIA_A, &sdp, ret);
	}
	if (!r)
		keep_told(caller, buf_text(ret));
	buf_free(&own);
	return r;
}

static bool alike(const struct sdp_media *a, const struct sdp_media *b)
{
	return text_eq(a->formats, b->formats) && text_eq(a->proto, b->proto) &&
	       text_eq(a->connection, b->connection) && a->port == b->port;
}

bool call_sdp_alike(struct text a, struct text b)
{
	struct sdp x, y;

	if (text_eq(a, b))
		return true;
	if (sdp_decode(a, &x) < 0 || sdp_decode(b, &y) < 0 ||
	    x.media_count != y.media_count)
		return false;
	for (size_t i = 0; i < x.media_count; i++) {
		if (!alike(&x.media[i], &y.media[i]))
			return false;
	}
	return true;
}
