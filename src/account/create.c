/* SPDX-License-Identifier: Apache-2.0 */
/* account/create.c - Creating a credential. */

#include "account/create.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"
#include "account/desk.h"
#include "base/date.h"

enum { AUTH_NAME_TRIES = 5, LIVE_SEEN_MAX = 10000 };

/* Nothing that two people read differently. The first is a letter, so that no auth name
 * looks like a number. */
static const char letters[] = "abcdefghjkmnpqrstuvwxyz";
static const char letters_and_digits[] = "abcdefghjkmnpqrstuvwxyz23456789";

struct creation {
	struct change change;
	int64_t line_id;
	unsigned live_max;
	char password[ACCOUNT_PASSWORD_SIZE];
	void (*done)(void *arg, int status, struct account_created *created);
	void *arg;
	struct credential_row row; /* the job's result, with number */
	char number[E164_SIZE];
};

static struct creation *creation_of(struct store_job *job)
{
	return container_of(job, struct creation, change.job);
}

static int check_line(struct creation *c, const struct line_row *line)
{
	const struct account_desk_config *cfg = &c->change.desk->cfg;
	int32_t today = date_day_of(clock_wall_us(cfg->clock), cfg->timezone);

	if (line->frozen || today < line->from_day || today > line->to_day)
		return -EPERM;
	return 0;
}

struct live {
	unsigned seen;
	unsigned count;
};

static int count_live(void *arg, const struct credential_row *row)
{
	struct live *live = arg;

	live->count +=
		row->status != CREDENTIAL_REVOKED && row->kind == CREDENTIAL_DEVICE;
	return ++live->seen < LIVE_SEEN_MAX ? 0 : -ENOSPC;
}

static int check_live(struct creation *c, struct store_db *db)
{
	struct live live = { 0 };
	int rc;

	if (!c->live_max)
		return 0;
	rc = store_credential_each(db, c->line_id, count_live, &live);
	if (rc)
		return rc;
	return live.count < c->live_max ? 0 : -ENOSPC;
}

static int seal(struct creation *c)
{
	const struct account_desk_config *cfg = &c->change.desk->cfg;
	struct credential_row *row = &c->row;
	struct text auth_name = text_of(row->auth_name), realm = text_of(cfg->realm);
	struct vault_sealed sealed;
	struct vault_ha1s ha1s;
	int rc = vault_ha1s_of_password(auth_name, text_of(cfg->domain), realm,
					text_of(c->password), &ha1s);

	if (!rc)
		rc = vault_seal(cfg->vault, row->id, auth_name, realm, &ha1s, &sealed);
	sodium_memzero(&ha1s, sizeof(ha1s));
	if (rc)
		return rc;
	memcpy(row->sealed, sealed.bytes, sealed.len);
	row->sealed_len = sealed.len;
	return 0;
}

/* With a new name each time, should one be taken. */
static int put(struct creation *c, struct store_db *db)
{
	struct random *random = c->change.desk->cfg.random;
	int rc = -EEXIST;

	for (unsigned i = 0; i < AUTH_NAME_TRIES && rc == -EEXIST; i++) {
		random_text(random, c->row.auth_name, 1, letters);
		random_text(random, c->row.auth_name + 1, ACCOUNT_AUTH_NAME_LEN - 1,
			    letters_and_digits);
		rc = seal(c);
		if (!rc)
			rc = store_credential_put(db, &c->row);
	}
	return rc;
}

static int log_created(struct creation *c, struct store_db *db)
{
	struct event_row event = { .customer_id = c->row.customer_id,
				   .line_id = c->row.line_id,
				   .credential_id = c->row.id,
				   .kind = "credential_created" };

	snprintf(event.text, sizeof(event.text), "Credential \"%s\" (%s) created for %s.",
		 c->row.label, c->row.auth_name, c->number);
	return account_change_log(db, &c->change, &event);
}

static int work(struct store_db *db, struct store_job *job)
{
	struct creation *c = creation_of(job);
	struct line_row line;
	int rc = store_line_get(db, c->line_id, &line);

	if (!rc)
		rc = check_line(c, &line);
	if (!rc)
		rc = check_live(c, db);
	if (rc)
		return rc;
	c->row.customer_id = line.customer_id;
	memcpy(c->number, line.number, sizeof(c->number));
	rc = put(c, db);
	if (!rc)
		rc = log_created(c, db);
	return rc ? rc : store_changed(db, "credential", c->row.id);
}

static struct account_created *created_of(const struct creation *c)
{
	struct account_created *ret = calloc(1, sizeof(*ret));

	if (!ret)
		return NULL;
	ret->id = c->row.id;
	ret->customer_id = c->row.customer_id;
	ret->created_at = c->row.created_at;
	memcpy(ret->user_name, c->number, sizeof(ret->user_name));
	memcpy(ret->auth_name, c->row.auth_name, sizeof(ret->auth_name));
	memcpy(ret->password, c->password, sizeof(ret->password));
	return ret;
}

static void done(struct store_job *job, int status)
{
	struct creation *c = creation_of(job);
	struct account_desk_config *cfg = &c->change.desk->cfg;
	struct account_created *created = NULL;

	if (!status)
		status = account_credential_take(cfg->book, &c->row);
	if (!status) {
		created = created_of(c);
		status = created ? 0 : -ENOMEM;
		if (cfg->events)
			event_notify(cfg->events, c->row.customer_id, c->number,
				     "credentials");
	}
	c->done(c->arg, status, created);
	account_change_end(&c->change);
}

static void end(struct change *change)
{
	struct creation *c = container_of(change, struct creation, change);

	sodium_memzero(c, sizeof(*c));
	free(c);
}

static bool is_plain(const char *s)
{
	struct text t = text_of(s);

	for (size_t i = 0; i < t.len; i++) {
		if ((unsigned char)t.p[i] < 0x20 || t.p[i] == 0x7f)
			return false;
	}
	return t.len > 0 && text_is_utf8(t);
}

static int fill(struct creation *c, const struct account_creation *in,
		const struct account_actor *by, const struct account_desk_config *cfg)
{
	c->line_id = in->line_id;
	c->live_max = in->live_max;
	c->row.id = id_new(cfg->ids);
	c->row.line_id = in->line_id;
	c->row.kind = in->kind;
	c->row.status = CREDENTIAL_ACTIVE;
	c->row.generation = 1;
	c->row.created_at = c->row.status_at = clock_wall_us(cfg->clock);
	c->row.created_by = by->login_id;
	random_text(cfg->random, c->password, ACCOUNT_PASSWORD_LEN, RANDOM_PASSWORD);
	if (!is_plain(in->label) || !is_plain(in->profile) ||
	    text_copy(c->row.label, sizeof(c->row.label), text_of(in->label)) ||
	    text_copy(c->row.profile, sizeof(c->row.profile), text_of(in->profile)) ||
	    text_copy(c->row.realm, sizeof(c->row.realm), text_of(cfg->realm)))
		return -EINVAL;
	return 0;
}

int account_credential_create(struct account_desk *d, const struct account_creation *in,
			      const struct account_actor *by,
			      void (*on_done)(void *arg, int status,
					      struct account_created *created),
			      void *arg)
{
	struct creation *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	c->change.end = end;
	c->done = on_done;
	c->arg = arg;
	rc = fill(c, in, by, &d->cfg);
	if (!rc)
		rc = account_change_begin(d, &c->change, by);
	if (rc) {
		end(&c->change);
		return rc;
	}
	rc = account_change_submit(&c->change, in->line_id, work, done);
	if (rc)
		account_change_end(&c->change);
	return rc;
}

void account_created_free(struct account_created *c)
{
	if (!c)
		return;
	sodium_memzero(c, sizeof(*c));
	free(c);
}
