/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_customers.h - Inside the import of customers; for its files only. */
#ifndef ACCOUNT_IMPORT_CUSTOMERS_H
#define ACCOUNT_IMPORT_CUSTOMERS_H

#include "account/import_room.h"

struct import_person;

struct customer_import {
	struct import_row row;
	struct text customer, name;
	enum segment segment;
	struct text product, number, login, password, mobile, language;
	struct text street, house, postcode, town, location_ref;
	struct import_person *person; /* NULL: no login */
	bool added, changed;          /* what the try under way has done for this row */
};

enum customer_column {
	COLUMN_CUSTOMER,
	COLUMN_NAME,
	COLUMN_SEGMENT,
	COLUMN_PRODUCT,
	COLUMN_NUMBER,
	COLUMN_LOGIN,
	COLUMN_PASSWORD,
	COLUMN_MOBILE,
	COLUMN_LANGUAGE,
	COLUMN_STREET,
	COLUMN_HOUSE,
	COLUMN_POSTCODE,
	COLUMN_TOWN,
	COLUMN_LOCATION_REF
};

/* A customer of the file: all its rows agree with the first. */
struct import_owner {
	struct customer_import *first;
	int64_t id; /* in the try under way; 0: not yet looked up */
	bool segment_changed;
};

/* A login of the file. */
struct import_person {
	struct import_person *next;
	struct customer_import *first;
	struct text name; /* in lower case */
	struct text password;
	struct text mobile;
	char seen[ROW_HASH_SIZE];  /* the hash that the store had when prepare looked */
	char fresh[ROW_HASH_SIZE]; /* the new one, unless kept */
	bool keep;                 /* seen is this password's */
	bool done;                 /* in the try under way */
};

/* A product's day, by segment; 0 where it is not sold. */
struct import_product {
	bool sold[4];
	int32_t credentials_from[4];
};

struct import_customers_state {
	struct import_index owners;  /* by ref: struct import_owner */
	struct import_index numbers; /* struct customer_import */
	struct import_index persons; /* by login: struct import_person */
	struct import_person *all_persons;
	size_t person_count;
	/* Of the store, afresh for each try: */
	struct import_index products; /* struct import_product */
	struct import_index
		mobiles; /* of logins that the file does not name: the login */
};

/* The hashes of the persons' passwords (argon2id), on all processors. */
int import_hash_passwords(struct import *im);

int import_customer_put(struct import *im, struct store_db *db,
			struct customer_import *c);
int import_line_put(struct import *im, struct store_db *db, struct customer_import *c);
int import_person_put(struct import *im, struct store_db *db, struct customer_import *c);
/* With --full: what the file no longer has. */
int import_lines_end(struct import *im, struct store_db *db);
int import_persons_end(struct import *im, struct store_db *db);

struct import_owner *import_owner_of(struct import *im, const struct customer_import *c);

#endif
