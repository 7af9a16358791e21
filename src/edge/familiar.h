/* SPDX-License-Identifier: Apache-2.0 */
/* edge/familiar.h - Devices that this worker knows: whoever has registered comes again soon,
 * mostly with the same words. What is kept of it saves reading them: the request is not
 * decoded, nobody is looked up, and what is left is the digest and the times.
 *
 * Whatever does not fit goes the long way (edge_dispatch), and nothing is decided here that
 * would be decided otherwise there. One table for each worker, no locks. */
#ifndef EDGE_FAMILIAR_H
#define EDGE_FAMILIAR_H

#include "edge/worker.h"

enum { FAMILIARS_MAX = 1 << 20 /* of one worker: about 250 MB */ };

struct familiars;
struct auth_again;

struct familiars *familiars_new(struct random *random); /* NULL: no memory */
void familiars_free(struct familiars *f);               /* NULL: nothing */

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
