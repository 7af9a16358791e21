/* SPDX-License-Identifier: Apache-2.0 */
/* edge/diagnose.c - Tells the customer in plain words why a device is refused. */

#include "edge/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "rating/plan.h"

enum { REPEAT_S = 3600 };

struct diagnosis {
	struct task task;
	struct edge_worker *worker;
	struct event_row row;
	char auth_name[ROW_AUTH_NAME_SIZE];
	bool by_number;
};

static const struct {
	const char *reason;
	bool by_number; /* the name is a line's number, not a credential's */
	const char *text;
} reasons[] = {
	{ "wrong_password", false,
	  "A device tried to sign in with this credential's name and a wrong password." },
	{ "vault_mismatch", false,
	  "This credential's secret does not fit its record in the database: somebody "
	  "has "
	  "changed it. Make a new credential, and tell your operator." },
	{ "user_name_sent", true,
	  "A device sent the phone number where the authentication name belongs. The two "
	  "are "
	  "different: enter the authentication name of the credential." },
};

static bool find_credential(struct diagnosis *d)
{
	struct account_credential c;

	if (account_credential_by_auth_name(d->worker->edge->cfg.book,
					    text_of(d->auth_name), &c) < 0)
		return false;
	d->row.customer_id = c.customer_id;
	d->row.line_id = c.line_id;
	d->row.credential_id = c.id;
	return true;
}

static bool find_line(struct diagnosis *d)
{
	const struct edge_config *cfg = &d->worker->edge->cfg;
	struct destination number;
	struct account_line line;
	struct text name;

	text_split(text_of(d->auth_name), '@', &name, NULL);
	if (plan_resolve_text(name, cfg->country, &number) < 0 ||
	    account_line_by_number(cfg->book, text_of(number.key), &line) < 0)
		return false;
	d->row.customer_id = line.customer_id;
	d->row.line_id = line.id;
	return true;
}

static void put(struct task *t)
{
	struct diagnosis *d = container_of(t, struct diagnosis, task);

	if (d->by_number ? find_line(d) : find_credential(d))
		event_put_stranger(d->worker->edge->cfg.events, &d->row, REPEAT_S);
	free(d);
}

static const char *sentence(const char *reason, bool *by_number)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strcmp(reasons[i].reason, reason) != 0)
			continue;
		*by_number = reasons[i].by_number;
		return reasons[i].text;
	}
	return NULL;
}

void edge_diagnose(struct edge_worker *w, const struct flow *from, struct text auth_name,
		   const char *reason)
{
	bool by_number;
	const char *text = sentence(reason, &by_number);
	struct diagnosis *d = text && w->edge->cfg.events ? calloc(1, sizeof(*d)) : NULL;

	if (!d || text_copy(d->auth_name, sizeof(d->auth_name), auth_name) < 0) {
		free(d);
		return;
	}
	d->worker = w;
	d->by_number = by_number;
	strcpy(d->row.kind, "auth_failed");
	strcpy(d->row.who, "core");
	addr_encode_host(d->row.source, &from->remote, false);
	text_copy(d->row.text, sizeof(d->row.text), text_of(text));
	d->task.fn = put;
	loop_defer(w->loop, &d->task);
}
