/* SPDX-License-Identifier: Apache-2.0 */
/* ops/customer_ops.c - customer.list, customer.show: for the operator. */

#include "ops/gather.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { CUSTOMERS_DEFAULT = 1000, LOGINS_MAX = 100, LINES_MAX = 1000 };

struct customers {
	struct gather rows;
	struct gather logins;
	struct gather lines;
};

static void customers_free(void *arg)
{
	struct customers *c = arg;

	gather_free(&c->rows);
	gather_free(&c->logins);
	gather_free(&c->lines);
}

static struct customers *prepare(struct op_call *call)
{
	struct customers *c = op_state(call, sizeof(*c), customers_free);

	if (!c)
		return NULL;
	c->rows = GATHER(struct customer_row,
			 (size_t)op_count(call, "limit", CUSTOMERS_DEFAULT));
	c->logins = GATHER(struct login_row, LOGINS_MAX);
	c->lines = GATHER(struct line_row, LINES_MAX);
	return c;
}

static int keep_customer(void *arg, const struct customer_row *row)
{
	return gather_put(arg, row);
}

static int keep_login(void *arg, const struct login_row *row)
{
	return gather_put(arg, row);
}

static int keep_line(void *arg, const struct line_row *row)
{
	return gather_put(arg, row);
}

static int read_customers(struct store_db *db, struct op_call *call)
{
	struct customers *c = call->state;
	int error;

	gather_reset(&c->rows);
	error = store_customer_each(db, keep_customer, &c->rows);
	return error < 0 ? error : 0;
}

static int read_customer(struct store_db *db, struct op_call *call)
{
	struct customers *c = call->state;
	struct customer_row row;
	char ref[ROW_REF_SIZE];
	int error;

	gather_reset(&c->rows);
	gather_reset(&c->logins);
	gather_reset(&c->lines);
	text_copy(ref, sizeof(ref), op_text(call, "customer"));
	error = store_customer_by_ref(db, ref, &row);
	if (!error)
		error = gather_put(&c->rows, &row);
	if (!error)
		error = store_login_each(db, row.id, keep_login, &c->logins);
	if (error >= 0 && c->rows.count > 0)
		error = store_line_each(db, row.id, keep_line, &c->lines);
	return error < 0 ? error : 0;
}

static json_t *customer_json(const struct customer_row *r)
{
	static const char *const segments[] = { "", "RES", "SME", "ENT" };

	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "customer", r->ref, "name", r->name,
			 "segment", segments[r->segment], "language", r->language,
			 "created_at", json_of_time(r->created_at));
}

static json_t *login_json(const struct login_row *r)
{
	return json_pack("{s:s, s:o, s:b, s:b, s:o}", "login", r->name, "mobile",
			 json_of_text(r->mobile), "has_password",
			 r->password_hash[0] != '\0', "disabled", r->disabled,
			 "last_login_at", json_of_time(r->last_login_at));
}

static void put_details(json_t *j, const struct customers *c,
			const struct customer_row *r)
{
	const struct login_row *logins = c->logins.rows;
	const struct line_row *lines = c->lines.rows;
	json_t *login_list = json_array(), *line_list = json_array();

	for (size_t i = 0; i < c->logins.count; i++)
		json_array_append_new(login_list, login_json(&logins[i]));
	for (size_t i = 0; i < c->lines.count; i++)
		json_array_append_new(line_list,
				      json_pack("{s:s, s:s}", "number", lines[i].number,
						"product", lines[i].product));
	json_object_set_new(j, "street", json_of_text(r->street));
	json_object_set_new(j, "house", json_of_text(r->house));
	json_object_set_new(j, "postcode", json_of_text(r->postcode));
	json_object_set_new(j, "town", json_of_text(r->town));
	json_object_set_new(j, "location_ref", json_of_text(r->location_ref));
	json_object_set_new(j, "logins", login_list);
	json_object_set_new(j, "lines", line_list);
}

static void customers_read(struct op_call *call, int status)
{
	struct customers *c = call->state;
	const struct customer_row *rows = c->rows.rows;
	json_t *list;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < c->rows.count; i++)
		json_array_append_new(list, customer_json(&rows[i]));
	op_answer_list(call, list, c->rows.more);
}

static void customer_read(struct op_call *call, int status)
{
	struct customers *c = call->state;
	json_t *j;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	j = customer_json(c->rows.rows);
	if (j)
		put_details(j, c, c->rows.rows);
	op_answer(call, j);
}

void op_customer_list(struct op_call *call)
{
	if (prepare(call))
		op_store(call, STORE_READ, read_customers, customers_read);
}

void op_customer_show(struct op_call *call)
{
	if (prepare(call))
		op_store(call, STORE_READ, read_customer, customer_read);
}
