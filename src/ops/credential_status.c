/* SPDX-License-Identifier: Apache-2.0 */
/* ops/credential_status.c - credential.freeze, .unfreeze, .revoke. In memory first: when
 * account_credential_set_status returns, no request of the credential passes any more.
 * Then bindings and calls end and the row is written, both at once. */

#include <errno.h>

#include "base/log.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"
#include "ops/ending.h"

static const struct change {
	const char *cause;
	bool ends; /* calls and, unless keeps_bindings, bindings */
	bool keeps_bindings;
} changes[] = {
	[CREDENTIAL_ACTIVE] = { "unfrozen", false, true },
	[CREDENTIAL_FROZEN] = { "frozen", true, true },
	[CREDENTIAL_REVOKED] = { "revoked", true, false },
};

struct setting {
	struct account_credential credential;
	struct ending ending;
	unsigned waiting; /* for the store, for the ending */
	int status;       /* of the store */
};

static json_t *counts(const struct setting *s)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:I}", "bindings_ended",
			 (int)s->ending.bindings_ended, "calls_ended",
			 (int)s->ending.calls_ended, "calls_spared",
			 (int)s->ending.calls_spared, "nodes_pending", 0, "elapsed_us",
			 (json_int_t)s->ending.elapsed_us);
}

static void finish(struct op_call *call)
{
	struct setting *s = call->state;
	char id[ID_TEXT_SIZE];

	if (--s->waiting > 0)
		return;
	log_info("credential id=%s change=%s by=%s bindings_ended=%u calls_ended=%u "
		 "elapsed_us=%lld store=%d",
		 id_encode(id, s->credential.id), call->op->name,
		 call->by_operator ? "operator" : "customer", s->ending.bindings_ended,
		 s->ending.calls_ended, (long long)s->ending.elapsed_us, s->status);
	if (s->status) /* it is struck all the same, and written again until it is */
		op_fail_with(call, OP_STORAGE_FAILED, counts(s));
	else
		op_answer(call, counts(s));
}

static void stored(void *arg, int status)
{
	struct op_call *call = arg;

	((struct setting *)call->state)->status = status;
	finish(call);
}

static void ended(struct ending *ending)
{
	finish(ending->call);
}

static void refuse(struct op_call *call, int error)
{
	if (error == -EPERM)
		op_fail(call, OP_REVOKED);
	else if (error == -EALREADY)
		op_answer(call, counts(call->state));
	else
		op_fail_errno(call, error);
}

static void set_status(struct op_call *call, enum credential_status status)
{
	const struct change *change = &changes[status];
	struct setting *s = op_state(call, sizeof(*s), NULL);
	struct account_actor actor = op_actor(call);
	int error;

	if (!s)
		return;
	error = scope_credential(call, &s->credential);
	if (!error)
		error = account_credential_set_status(call->ops->cfg.desk,
						      s->credential.id, status, &actor,
						      stored, call, NULL);
	if (error) {
		refuse(call, error);
		return;
	}
	s->waiting = 2;
	ending_start(&s->ending, call, &s->credential.id, change->ends, change->cause,
		     change->keeps_bindings, ended);
}

void op_credential_freeze(struct op_call *call)
{
	set_status(call, CREDENTIAL_FROZEN);
}

void op_credential_unfreeze(struct op_call *call)
{
	set_status(call, CREDENTIAL_ACTIVE);
}

void op_credential_revoke(struct op_call *call)
{
	set_status(call, CREDENTIAL_REVOKED);
}
