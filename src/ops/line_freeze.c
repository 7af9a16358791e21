/* SPDX-License-Identifier: Apache-2.0 */
/* ops/line_freeze.c - line.freeze, line.unfreeze: the operator stops a whole line; its
 * calls end, its bindings stay, emergency calls pass. */

#include <errno.h>

#include "ops/gather.h"
#include "ops/run.h"
#include "ops/scope.h"
#include "ops/ending.h"

enum { CREDENTIALS_MAX = 1000 };

struct freezing {
	struct line_row line;
	struct gather ids;
	struct ending ending;
	bool freeze;
	unsigned waiting;
	int status;
};

static void freezing_free(void *arg)
{
	gather_free(&((struct freezing *)arg)->ids);
}

static int keep_id(void *arg, const struct credential_row *row)
{
	return row->status == CREDENTIAL_REVOKED ? 0 : gather_put(arg, &row->id);
}

static int read_line(struct store_db *db, struct op_call *call)
{
	struct freezing *f = call->state;
	int error = scope_line(db, call, &f->line);

	gather_reset(&f->ids);
	if (error)
		return error;
	error = gather_put(&f->ids, &f->line.id); /* what the line has forwarded */
	if (!error)
		error = store_credential_each(db, f->line.id, keep_id, &f->ids);
	return error < 0 ? error : 0;
}

static void finish(struct op_call *call)
{
	struct freezing *f = call->state;

	if (--f->waiting > 0)
		return;
	if (f->status)
		op_fail_errno(call, f->status);
	else
		op_answer(call,
			  json_pack("{s:s, s:s, s:i, s:I}", "number", f->line.number,
				    "status", f->freeze ? "frozen" : "active",
				    "calls_ended", (int)f->ending.calls_ended,
				    "elapsed_us", (json_int_t)f->ending.elapsed_us));
}

static void stored(void *arg, int status)
{
	struct op_call *call = arg;

	((struct freezing *)call->state)->status = status == -EALREADY ? 0 : status;
	finish(call);
}

static void ended(struct ending *ending)
{
	finish(ending->call);
}

static void line_read(struct op_call *call, int status)
{
	struct freezing *f = call->state;
	struct account_actor actor = op_actor(call);

	f->waiting = 2;
	if (!status)
		status = account_line_set_frozen(call->ops->cfg.desk, f->line.id,
						 f->freeze, &actor, stored, call);
	if (status == -EALREADY)
		f->waiting = 1;
	else if (status) {
		op_fail_errno(call, status);
		return;
	}
	ending_start(&f->ending, call, f->ids.rows, f->freeze ? f->ids.count : 0,
		     "frozen", true, ended);
}

static void start(struct op_call *call, bool freeze)
{
	struct freezing *f = op_state(call, sizeof(*f), freezing_free);

	if (!f)
		return;
	f->freeze = freeze;
	f->ids = GATHER(int64_t, CREDENTIALS_MAX);
	op_store(call, STORE_READ, read_line, line_read);
}

void op_line_freeze(struct op_call *call)
{
	start(call, true);
}

void op_line_unfreeze(struct op_call *call)
{
	start(call, false);
}
