/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_credentials.c - Credentials that are there already, brought along. */

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/import_room.h"

enum { PASSWORD_MAX = 128, MD5_DIGITS = 32, SHA256_DIGITS = 64 };

struct credential_import {
	struct import_row row;
	struct text number, auth_name, password, label, ha1_md5, ha1_sha256;
	enum credential_kind kind;
};

enum {
	COLUMN_NUMBER,
	COLUMN_AUTH_NAME,
	COLUMN_PASSWORD,
	COLUMN_LABEL,
	COLUMN_HA1_MD5,
	COLUMN_HA1_SHA256,
	COLUMN_KIND
};

#define AT(member) offsetof(struct credential_import, member)
static const struct import_column columns[] = {
	[COLUMN_NUMBER] = { "number", COLUMN_REQUIRED | COLUMN_FILLED, import_number, 0,
			    AT(number) },
	[COLUMN_AUTH_NAME] = { "auth_name", COLUMN_REQUIRED | COLUMN_FILLED,
			       import_auth_name, ROW_AUTH_NAME_SIZE - 1, AT(auth_name) },
	[COLUMN_PASSWORD] = { "password", COLUMN_SECRET, import_secret, PASSWORD_MAX,
			      AT(password) },
	[COLUMN_LABEL] = { "label", 0, import_text, ROW_NAME_SIZE - 1, AT(label) },
	[COLUMN_HA1_MD5] = { "ha1_md5", COLUMN_SECRET, import_hash, MD5_DIGITS,
			     AT(ha1_md5) },
	[COLUMN_HA1_SHA256] = { "ha1_sha256", COLUMN_SECRET, import_hash, SHA256_DIGITS,
				AT(ha1_sha256) },
	[COLUMN_KIND] = { "kind", COLUMN_EMPTY_TOO, import_kind_word, 0, AT(kind) },
};

struct state {
	struct import_index names;
	struct credential_row *gone; /* with --full: those that the file no longer has */
	size_t gone_count;
};

static void check_secret(struct import *im, struct credential_import *c)
{
	bool hashes = c->ha1_md5.len || c->ha1_sha256.len;

	if (c->password.len && hashes)
		import_fault(im, &c->row, "password and HA1 exclude each other");
	if (!c->password.len && !hashes)
		import_fault(im, &c->row, "neither a password nor an HA1");
}

static int check(struct import *im)
{
	struct state *s = im->state;
	int rc = import_index_init(im, &s->names);

	for (size_t i = 0; i < im->count && !rc; i++) {
		struct credential_import *c = import_row_at(im, i), *first;

		if (c->row.bad)
			continue;
		check_secret(im, c);
		first = import_index_find(&s->names, c->auth_name);
		if (first)
			import_fault(im, &c->row,
				     "auth_name %s stands on line %u already",
				     SHOW(c->auth_name), first->row.line);
		else
			rc = import_index_add(im, &s->names, c->auth_name, c);
	}
	return rc;
}

/* HA1s are of the bare auth name: what was hashed with @domain behind cannot be known. */
static int ha1s_of(struct import *im, const struct credential_import *c,
		   struct vault_ha1s *ret)
{
	if (c->password.len)
		return vault_ha1s_of_password(c->auth_name, text_of(im->cfg->domain),
					      text_of(im->cfg->realm), c->password, ret);
	memset(ret, 0, sizeof(*ret));
	ret->known[VAULT_BARE][DIGEST_MD5] =
		text_hex_decode(c->ha1_md5, ret->ha1[VAULT_BARE][DIGEST_MD5], 16) == 0;
	ret->known[VAULT_BARE][DIGEST_SHA256] =
		text_hex_decode(c->ha1_sha256, ret->ha1[VAULT_BARE][DIGEST_SHA256], 32) ==
		0;
	return 0;
}

/* The row's HA1 of that form and algorithm is this one; both may be missing. */
static bool same_ha1(struct import *im, const struct credential_row *row, unsigned form,
		     unsigned algorithm, const struct vault_ha1s *ha1s)
{
	struct vault_sealed sealed = { .len = row->sealed_len };
	uint8_t ha1[DIGEST_HASH_MAX];
	int rc;

	memcpy(sealed.bytes, row->sealed, sizeof(sealed.bytes));
	rc = vault_unseal(im->cfg->vault, row->id, text_of(row->auth_name),
			  text_of(row->realm), &sealed, form, algorithm, ha1);
	if (!ha1s->known[form][algorithm])
		return rc == -ENOENT;
	return !rc && sodium_memcmp(ha1, ha1s->ha1[form][algorithm],
				    digest_hash_len(algorithm)) == 0;
}

static bool same_secret(struct import *im, const struct credential_row *row,
			const struct vault_ha1s *ha1s)
{
	for (unsigned f = 0; f < VAULT_FORMS; f++) {
		for (unsigned a = 0; a < DIGEST_ALGORITHMS; a++) {
			if (!same_ha1(im, row, f, a, ha1s))
				return false;
		}
	}
	return true;
}

static int seal(struct import *im, struct credential_row *row,
		const struct vault_ha1s *ha1s)
{
	struct vault_sealed sealed;
	int rc;

	text_copy(row->realm, sizeof(row->realm), text_of(im->cfg->realm));
	rc = vault_seal(im->cfg->vault, row->id, text_of(row->auth_name),
			text_of(row->realm), ha1s, &sealed);
	if (rc)
		return rc;
	memcpy(row->sealed, sealed.bytes, sizeof(row->sealed));
	row->sealed_len = sealed.len;
	row->pinned_algorithm = 0; /* what the new secret's device can do is not known */
	return 0;
}

static int put(struct import *im, struct store_db *db, const struct credential_row *row,
	       const char *kind, const char *what)
{
	struct event_row event = { .customer_id = row->customer_id,
				   .line_id = row->line_id,
				   .credential_id = row->id };
	int rc;

	strcpy(event.kind, kind);
	snprintf(event.text, sizeof(event.text), "Credential \"%s\" (%s) %s.", row->label,
		 row->auth_name, what);
	import_change(im, "credential %s: %s", row->auth_name, what);
	rc = store_credential_put(db, row);
	if (!rc)
		rc = import_log(im, db, &event);
	return rc ? rc : import_tell(im, db, TOLD_CREDENTIAL, row->id);
}

static int add(struct import *im, struct store_db *db, const struct credential_import *c,
	       const struct line_row *line, const struct vault_ha1s *ha1s)
{
	struct credential_row row = { .id = id_new(im->cfg->ids),
				      .customer_id = line->customer_id,
				      .line_id = line->id,
				      .label = "Imported",
				      .profile = "generic",
				      .kind = c->kind,
				      .status = CREDENTIAL_ACTIVE,
				      .generation = 1,
				      .created_at = im->now_us,
				      .status_at = im->now_us };
	int rc;

	text_copy(row.auth_name, sizeof(row.auth_name), c->auth_name);
	if (c->label.len)
		text_copy(row.label, sizeof(row.label), c->label);
	rc = seal(im, &row, ha1s);
	im->result.added++;
	return rc ? rc : put(im, db, &row, "credential_created", "added");
}

static int update(struct import *im, struct store_db *db,
		  const struct credential_import *c, struct credential_row *row,
		  const struct vault_ha1s *ha1s)
{
	bool secret = !same_secret(im, row, ha1s);
	bool label = c->label.len && !text_eq(c->label, text_of(row->label));
	bool kind = import_has(im, COLUMN_KIND) && row->kind != c->kind;
	int rc = 0;

	im->result.changed += secret || label || kind;
	im->result.unchanged += !secret && !label && !kind;
	if (!secret && !label && !kind)
		return 0;
	if (label)
		text_copy(row->label, sizeof(row->label), c->label);
	if (kind)
		row->kind = c->kind;
	if (secret) {
		row->generation++; /* registrations with the old secret end */
		rc = seal(im, row, ha1s);
	}
	return rc ? rc
		  : put(im, db, row, secret ? "credential_rotated" : "credential_changed",
			secret ? "has a new password" : "changed");
}

static int find_line(struct import *im, struct store_db *db, struct credential_import *c,
		     struct line_row *ret)
{
	char number[E164_SIZE];
	int rc;

	text_copy(number, sizeof(number), c->number);
	rc = store_line_by_number(db, number, ret);
	if (rc && rc != -ENOENT)
		return rc;
	if (rc || ret->to_day < im->today)
		import_fault(im, &c->row, "number %s is no line of ours", number);
	return 0;
}

static int write_row(struct import *im, struct store_db *db, struct credential_import *c,
		     const struct line_row *line, const struct vault_ha1s *ha1s)
{
	char auth_name[ROW_AUTH_NAME_SIZE];
	struct credential_row row;
	int rc;

	text_copy(auth_name, sizeof(auth_name), c->auth_name);
	rc = store_credential_by_auth_name(db, auth_name, &row);
	if (rc == -ENOENT)
		return add(im, db, c, line, ha1s);
	if (rc)
		return rc;
	if (row.line_id != line->id)
		import_fault(im, &c->row, "auth_name %s is taken, by another line",
			     auth_name);
	else if (row.status == CREDENTIAL_REVOKED)
		import_fault(im, &c->row, "auth_name %s was revoked and cannot come back",
			     auth_name);
	else
		rc = update(im, db, c, &row, ha1s);
	return rc;
}

static int apply_row(struct import *im, struct store_db *db, struct credential_import *c)
{
	struct vault_ha1s ha1s;
	struct line_row line;
	int rc = find_line(im, db, c, &line);

	if (rc || c->row.bad)
		return rc;
	rc = ha1s_of(im, c, &ha1s);
	if (!rc)
		rc = write_row(im, db, c, &line, &ha1s);
	sodium_memzero(&ha1s, sizeof(ha1s));
	return rc;
}

/* Those that people made in the portal are theirs, whatever the file says. */
static int see(void *arg, const struct credential_row *row)
{
	struct import *im = arg;
	struct state *s = im->state;
	struct credential_row *gone;

	if (row->status == CREDENTIAL_REVOKED || row->created_by != 0 ||
	    import_index_find(&s->names, text_of(row->auth_name)))
		return 0;
	if (!(s->gone_count & (s->gone_count - 1))) {
		gone = realloc(s->gone,
			       (s->gone_count ? 2 * s->gone_count : 1) * sizeof(*gone));
		if (!gone)
			return -ENOMEM;
		s->gone = gone;
	}
	s->gone[s->gone_count++] = *row;
	return 0;
}

static int end_missing(struct import *im, struct store_db *db)
{
	struct state *s = im->state;
	int rc;

	s->gone_count = 0;
	rc = store_credential_each(db, 0, see, im);
	for (size_t i = 0; i < s->gone_count && !rc; i++) {
		im->result.ended++;
		rc = import_revoke(im, db, &s->gone[i],
				   "no longer in the operator's file");
	}
	return rc;
}

static int apply(struct import *im, struct store_db *db)
{
	int rc = 0;

	for (size_t i = 0; i < im->count && !rc; i++) {
		struct credential_import *c = import_row_at(im, i);

		if (!c->row.bad)
			rc = apply_row(im, db, c);
	}
	if (!rc && im->cfg->full && !im->result.fault_count)
		rc = end_missing(im, db);
	return rc;
}

static void end(struct import *im)
{
	struct state *s = im->state;

	for (size_t i = 0; i < im->count; i++) {
		struct credential_import *c = import_row_at(im, i);

		import_forget(im, c->password);
		import_forget(im, c->ha1_md5);
		import_forget(im, c->ha1_sha256);
	}
	free(s->gone);
	import_index_fini(&s->names);
}

const struct import_ops import_credentials = {
	IMPORT_COLUMNS(columns),
	.row_size = sizeof(struct credential_import),
	.state_size = sizeof(struct state),
	.check = check,
	.apply = apply,
	.end = end,
};
