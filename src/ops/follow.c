/* SPDX-License-Identifier: Apache-2.0 */
/* ops/follow.c - Ends what changed credentials have going, one after the other. */

#include "ops/follow.h"

#include <stdlib.h>

#include "base/log.h"
#include "ops/call.h"

struct followed {
	struct list node;
	int64_t id;
	bool new_secret;
};

bool follow_ends(const struct account_credential *now, bool new_secret,
		 const char **cause, bool *keep_bindings)
{
	bool revoked = now->status == CREDENTIAL_REVOKED;
	bool frozen = now->status == CREDENTIAL_FROZEN;

	if (!revoked && !frozen && !new_secret)
		return false;
	*cause = revoked ? "revoked" : new_secret ? "new_secret" : "frozen";
	*keep_bindings = !revoked && !new_secret;
	return true;
}

static void end_next(struct follow *f);

static void ended(struct edge_end_job *job)
{
	struct follow *f = container_of(job, struct follow, job);
	char id[ID_TEXT_SIZE];

	f->ending = false;
	if (job->bindings_ended || job->calls_ended)
		log_info("credential id=%s change=%s by=feed bindings_ended=%u "
			 "calls_ended=%u",
			 id_encode(id, job->credential_id), job->cause,
			 job->bindings_ended, job->calls_ended);
	end_next(f);
}

/* Unfrozen meanwhile: nothing ends any more. */
static void end_one(struct follow *f, const struct followed *one)
{
	struct account_credential now;

	f->job = (struct edge_end_job){ .done = ended,
					.loop = f->ops->cfg.loop,
					.credential_id = one->id };
	if (account_credential_by_id(f->ops->cfg.book, one->id, &now) ||
	    !follow_ends(&now, one->new_secret, &f->job.cause, &f->job.keep_bindings))
		return;
	f->ending = true;
	edge_end_credential(f->ops->cfg.edge, &f->job);
}

static struct followed *take_first(struct follow *f)
{
	struct list *first = list_first(&f->waiting);

	if (!first)
		return NULL;
	list_remove(first);
	return container_of(first, struct followed, node);
}

static void end_next(struct follow *f)
{
	struct followed *one;

	while (!f->ending && (one = take_first(f))) {
		end_one(f, one);
		free(one);
	}
}

static void changed(struct account_watch *w, const struct account_credential *now,
		    bool new_secret)
{
	struct follow *f = container_of(w, struct follow, watch);
	struct followed *one;
	const char *cause;
	bool keep;

	if (!follow_ends(now, new_secret, &cause, &keep))
		return;
	one = malloc(sizeof(*one));
	if (!one) {
		log_error("credential auth_name=%s change=%s result=not_ended "
			  "reason=memory",
			  now->auth_name, cause);
		return;
	}
	*one = (struct followed){ .id = now->id, .new_secret = new_secret };
	list_append(&f->waiting, &one->node);
	end_next(f);
}

void follow_start(struct follow *f, struct ops *o)
{
	f->ops = o;
	f->watch.credential = changed;
	list_init(&f->waiting);
	if (o->cfg.edge)
		account_watch_start(o->cfg.book, &f->watch);
}

void follow_stop(struct follow *f)
{
	if (f->ops->cfg.edge)
		account_watch_stop(f->ops->cfg.book, &f->watch);
	for (struct followed *one; (one = take_first(f));)
		free(one);
}
