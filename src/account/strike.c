/* SPDX-License-Identifier: Apache-2.0 */
/* account/strike.c - Freezing, unfreezing and revoking: in memory at once, in the store
 * as soon as it takes it. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"
#include "account/desk.h"

enum { STRIKE_RETRY_MS = 5000 };

/* One struck credential or line. */
struct strike {
	struct change change;
	int64_t id;
	int64_t customer_id;
	char number[E164_SIZE];
	enum credential_status status; /* a line: frozen or active */
	uint32_t generation;           /* the struck one; 0: a line */
	unsigned tries;
	int (*work)(struct store_db *, struct store_job *);
	void (*done)(void *arg, int status); /* NULL once it was told */
	void *arg;
};

static struct strike *strike_of(struct store_job *job)
{
	return container_of(job, struct strike, change.job);
}

static const struct {
	const char *credential;
	const char *line;
	const char *word;
} kinds[] = {
	[CREDENTIAL_ACTIVE] = { "credential_unfrozen", "line_unfrozen", "unfrozen" },
	[CREDENTIAL_FROZEN] = { "credential_frozen", "line_frozen", "frozen" },
	[CREDENTIAL_REVOKED] = { "credential_revoked", NULL, "revoked" },
};

static int log_credential(struct store_db *db, const struct strike *s,
			  const struct credential_row *row)
{
	struct event_row event = { .customer_id = row->customer_id,
				   .line_id = row->line_id,
				   .credential_id = row->id };

	snprintf(event.kind, sizeof(event.kind), "%s", kinds[s->status].credential);
	snprintf(event.text, sizeof(event.text), "Credential \"%s\" (%s) of %s %s.",
		 row->label, row->auth_name, s->number, kinds[s->status].word);
	return account_change_log(db, &s->change, &event);
}

/* What came later, here or on another node, is not undone by a write that was late. */
static bool overtaken(const struct strike *s, const struct credential_row *row)
{
	if (row->status == CREDENTIAL_REVOKED)
		return true;
	return s->status != CREDENTIAL_REVOKED && s->tries > 1 &&
	       row->generation >= s->generation;
}

static int work_credential(struct store_db *db, struct store_job *job)
{
	struct strike *s = strike_of(job);
	struct credential_row row;
	int rc = store_credential_get(db, s->id, &row);

	if (rc || overtaken(s, &row))
		return rc;
	row.status = s->status;
	row.status_at = account_change_now(&s->change);
	row.generation =
		row.generation + 1 > s->generation ? row.generation + 1 : s->generation;
	rc = store_credential_put(db, &row);
	if (!rc)
		rc = log_credential(db, s, &row);
	return rc ? rc : store_changed(db, "credential", row.id);
}

static int log_line(struct store_db *db, const struct strike *s,
		    const struct line_row *row)
{
	struct event_row event = { .customer_id = row->customer_id, .line_id = row->id };

	snprintf(event.kind, sizeof(event.kind), "%s", kinds[s->status].line);
	snprintf(event.text, sizeof(event.text), "Line %s %s.", row->number,
		 kinds[s->status].word);
	return account_change_log(db, &s->change, &event);
}

static int work_line(struct store_db *db, struct store_job *job)
{
	struct strike *s = strike_of(job);
	struct line_row row;
	int rc = store_line_get(db, s->id, &row);

	if (rc || row.frozen == (s->status == CREDENTIAL_FROZEN))
		return rc;
	row.frozen = s->status == CREDENTIAL_FROZEN;
	rc = store_line_put(db, &row);
	if (!rc)
		rc = log_line(db, s, &row);
	return rc ? rc : store_changed(db, "line", row.id);
}

static void tell(struct strike *s, int status)
{
	struct account_desk_config *cfg = &s->change.desk->cfg;
	void (*told)(void *, int) = s->done;

	if (cfg->events && !status)
		event_notify(cfg->events, s->customer_id, s->number, "credentials");
	s->done = NULL;
	if (told)
		told(s->arg, status);
}

/* A later strike in memory writes itself. */
static bool still_wanted(const struct strike *s)
{
	struct account_book *b = s->change.desk->cfg.book;
	struct account_credential credential;
	struct account_line line;

	if (s->generation)
		return account_credential_by_id(b, s->id, &credential) == 0 &&
		       credential.status == s->status;
	return account_line_by_id(b, s->id, &line) == 0 &&
	       line.frozen == (s->status == CREDENTIAL_FROZEN);
}

static void attempt(struct strike *s);

static void try_again(struct timer *t)
{
	struct strike *s = container_of(t, struct strike, change.retry);

	if (still_wanted(s))
		attempt(s);
	else
		account_change_end(&s->change);
}

/* The strike stays; so does the duty to write it down. */
static void failed(struct strike *s, int status)
{
	tell(s, status);
	if (status == -ENOENT || status == -ECANCELED)
		account_change_end(&s->change);
	else
		timer_start(s->change.desk->cfg.loop, &s->change.retry, STRIKE_RETRY_MS,
			    try_again);
}

static void written(struct store_job *job, int status)
{
	struct strike *s = strike_of(job);

	s->change.submitted = false;
	if (status) {
		failed(s, status);
		return;
	}
	tell(s, 0);
	account_change_end(&s->change);
}

static void attempt(struct strike *s)
{
	int rc;

	s->tries++;
	rc = account_change_submit(&s->change, s->customer_id, s->work, written);
	if (rc && s->tries > 1)
		failed(s, rc);
	else if (rc) /* the caller still runs: told in a later turn */
		timer_start(s->change.desk->cfg.loop, &s->change.retry, 0, try_again);
}

static void end(struct change *change)
{
	free(container_of(change, struct strike, change));
}

static struct strike *strike_new(struct account_desk *d, int64_t id,
				 enum credential_status status,
				 const struct account_actor *by, int *rc)
{
	struct strike *s = calloc(1, sizeof(*s));

	*rc = -ENOMEM;
	if (!s)
		return NULL;
	s->id = id;
	s->status = status;
	s->change.end = end;
	*rc = account_change_begin(d, &s->change, by);
	if (!*rc)
		return s;
	free(s);
	return NULL;
}

int account_credential_set_status(struct account_desk *d, int64_t id,
				  enum credential_status status,
				  const struct account_actor *by,
				  void (*done)(void *arg, int status), void *arg,
				  uint32_t *generation)
{
	struct account_credential now;
	struct strike *s;
	int rc = account_credential_by_id(d->cfg.book, id, &now);

	if (rc)
		return rc;
	if (now.status == status || now.status == CREDENTIAL_REVOKED)
		return now.status == status ? -EALREADY : -EPERM;
	s = strike_new(d, id, status, by, &rc);
	if (!s)
		return rc;
	s->customer_id = now.customer_id;
	memcpy(s->number, now.number, sizeof(s->number));
	s->work = work_credential;
	s->done = done;
	s->arg = arg;
	s->generation = account_credential_strike(d->cfg.book, id, status);
	if (generation)
		*generation = s->generation;
	attempt(s);
	return 0;
}

int account_line_set_frozen(struct account_desk *d, int64_t line_id, bool frozen,
			    const struct account_actor *by,
			    void (*done)(void *arg, int status), void *arg)
{
	struct account_line now;
	struct strike *s;
	int rc = account_line_by_id(d->cfg.book, line_id, &now);

	if (rc)
		return rc;
	if (now.frozen == frozen)
		return -EALREADY;
	s = strike_new(d, line_id, frozen ? CREDENTIAL_FROZEN : CREDENTIAL_ACTIVE, by,
		       &rc);
	if (!s)
		return rc;
	s->customer_id = now.customer_id;
	memcpy(s->number, now.number, sizeof(s->number));
	s->work = work_line;
	s->done = done;
	s->arg = arg;
	account_line_strike(d->cfg.book, line_id, frozen);
	attempt(s);
	return 0;
}
