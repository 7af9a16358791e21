/* SPDX-License-Identifier: Apache-2.0 */
/* ops/import_op.c - import: a CSV file, handed over as a descriptor, read and checked on
 * a thread of the pool. */

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/log.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/call.h"

enum { FILE_MAX = 1 << 30 };

static const char *const kinds[] = { "customers", "credentials", "products", "tariffs" };

struct importing {
	struct pool_job job;
	struct op_call *call;
	enum import_kind kind;
	struct import_result result;
	int status;
	char reason[200];
};

static void importing_free(void *arg)
{
	import_result_free(&((struct importing *)arg)->result);
}

static enum import_kind kind_of(struct text name)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (text_eq(name, text_of(kinds[i])))
			return (enum import_kind)i;
	}
	return IMPORT_CUSTOMERS;
}

static int run(struct importing *i, struct text csv)
{
	const struct ops_config *cfg = &i->call->ops->cfg;
	struct import_config in = {
		.store = cfg->store,
		.vault = cfg->vault,
		.ids = cfg->ids,
		.random = cfg->random,
		.clock = cfg->clock,
		.domain = cfg->domain,
		.realm = cfg->realm,
		.country = cfg->country,
		.timezone = cfg->timezone,
		.dry_run = op_flag(i->call, "dry_run"),
		.full = op_flag(i->call, "full"),
	};

	return import_run(&in, i->kind, csv, &i->result);
}

static void work(struct pool_job *job)
{
	struct importing *i = container_of(job, struct importing, job);
	struct stat st;
	void *bytes;

	if (fstat(i->call->file, &st) || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		snprintf(i->reason, sizeof(i->reason), "not a file, or more than 1 GB");
		i->status = -EINVAL;
		return;
	}
	if (st.st_size == 0) {
		i->status = run(i, TEXT_NONE);
		return;
	}
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, i->call->file, 0);
	if (bytes == MAP_FAILED) {
		snprintf(i->reason, sizeof(i->reason), "the file cannot be read");
		i->status = -EINVAL;
		return;
	}
	i->status = run(i, (struct text){ bytes, (size_t)st.st_size });
	munmap(bytes, (size_t)st.st_size);
}

static json_t *faults_json(const struct import_result *r)
{
	unsigned shown =
		r->fault_count < IMPORT_FAULTS_MAX ? r->fault_count : IMPORT_FAULTS_MAX;
	json_t *list = json_array();

	for (unsigned i = 0; i < shown; i++)
		json_array_append_new(list, json_pack("{s:i, s:o}", "line",
						      (int)r->faults[i].line, "reason",
						      json_of_text(r->faults[i].reason)));
	return list;
}

static json_t *changes_json(const struct import_result *r)
{
	unsigned shown = r->change_count < IMPORT_CHANGES_MAX ? r->change_count
							      : IMPORT_CHANGES_MAX;
	json_t *list = json_array();

	for (unsigned i = 0; i < shown; i++)
		json_array_append_new(list, json_of_text(r->changes[i]));
	return list;
}

static json_t *result_json(const struct importing *i)
{
	const struct import_result *r = &i->result;

	return json_pack("{s:s, s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "kind",
			 kinds[i->kind], "dry_run", op_flag(i->call, "dry_run"), "rows",
			 (int)r->rows, "added", (int)r->added, "changed", (int)r->changed,
			 "unchanged", (int)r->unchanged, "ended", (int)r->ended,
			 "fault_count", (int)r->fault_count, "faults", faults_json(r),
			 "changes", changes_json(r));
}

static void worked(struct pool_job *job)
{
	struct importing *i = container_of(job, struct importing, job);
	struct op_call *call = i->call;

	log_info("import kind=%s dry_run=%d rows=%u added=%u changed=%u ended=%u "
		 "faults=%u "
		 "result=%d",
		 kinds[i->kind], op_flag(call, "dry_run"), i->result.rows,
		 i->result.added, i->result.changed, i->result.ended,
		 i->result.fault_count, i->status);
	if (i->status == 0)
		op_answer(call, result_json(i));
	else if (i->status == -EBADMSG)
		op_fail_with(call, OP_BAD_FILE, result_json(i));
	else if (i->status == -EINVAL)
		op_fail_with(call, OP_BAD_REQUEST,
			     json_pack("{s:s}", "reason", i->reason));
	else
		op_fail_errno(call, i->status);
}

void op_import(struct op_call *call)
{
	struct importing *i;

	if (call->file < 0) {
		op_fail_with(
			call, OP_BAD_FIELD,
			json_pack("{s:s, s:s}", "field", "file", "expected", "a file"));
		return;
	}
	i = op_state(call, sizeof(*i), importing_free);
	if (!i)
		return;
	i->call = call;
	i->kind = kind_of(op_text(call, "kind"));
	i->job = (struct pool_job){ .work = work, .done = worked };
	if (pool_submit(call->ops->cfg.pool, call->ops->cfg.loop, &i->job))
		op_fail(call, OP_BUSY);
}
