/* SPDX-License-Identifier: Apache-2.0 */
/* ops/line_list.c - line.list, line.show: lines with eligibility, its reason, consent. */

#include <errno.h>
#include <stdlib.h>

#include "account/eligible.h"
#include "base/date.h"
#include "ops/gather.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { LINES_MAX = 1000, LINE_CREDENTIALS_MAX = 1000 };

struct line_view {
	struct line_row row;
	struct customer_row customer;
	struct consent_row consent; /* id 0: none */
	char consent_login[ROW_NAME_SIZE];
	unsigned credentials;
	unsigned online;
};

struct lines {
	struct gather views;
	struct gather rows;
	struct op_call *call;
	struct line_view *current;
};

static void lines_free(void *arg)
{
	struct lines *l = arg;

	gather_free(&l->views);
	gather_free(&l->rows);
}

static int keep_row(void *arg, const struct line_row *row)
{
	struct lines *l = arg;

	return gather_put(&l->rows, row);
}

/* In the job: the registrar's table is safe from every thread. */
static bool online(const struct op_call *call, int64_t credential_id)
{
	struct binding one;

	return call->ops->cfg.registrar &&
	       registrar_credential_bindings(call->ops->cfg.registrar, credential_id,
					     &one, 1) > 0;
}

static int count_credential(void *arg, const struct credential_row *row)
{
	struct lines *l = arg;

	if (!scope_shows(l->call, row) || row->status == CREDENTIAL_REVOKED)
		return 0;
	l->current->credentials++;
	l->current->online += online(l->call, row->id);
	return 0;
}

static int read_consent(struct store_db *db, struct line_view *v)
{
	struct login_row login;
	int error;

	error = store_consent_latest(db, v->row.customer_id, v->row.id, &v->consent);
	if (error) {
		v->consent.id = 0;
		return error == -ENOENT ? 0 : error;
	}
	error = store_login_get(db, v->consent.login_id, &login);
	if (error)
		return error == -ENOENT ? 0 : error;
	return text_copy(v->consent_login, sizeof(v->consent_login), text_of(login.name));
}

static int read_view(struct store_db *db, struct lines *l, const struct line_row *row)
{
	struct line_view v = { .row = *row };
	int error = store_customer_get(db, row->customer_id, &v.customer);

	if (!error)
		error = read_consent(db, &v);
	l->current = &v;
	if (!error)
		error = store_credential_each(db, row->id, count_credential, l);
	l->current = NULL;
	return error ? error : gather_put(&l->views, &v);
}

static int read_views(struct store_db *db, struct lines *l)
{
	const struct line_row *rows = l->rows.rows;
	int error = 0;

	for (size_t i = 0; i < l->rows.count && !error; i++)
		error = read_view(db, l, &rows[i]);
	return error;
}

static int read_lines(struct store_db *db, struct op_call *call)
{
	struct lines *l = call->state;
	int64_t customer_id = call->customer_id;
	struct customer_row customer;
	char ref[ROW_REF_SIZE];
	int error;

	gather_reset(&l->views);
	gather_reset(&l->rows);
	if (call->by_operator && op_text(call, "customer").len > 0) {
		text_copy(ref, sizeof(ref), op_text(call, "customer"));
		error = store_customer_by_ref(db, ref, &customer);
		if (error)
			return error;
		customer_id = customer.id;
	}
	error = store_line_each(db, customer_id, keep_row, l);
	return error < 0 ? error : read_views(db, l);
}

static int read_one(struct store_db *db, struct op_call *call)
{
	struct lines *l = call->state;
	struct line_row row;
	int error = scope_line(db, call, &row);

	gather_reset(&l->views);
	return error ? error : read_view(db, l, &row);
}

static json_t *consent_json(const struct line_view *v)
{
	if (!v->consent.id)
		return json_null();
	return json_pack("{s:s, s:o, s:s, s:s}", "version", v->consent.version,
			 "accepted_at", json_of_time(v->consent.accepted_at), "login",
			 v->consent_login, "reach", v->consent.reach);
}

static void put_operator(json_t *line, const struct line_view *v)
{
	json_object_set_new(line, "customer", json_string(v->customer.ref));
	json_object_set_new(line, "from", json_of_day(v->row.from_day));
	json_object_set_new(line, "to", json_of_day(v->row.to_day));
}

static json_t *line_json(struct op_call *call, const struct line_view *v)
{
	int32_t from = DATE_DAY_NEVER;
	enum eligibility e = account_eligible(call->ops->cfg.book, &v->row,
					      v->customer.segment, op_today(call), &from);
	json_t *line;

	line = json_pack(
		"{s:s, s:s, s:s, s:b, s:s?, s:s?, s:o, s:s, s:o, s:i, s:i}", "number",
		v->row.number, "product", v->row.product, "customer_name",
		v->customer.name, "eligible", e == ELIGIBLE, "reason",
		e == ELIGIBLE ? NULL : account_eligibility_code(e), "reason_text",
		e == ELIGIBLE ? NULL : account_eligibility_text(e), "credentials_from",
		e == ELIGIBLE_PRODUCT_NOT_YET ? json_of_day(from) : json_null(), "status",
		v->row.frozen ? "frozen" : "active", "consent", consent_json(v),
		"credential_count", (int)v->credentials, "online_count", (int)v->online);
	if (line && call->by_operator)
		put_operator(line, v);
	return line;
}

static void lines_read(struct op_call *call, int status)
{
	struct lines *l = call->state;
	const struct line_view *views = l->views.rows;
	json_t *list;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < l->views.count; i++)
		json_array_append_new(list, line_json(call, &views[i]));
	op_answer_list(call, list, l->rows.more);
}

static void line_read(struct op_call *call, int status)
{
	struct lines *l = call->state;

	if (status)
		op_fail_errno(call, status);
	else
		op_answer(call, line_json(call, l->views.rows));
}

static struct lines *prepare(struct op_call *call)
{
	struct lines *l = op_state(call, sizeof(*l), lines_free);

	if (!l)
		return NULL;
	l->views = GATHER(struct line_view, LINES_MAX);
	l->rows = GATHER(struct line_row, op_count(call, "limit", LINES_MAX));
	l->call = call;
	return l;
}

void op_line_list(struct op_call *call)
{
	if (prepare(call))
		op_store(call, STORE_READ, read_lines, lines_read);
}

void op_line_show(struct op_call *call)
{
	if (prepare(call))
		op_store(call, STORE_READ, read_one, line_read);
}
