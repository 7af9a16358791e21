/* SPDX-License-Identifier: Apache-2.0 */
/* ops/status.c - status, reload: the running server at a glance. */

#include "base/log.h"
#include "ops/json.h"
#include "ops/live.h"
#include "ops/run.h"

static json_t *edge_json(const struct ops_config *cfg)
{
	struct edge_counters n;

	edge_count(cfg->edge, &n);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "transactions",
			 (json_int_t)n.transactions, "messages", (json_int_t)n.messages,
			 "malformed", (json_int_t)n.malformed, "dropped",
			 (json_int_t)(n.unanswerable + n.handover_dropped), "challenged",
			 (json_int_t)n.challenged, "refused", (json_int_t)n.refused,
			 "binding_write_failures",
			 (json_int_t)registrar_store_failures(cfg->registrar));
}

static void calls_known(struct op_call *call, struct live_calls *l)
{
	const struct ops_config *cfg = &call->ops->cfg;
	int64_t up_us = op_now_us(call) - call->ops->started_us;

	json_t *status = json_pack(
		"{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I}", "version", cfg->version,
		"domain", cfg->domain, "store", store_driver_name(cfg->store),
		"started_at", json_of_time(call->ops->started_us), "uptime_s",
		(json_int_t)(up_us / 1000000), "bindings",
		(json_int_t)registrar_count(cfg->registrar), "live_calls",
		(json_int_t)l->job.count, "sessions",
		(json_int_t)call->ops->sessions.by_hash.count, "journal_backlog",
		(json_int_t)journal_backlog(cfg->journal));

	json_object_update_new(status, edge_json(cfg));
	op_answer(call, status);
}

static void live_free(void *arg)
{
	live_calls_free(arg);
}

void op_status(struct op_call *call)
{
	struct live_calls *l = op_state(call, sizeof(*l), live_free);

	if (l)
		live_calls_start(l, call, 0, calls_known);
}

void op_reload(struct op_call *call)
{
	char reason[200] = "";

	if (!call->ops->cfg.reload)
		op_fail(call, OP_NEEDS_SERVER);
	else if (call->ops->cfg.reload(call->ops->cfg.reload_arg, reason))
		op_answer(call, json_pack("{s:s}", "note", reason));
	else
		op_fail_with(call, OP_BAD_REQUEST, json_pack("{s:s}", "reason", reason));
}
