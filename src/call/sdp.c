/* SPDX-License-Identifier: Apache-2.0 */
/* call/sdp.c - Offers and answers between the legs (RFC 3264), relayed or direct. */

#include "call/sdp.h"

#include <errno.h>
#include <stdlib.h>

static struct media_session *session_of(struct call *c)
{
	const struct call_config *cfg = &c->engine->cfg;

	if (!c->media && cfg->media_mode == CALL_MEDIA_RELAY)
		c->media = media_session_new(cfg->media);
	return c->media;
}

static void set_peers(struct call *c, const struct leg *other)
{
	media_session_peer(c->media, MEDIA_A, &c->caller->flow.remote);
	if (other)
		media_session_peer(c->media, MEDIA_B, &other->flow.remote);
}

static int pass(struct text sdp, struct buf *ret)
{
	buf_put(ret, sdp);
	return ret->error;
}

typedef int relay_fn(struct media_session *, enum media_side, const struct sdp *,
		     struct buf *);

static enum media_side side_of(const struct leg *l)
{
	return l == l->call->caller ? MEDIA_A : MEDIA_B;
}

/* Without memory the relay cannot go back later, which a refused re-INVITE survives. */
static void keep_pending(struct leg *l, struct text sdp)
{
	if (l->sdp_pending && text_eq(text_of(l->sdp_pending), sdp))
		return;
	free(l->sdp_pending);
	l->sdp_pending = text_dup(sdp);
}

static int through_relay(struct leg *from, struct leg *to, const struct sdp *sdp,
			 struct buf *ret, relay_fn *fn)
{
	struct call *c = from->call;
	int r;

	if (!session_of(c))
		return c->emergency ? pass(sdp->bytes, ret) : -ENOMEM;
	set_peers(c, side_of(from) == MEDIA_A ? to : from);
	r = fn(c->media, side_of(from), sdp, ret);
	if (!r)
		keep_pending(from, sdp->bytes);
	if (r < 0 && c->emergency) {
		buf_reset(ret);
		return pass(sdp->bytes, ret);
	}
	return r;
}

static int through(struct leg *from, struct leg *to, struct text text, struct buf *ret,
		   relay_fn *fn)
{
	struct sdp sdp;

	if (text.len > CALL_SDP_MAX || sdp_decode(text, &sdp) < 0)
		return -EBADMSG;
	if (from->call->engine->cfg.media_mode == CALL_MEDIA_DIRECT)
		return pass(text, ret);
	return through_relay(from, to, &sdp, ret, fn);
}

int call_sdp_offer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret)
{
	return through(from, to, sdp, ret, media_session_offer);
}

int call_sdp_answer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret)
{
	return through(from, to, sdp, ret, media_session_answer);
}

static void go_back(struct leg *l)
{
	struct buf ignored = BUF_GROWING;
	struct sdp sdp;

	free(l->sdp_pending);
	l->sdp_pending = NULL;
	if (l->call->media && l->sdp_agreed &&
	    sdp_decode(text_of(l->sdp_agreed), &sdp) == 0)
		media_session_offer(l->call->media, side_of(l), &sdp, &ignored);
	buf_free(&ignored);
}

static void settle(struct leg *l, bool agreed)
{
	if (!l || !l->sdp_pending)
		return;
	if (!agreed) {
		go_back(l);
		return;
	}
	free(l->sdp_agreed);
	l->sdp_agreed = l->sdp_pending;
	l->sdp_pending = NULL;
}

void call_sdp_settle(struct call *c, bool agreed)
{
	settle(c->caller, agreed);
	settle(c->callee, agreed);
}

int call_sdp_echo(struct leg *caller, struct text offer, struct buf *ret)
{
	struct sdp sdp;

	if (offer.len > CALL_SDP_MAX || sdp_decode(offer, &sdp) < 0)
		return -EBADMSG;
	if (!session_of(caller->call))
		return -ENOTSUP;
	set_peers(caller->call, NULL);
	return media_session_echo(caller->call->media, MEDIA_A, &sdp, ret);
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
		if (!text_eq(x.media[i].formats, y.media[i].formats) ||
		    !text_eq(x.media[i].proto, y.media[i].proto) ||
		    !x.media[i].port != !y.media[i].port)
			return false;
	}
	return true;
}
