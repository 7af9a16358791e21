/* SPDX-License-Identifier: Apache-2.0 */
/* ops/op.h - Operations are one table: name, who may call it, input and output with
 * their bounds, function, help. The portal API, admin.sock and the CLI are fronts of it.
 * The core checks session and role, whoever asks; what needs a fresh code of a customer
 * asks for it itself, when it knows what the code has to name (ops/step_up.h). */
#ifndef OPS_OP_H
#define OPS_OP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct op_call;

/* Who may call: a mask. */
enum op_who {
	OP_ANYONE = 1,   /* without a session, or with any */
	OP_PENDING = 2,  /* signed in by password, the second factor outstanding */
	OP_CUSTOMER = 4, /* signed in */
	OP_OPERATOR = 8, /* the CLI, through admin.sock or on the store itself */
};

enum op_type {
	OP_TEXT,   /* UTF-8 without control characters; min..max characters, 127 bytes */
	OP_SECRET, /* anything but NUL, min..max bytes; never shown in a log or table */
	OP_NUMBER, /* E.164: "+41441234567" */
	OP_ID,     /* 13 characters: base/id.h */
	OP_COUNT,  /* an integer; min..max */
	OP_FLAG,   /* true or false */
	OP_CHOICE, /* one of the words in choices */
	OP_TIME,   /* RFC 3339, or a plain day */
	OP_MONEY,  /* a decimal string */
	OP_FILE,   /* a descriptor handed over beside the JSON; operator only */
	OP_LIST,   /* output only */
	OP_OBJECT, /* output only */
};

enum { /* flags of a field */
       OP_REQUIRED = 1,
       OP_POSITIONAL = 2, /* on the command line without its --name */
       OP_PRIVATE = 4,    /* operator only */
       OP_PORTAL = 32,    /* not the operator's: belongs to the second factor */
       OP_NULLABLE = 8,   /* output may be null */
       OP_WIDE = 16, /* output left out of the command line's table (--json shows it) */
};

enum { OP_FIELDS_MAX = 20 };

struct op_field {
	const char *name; /* NULL ends the list */
	enum op_type type;
	unsigned flags;
	int64_t min, max;
	const char *const *choices; /* NULL-terminated */
	const char *help;
	const char *option; /* its name on the command line; NULL: as name */
};

struct op {
	const char *name;          /* "credential.create" */
	unsigned who;              /* enum op_who */
	bool live;                 /* makes sense only on a running server */
	bool streams;              /* answers with events until it is closed */
	const char *method, *path; /* NULL: not over HTTP. "/api/v1/lines/{number}" */
	unsigned status;           /* of success; 0: 200 */
	const char *noun, *verb;   /* NULL: not on the command line; verb may be NULL */
	const struct op_field *in;
	const char *list; /* the answer is {"list": [...]} of out; NULL: out itself */
	const struct op_field *out; /* NULL: not described (an empty object) */
	void (*run)(struct op_call *);
	const char *help; /* one sentence */
};

extern const struct op OPS[];
extern const size_t OPS_COUNT;

const struct op *op_by_name(struct text name);
/* With verb "" for nouns without one. */
const struct op *op_by_command(struct text noun, struct text verb);
const struct op_field *op_field(const struct op_field *fields, struct text name);

/* Checks a request's input against the fields: nothing unknown, all required, each in
 * its type and bounds. 0, or -EINVAL with the field's name and what was expected in why
 * (English, no value repeated). */
enum { OP_WHY_SIZE = 160 };
int op_fields_check(const struct op_field *fields, const json_t *in, bool operator_asks,
		    const char **field, char why[OP_WHY_SIZE]);
/* What a field expects: "a number in E.164, such as +41441234567". */
const char *op_field_expected(const struct op_field *f, char dst[OP_WHY_SIZE]);
/* From text (a path, a query or the command line) to the field's JSON type. NULL when it
 * cannot be one; the bounds are checked by op_fields_check. */
json_t *op_field_value(const struct op_field *f, struct text t);

#endif
