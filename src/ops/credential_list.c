/* SPDX-License-Identifier: Apache-2.0 */
/* ops/credential_list.c - credential.list: a line's credentials with live bindings, last
 * use and running calls. */

#include <errno.h>

#include "ops/gather.h"
#include "ops/json.h"
#include "ops/live.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { CREDENTIALS_MAX = 1000 };

struct credential_view {
	struct credential_row row;
	char created_by[ROW_NAME_SIZE];
};

struct credentials {
	struct line_row line;
	struct gather rows;
	struct live_calls live;
	struct op_call *call;
};

static void credentials_free(void *arg)
{
	struct credentials *c = arg;

	gather_free(&c->rows);
	live_calls_free(&c->live);
}

static int keep(void *arg, const struct credential_row *row)
{
	struct credentials *c = arg;
	struct credential_view v = { .row = *row };

	return scope_shows(c->call, row) ? gather_put(&c->rows, &v) : 0;
}

static int name_creators(struct store_db *db, struct credentials *c)
{
	struct credential_view *views = c->rows.rows;
	struct login_row login;
	int error;

	for (size_t i = 0; i < c->rows.count; i++) {
		struct credential_view *v = &views[i];

		text_copy(v->created_by, sizeof(v->created_by), TEXT("operator"));
		if (!v->row.created_by)
			continue;
		error = store_login_get(db, v->row.created_by, &login);
		if (error && error != -ENOENT)
			return error;
		if (!error)
			text_copy(v->created_by, sizeof(v->created_by),
				  text_of(login.name));
	}
	return 0;
}

static int read_credentials(struct store_db *db, struct op_call *call)
{
	struct credentials *c = call->state;
	int error = scope_line(db, call, &c->line);

	gather_reset(&c->rows);
	if (!error)
		error = store_credential_each(db, c->line.id, keep, c);
	return error < 0 ? error : name_creators(db, c);
}

static json_t *bindings_json(const struct ops *o, int64_t credential_id)
{
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	size_t count = 0;
	json_t *list = json_array();

	if (o->cfg.registrar)
		count = registrar_credential_bindings(o->cfg.registrar, credential_id,
						      bindings, REGISTRAR_BINDINGS_MAX);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, live_binding_json(o, &bindings[i]));
	return list;
}

static int live_count(const struct credentials *c, int64_t credential_id)
{
	int count = 0;

	for (size_t i = 0; i < c->live.job.count; i++)
		count += c->live.job.calls[i].credential_id == credential_id;
	return count;
}

static json_t *credential_json(struct op_call *call, const struct credential_view *v)
{
	static const char *const statuses[] = { "", "active", "frozen", "revoked" };
	const struct credentials *c = call->state;
	const struct credential_row *r = &v->row;
	json_t *j;

	j = json_pack(
		"{s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:i, s:{}}",
		"id", json_of_id(r->id), "label", r->label, "profile", r->profile,
		"auth_name", r->auth_name, "user_name", c->line.number, "status",
		statuses[r->status], "created_at", json_of_time(r->created_at),
		"created_by", v->created_by, "last_registered_at",
		json_of_time(r->last_registered_at), "last_call_at",
		json_of_time(r->last_call_at), "bindings",
		bindings_json(call->ops, r->id), "live_calls", live_count(c, r->id),
		"limits");
	if (j && call->by_operator)
		json_object_set_new(
			j, "kind",
			json_string(r->kind == CREDENTIAL_ROUTER ? "router" : "device"));
	return j;
}

static void live_known(struct op_call *call, struct live_calls *live)
{
	struct credentials *c = call->state;
	const struct credential_view *views = c->rows.rows;
	json_t *list = json_array();

	for (size_t i = 0; i < c->rows.count; i++)
		json_array_append_new(list, credential_json(call, &views[i]));
	op_answer_list(call, list, c->rows.more);
}

static void credentials_read(struct op_call *call, int status)
{
	struct credentials *c = call->state;

	if (status)
		op_fail_errno(call, status);
	else
		live_calls_start(&c->live, call, c->line.id, live_known);
}

void op_credential_list(struct op_call *call)
{
	struct credentials *c = op_state(call, sizeof(*c), credentials_free);

	if (!c)
		return;
	c->call = call;
	c->rows = GATHER(struct credential_view, CREDENTIALS_MAX);
	op_store(call, STORE_READ, read_credentials, credentials_read);
}
