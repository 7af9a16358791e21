/* SPDX-License-Identifier: Apache-2.0 */
/* edge/again.h - Whoever has registered comes again soon, mostly with the same words. What is
 * kept of it (familiar.h) saves reading them: the request is not decoded, nobody is looked up,
 * and what is left is the digest and the times.
 *
 * Whatever does not fit goes the long way (edge_dispatch), and nothing is decided here that
 * would be decided otherwise there. */
#ifndef EDGE_AGAIN_H
#define EDGE_AGAIN_H

#include "auth/again.h"
#include "edge/worker.h"

/* True: the request was one of a familiar device, and has been answered. */
bool edge_again(struct edge_worker *w, const struct flow *from, struct text bytes);
/* These come next: what is known of their devices is fetched from memory all at once, which
 * takes as long as fetching it of one. */
void edge_look_ahead(struct edge_worker *w, const struct text *datagrams, unsigned count);
/* A REGISTER has been answered 200: the next one may be like it. Takes the binding
 * over. */
void edge_learn(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		const struct auth_again *auth, struct registrar_again *binding);
/* One without digest has been challenged. */
void edge_learn_bare(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m);
/* Every second: those who have not come for long are forgotten, a few at a time. */
void edge_forget(struct edge_worker *w);

#endif
