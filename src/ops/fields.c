/* SPDX-License-Identifier: Apache-2.0 */
/* ops/fields.c - The inputs and outputs of the table's operations. */

#include "ops/fields.h"

#include "account/account.h"

#define END                                                                              \
	{                                                                                \
		.name = NULL                                                             \
	}

static const char *const profiles[] = { "generic", "fritzbox", "linphone", "zoiper",
					"baresip", "other",    NULL };
static const char *const reaches[] = { "home", "europe", "world", NULL };
static const char *const languages[] = { "de", "fr", "it", "en", NULL };
static const char *const kinds[] = { "device", "router", NULL };
static const char *const imports[] = { "customers", "credentials", "products", "tariffs",
				       NULL };

/* Fields that many operations share. */
#define F_NUMBER                                                                         \
	{                                                                                \
		"number", OP_NUMBER, OP_REQUIRED | OP_POSITIONAL,                        \
			.option = "line", .help = "the line's number in E.164"           \
	}
#define F_LINE_FILTER                                                                    \
	{                                                                                \
		"number", OP_NUMBER, .option = "line", .help = "only this line"          \
	}
#define F_ID(what)                                                                       \
	{                                                                                \
		"id", OP_ID, OP_REQUIRED | OP_POSITIONAL, .help = what                   \
	}
#define F_LIMIT(most)                                                                    \
	{                                                                                \
		"limit", OP_COUNT, .min = 1, .max = (most), .help = "at most so many"    \
	}
#define F_BEFORE                                                                         \
	{                                                                                \
		"before", OP_ID, .help = "only those before (older than) this id"        \
	}
#define F_CUSTOMER(flags_)                                                               \
	{                                                                                \
		"customer", OP_TEXT, flags_, 1, 63,                                      \
			.help = "the operator's customer number"                         \
	}

const struct op_field FIELDS_NONE[] = { END };

const struct op_field FIELDS_IN_SESSION_OPEN[] = {
	{ "login", OP_TEXT, OP_REQUIRED, 1, 100, .help = "the login's name" },
	{ "password", OP_SECRET, OP_REQUIRED, 1, 256, .help = "its password" },
	END
};
const struct op_field FIELDS_OUT_SESSION_OPEN[] = {
	{ "second_factor", OP_TEXT, .help = "what comes next: sms" },
	{ "csrf", OP_TEXT, .help = "to be sent as X-CSRF-Token" },
	{ "mobile_masked", OP_TEXT, .help = "where the code went" },
	END
};
const struct op_field FIELDS_IN_SESSION_CODE[] = {
	{ "code", OP_SECRET, OP_REQUIRED, 1, 16, .help = "the code from the SMS" }, END
};
const struct op_field FIELDS_OUT_SESSION[] = {
	{ "login", OP_TEXT, OP_NULLABLE, .help = "who is signed in; after the code" },
	{ "customer_name", OP_TEXT, OP_NULLABLE, .help = "for whom; after the code" },
	{ "language", OP_TEXT, OP_NULLABLE, .help = "de, fr, it or en; after the code" },
	{ "second_factor", OP_TEXT, OP_NULLABLE, .help = "what is still missing" },
	{ "csrf", OP_TEXT, .help = "to be sent as X-CSRF-Token" },
	{ "state", OP_TEXT, .help = "pending or active" },
	{ "mobile_masked", OP_TEXT, .help = "where codes go" },
	END
};

const struct op_field FIELDS_IN_LINE_LIST[] = { F_CUSTOMER(OP_PRIVATE),
						{ "limit", OP_COUNT, OP_PRIVATE, 1, 1000,
						  .help = "at most so many" },
						END };
const struct op_field FIELDS_IN_NUMBER[] = { F_NUMBER, END };
const struct op_field FIELDS_OUT_LINE[] = {
	{ "number", OP_NUMBER, .help = "in E.164" },
	{ "customer", OP_TEXT, OP_PRIVATE, .help = "the operator's customer number" },
	{ "product", OP_TEXT, .help = "the subscription" },
	{ "status", OP_TEXT, .help = "active or frozen" },
	{ "eligible", OP_FLAG, .help = "may have credentials" },
	{ "reason", OP_TEXT, OP_NULLABLE, .help = "why not, as a word" },
	{ "credential_count", OP_COUNT, .help = "credentials" },
	{ "online_count", OP_COUNT, .help = "of them registered now" },
	{ "customer_name", OP_TEXT, OP_WIDE, .help = "who holds the contract" },
	{ "reason_text", OP_TEXT, OP_NULLABLE | OP_WIDE,
	  .help = "why not, as a sentence" },
	{ "credentials_from", OP_TEXT, OP_NULLABLE | OP_WIDE, .help = "the day it may" },
	{ "consent", OP_OBJECT, OP_NULLABLE | OP_WIDE,
	  .help = "version, accepted_at, login, reach" },
	{ "from", OP_TEXT, OP_NULLABLE | OP_WIDE | OP_PRIVATE, .help = "first day" },
	{ "to", OP_TEXT, OP_NULLABLE | OP_WIDE | OP_PRIVATE, .help = "last day" },
	END
};
const struct op_field FIELDS_OUT_LINE_FREEZE[] = {
	{ "number", OP_NUMBER, .help = "the line" },
	{ "status", OP_TEXT, .help = "active or frozen" },
	{ "calls_ended", OP_COUNT, .help = "live and ringing calls that were ended" },
	{ "elapsed_us", OP_COUNT, .help = "microseconds that took" },
	END
};

#define F_TARGET(name_, when)                                                            \
	{                                                                                \
		name_, OP_TEXT, .min = 0, .max = 40,                                     \
				.help = "where calls go on to " when ", or off"          \
	}
const struct op_field FIELDS_IN_FORWARDING[] = {
	F_NUMBER,
	F_TARGET("always", "in any case"),
	F_TARGET("busy", "when the line is busy"),
	{ "no_answer", OP_TEXT, .min = 0, .max = 40, .option = "no-answer",
	  .help = "where calls go on to when nobody answers, or off" },
	{ "no_answer_after_s", OP_COUNT, .min = FORWARD_AFTER_MIN_S,
	  .max = FORWARD_AFTER_MAX_S, .option = "after",
	  .help = "seconds of ringing before that" },
	F_TARGET("unreachable", "when no device is reachable"),
	{ "action", OP_TEXT, OP_PORTAL, 1, 32, .help = "from step_up_required" },
	{ "code", OP_SECRET, OP_PORTAL, 1, 16, .help = "from the SMS that names it" },
	END
};
const struct op_field FIELDS_OUT_FORWARDING[] = {
	{ "number", OP_NUMBER, .help = "the line" },
	{ "always", OP_NUMBER, OP_NULLABLE, .help = "in any case" },
	{ "busy", OP_NUMBER, OP_NULLABLE, .help = "when the line is busy" },
	{ "no_answer", OP_NUMBER, OP_NULLABLE, .help = "when nobody answers" },
	{ "no_answer_after_s", OP_COUNT, .help = "seconds of ringing before that" },
	{ "unreachable", OP_NUMBER, OP_NULLABLE, .help = "when no device is reachable" },
	END
};

const struct op_field FIELDS_IN_CONSENT_GET[] = {
	{ "language", OP_CHOICE, .choices = languages, .help = "which text" }, END
};
const struct op_field FIELDS_OUT_CONSENT_TEXT[] = {
	{ "version", OP_TEXT, .help = "of the terms" },
	{ "sections", OP_LIST, .help = "key, title, text" },
	END
};
const struct op_field FIELDS_IN_CONSENT_RECORD[] = {
	F_NUMBER,
	{ "version", OP_TEXT, OP_REQUIRED, 1, 31, .help = "of the terms, or current" },
	{ "reach", OP_CHOICE, .choices = reaches, .help = "how far calls may go" },
	END
};
const struct op_field FIELDS_OUT_CONSENT[] = { { "version", OP_TEXT, .help = "accepted" },
					       { "accepted_at", OP_TIME, .help = "when" },
					       { "login", OP_TEXT, .help = "by whom" },
					       { "reach", OP_TEXT,
						 .help = "home, europe or world" },
					       END };

const struct op_field FIELDS_OUT_CREDENTIAL[] = {
	{ "id", OP_ID, .help = "of the credential" },
	{ "label", OP_TEXT, .help = "the device's name" },
	{ "auth_name", OP_TEXT, .help = "what the device signs in with" },
	{ "status", OP_TEXT, .help = "active, frozen or (operator) revoked" },
	{ "kind", OP_TEXT, OP_PRIVATE, .help = "device or router" },
	{ "profile", OP_TEXT, .help = "the device's family" },
	{ "live_calls", OP_COUNT, .help = "calls now" },
	{ "last_registered_at", OP_TIME, OP_NULLABLE, .help = "last seen" },
	{ "user_name", OP_TEXT, OP_WIDE, .help = "the line's number" },
	{ "created_at", OP_TIME, OP_WIDE, .help = "when it was made" },
	{ "created_by", OP_TEXT, OP_WIDE, .help = "by whom" },
	{ "last_call_at", OP_TIME, OP_NULLABLE | OP_WIDE, .help = "last call" },
	{ "bindings", OP_LIST, OP_WIDE,
	  .help = "contact_host, source, user_agent, transport, expires_s, "
		  "registered_at" },
	{ "limits", OP_OBJECT, OP_WIDE, .help = "its own limits" },
	END
};
const struct op_field FIELDS_IN_CREDENTIAL_CREATE[] = {
	F_NUMBER,
	{ "label", OP_TEXT, OP_REQUIRED, 1, 64, .help = "the device's name" },
	{ "profile", OP_CHOICE, .choices = profiles, .help = "the device's family" },
	{ "action", OP_TEXT, OP_PORTAL, 1, 32, .help = "from step_up_required" },
	{ "code", OP_SECRET, OP_PORTAL, 1, 16, .help = "from the SMS that names it" },
	{ "kind", OP_CHOICE, OP_PRIVATE, .choices = kinds,
	  .help = "device, or router: the operator's own, not shown to the customer" },
	END
};
const struct op_field FIELDS_OUT_CREATED[] = {
	{ "id", OP_ID, .help = "of the credential" },
	{ "user_name", OP_TEXT, .help = "the line's number" },
	{ "auth_name", OP_TEXT, .help = "differs from the user name" },
	{ "password", OP_SECRET, .help = "seen this once" },
	{ "domain", OP_TEXT, .help = "SIP domain" },
	{ "realm", OP_TEXT, .help = "digest realm" },
	{ "proxy", OP_TEXT, .help = "outbound proxy" },
	{ "port", OP_COUNT, .help = "its port" },
	{ "transport", OP_TEXT, .help = "udp" },
	{ "label", OP_TEXT, .help = "the device's name" },
	{ "profile", OP_TEXT, .help = "the device's family" },
	{ "uri", OP_SECRET, OP_WIDE, .help = "all of it, for a QR code" },
	END
};
const struct op_field FIELDS_IN_CREDENTIAL[] = { F_ID("the credential"), END };
const struct op_field FIELDS_OUT_STRUCK[] = {
	{ "bindings_ended", OP_COUNT, .help = "registrations that ended" },
	{ "calls_ended", OP_COUNT, .help = "live and ringing calls that ended" },
	{ "calls_spared", OP_COUNT, .help = "live emergency calls, left alone" },
	{ "nodes_pending", OP_COUNT, .help = "nodes that have not confirmed" },
	{ "elapsed_us", OP_COUNT, .help = "microseconds that took" },
	END
};

const struct op_field FIELDS_IN_LINE_CALLS[] = { F_NUMBER, F_BEFORE, F_LIMIT(200), END };
const struct op_field FIELDS_OUT_LINE_CALLS[] = {
	{ "calls", OP_LIST, .help = "ended calls, newest first, with their charges" },
	{ "live", OP_LIST, .help = "running and ringing calls" },
	END
};
const struct op_field FIELDS_IN_CALL_LIST[] = { F_LINE_FILTER, END };
const struct op_field FIELDS_OUT_CALL_LIST[] = {
	{ "id", OP_ID, .help = "of the call" },
	{ "line", OP_NUMBER, .help = "whose" },
	{ "credential", OP_ID, OP_NULLABLE, .help = "through which" },
	{ "direction", OP_TEXT, .help = "out or in" },
	{ "from", OP_TEXT, .help = "caller" },
	{ "to", OP_TEXT, .help = "called" },
	{ "started_at", OP_TIME, .help = "since" },
	{ "answered_at", OP_TIME, OP_NULLABLE, .help = "answered" },
	END
};
const struct op_field FIELDS_IN_CDR_LIST[] = {
	F_LINE_FILTER,
	{ "since", OP_TIME, .help = "started at or after" },
	{ "until", OP_TIME, .help = "started before" },
	F_BEFORE,
	F_LIMIT(10000),
	END
};
const struct op_field FIELDS_OUT_CDR[] = {
	{ "id", OP_ID, .help = "of the call" },
	{ "line", OP_NUMBER, OP_NULLABLE, .help = "whose" },
	{ "direction", OP_TEXT, .help = "out or in" },
	{ "from", OP_TEXT, .help = "caller" },
	{ "to", OP_TEXT, .help = "called, as rated" },
	{ "class", OP_TEXT, .help = "destination class" },
	{ "started_at", OP_TIME, .help = "when" },
	{ "duration_s", OP_COUNT, .help = "seconds, begun ones counted" },
	{ "charge", OP_MONEY, .help = "what it cost" },
	{ "currency", OP_TEXT, .help = "of the charge" },
	{ "cause", OP_TEXT, .help = "why it ended" },
	{ "credential", OP_ID, OP_NULLABLE | OP_WIDE, .help = "through which" },
	{ "answered_at", OP_TIME, OP_NULLABLE | OP_WIDE, .help = "answered" },
	{ "ended_at", OP_TIME, OP_WIDE, .help = "ended" },
	{ "tariff", OP_TEXT, OP_WIDE, .help = "by which" },
	{ "source", OP_TEXT, OP_NULLABLE | OP_WIDE, .help = "the device's address" },
	{ "user_agent", OP_TEXT, OP_NULLABLE | OP_WIDE, .help = "the device" },
	END
};
const struct op_field FIELDS_IN_EVENT_LIST[] = { F_CUSTOMER(OP_PRIVATE), F_BEFORE,
						 F_LIMIT(1000), END };
const struct op_field FIELDS_OUT_EVENT[] = {
	{ "at", OP_TIME, .help = "when" },
	{ "kind", OP_TEXT, .help = "a stable word" },
	{ "reason", OP_TEXT, OP_NULLABLE,
	  .help = "why a device was refused: a stable word" },
	{ "line", OP_NUMBER, OP_NULLABLE, .help = "of which line" },
	{ "credential_label", OP_TEXT, OP_NULLABLE, .help = "of which device" },
	{ "who", OP_TEXT, OP_NULLABLE, .help = "login, cli or core" },
	{ "source", OP_TEXT, OP_NULLABLE, .help = "address" },
	{ "text", OP_TEXT, OP_NULLABLE, .help = "what happened" },
	{ "id", OP_ID, OP_WIDE, .help = "of the event" },
	END
};

const struct op_field FIELDS_IN_CUSTOMER_LIST[] = { F_LIMIT(1000), END };
const struct op_field FIELDS_IN_CUSTOMER[] = { F_CUSTOMER(OP_REQUIRED | OP_POSITIONAL),
					       END };
const struct op_field FIELDS_OUT_CUSTOMER[] = {
	{ "customer", OP_TEXT, .help = "the operator's customer number" },
	{ "name", OP_TEXT, .help = "who" },
	{ "segment", OP_TEXT, .help = "RES, SME or ENT" },
	{ "language", OP_TEXT, .help = "de, fr, it or en" },
	{ "created_at", OP_TIME, .help = "since" },
	END
};
const struct op_field FIELDS_OUT_CUSTOMER_ALL[] = {
	{ "customer", OP_TEXT, .help = "the operator's customer number" },
	{ "name", OP_TEXT, .help = "who" },
	{ "segment", OP_TEXT, .help = "RES, SME or ENT" },
	{ "language", OP_TEXT, .help = "de, fr, it or en" },
	{ "created_at", OP_TIME, .help = "since" },
	{ "street", OP_TEXT, OP_NULLABLE, .help = "for emergency calls" },
	{ "house", OP_TEXT, OP_NULLABLE, .help = "likewise" },
	{ "postcode", OP_TEXT, OP_NULLABLE, .help = "likewise" },
	{ "town", OP_TEXT, OP_NULLABLE, .help = "likewise" },
	{ "location_ref", OP_TEXT, OP_NULLABLE, .help = "likewise" },
	{ "logins", OP_LIST, .help = "who may sign in" },
	{ "lines", OP_LIST, .help = "the customer's lines" },
	END
};
const struct op_field FIELDS_IN_TARIFF_LIST[] = {
	{ "tariff", OP_TEXT, .min = 1, .max = 127, .help = "only this tariff" },
	F_LIMIT(100000),
	END
};
const struct op_field FIELDS_OUT_RATE[] = {
	{ "tariff", OP_TEXT, .help = "its name" },
	{ "prefix", OP_TEXT, .help = "the longest one counts" },
	{ "class", OP_TEXT, .help = "destination class" },
	{ "setup", OP_MONEY, .help = "per call" },
	{ "per_minute", OP_MONEY, .help = "per minute" },
	{ "first_s", OP_COUNT, .help = "first interval" },
	{ "next_s", OP_COUNT, .help = "further intervals" },
	{ "valid_from", OP_TEXT, OP_NULLABLE, .help = "first day" },
	END
};
const struct op_field FIELDS_OUT_BINDING[] = {
	{ "line", OP_NUMBER, .help = "whose" },
	{ "label", OP_TEXT, .help = "which device" },
	{ "credential", OP_ID, .help = "through which" },
	{ "contact", OP_TEXT, .help = "registered contact" },
	{ "source", OP_TEXT, .help = "where it comes from" },
	{ "transport", OP_TEXT, .help = "udp or tcp" },
	{ "user_agent", OP_TEXT, OP_NULLABLE, .help = "what it calls itself" },
	{ "expires_s", OP_COUNT, .help = "seconds left" },
	{ "registered_at", OP_TIME, OP_WIDE, .help = "since" },
	{ "contact_host", OP_TEXT, OP_NULLABLE | OP_WIDE, .help = "the contact's host" },
	END
};
const struct op_field FIELDS_OUT_TRUNK[] = {
	{ "trunk", OP_TEXT, .help = "its name" },
	{ "address", OP_TEXT, OP_NULLABLE, .help = "one of its addresses" },
	{ "transport", OP_TEXT, OP_NULLABLE, .help = "udp, tcp or tls" },
	{ "state", OP_TEXT,
	  .help = "up; busy (said 503), failed (did not answer a call), silent (does "
		  "not answer OPTIONS), unregistered; unknown: no address" },
	{ "rests_s", OP_COUNT, .help = "seconds until it is asked again" },
	{ "answered_at", OP_TIME, OP_NULLABLE, .help = "its last answer" },
	{ "registered", OP_TEXT, OP_NULLABLE,
	  .help = "our registration: no, asking, yes, waiting" },
	{ "calls", OP_COUNT, .help = "over the trunk now" },
	{ "calls_max", OP_COUNT, OP_WIDE, .help = "at most; 0: no bound" },
	{ "emergency", OP_FLAG, OP_WIDE, .help = "takes emergency calls" },
	{ "register_status", OP_COUNT, OP_WIDE, .help = "last answer to REGISTER" },
	{ "uri", OP_TEXT, OP_WIDE, .help = "as configured" },
	END
};
const struct op_field FIELDS_OUT_STATUS[] = {
	{ "version", OP_TEXT, .help = "of the program" },
	{ "domain", OP_TEXT, .help = "SIP domain" },
	{ "store", OP_TEXT, .help = "sqlite or postgresql" },
	{ "started_at", OP_TIME, .help = "up since" },
	{ "uptime_s", OP_COUNT, .help = "seconds" },
	{ "bindings", OP_COUNT, .help = "registered contacts" },
	{ "live_calls", OP_COUNT, .help = "running and ringing calls" },
	{ "sessions", OP_COUNT, .help = "signed in at the portal" },
	{ "journal_backlog", OP_COUNT, .help = "entries not yet in the database" },
	{ "transactions", OP_COUNT, .help = "SIP transactions under way" },
	{ "messages", OP_COUNT, .help = "SIP messages since the start" },
	{ "malformed", OP_COUNT, .help = "of them broken, and refused for it" },
	{ "dropped", OP_COUNT, .help = "of them unanswerable, or too many at once" },
	{ "challenged", OP_COUNT, .help = "of them asked for a password" },
	{ "refused", OP_COUNT, .help = "of them refused" },
	{ "binding_write_failures", OP_COUNT,
	  .help = "bindings that the database did not take" },
	END
};
const struct op_field FIELDS_OUT_NOTE[] = {
	{ "note", OP_TEXT, .help = "what was applied, and what needs a restart" }, END
};
const struct op_field FIELDS_IN_IMPORT[] = {
	{ "kind", OP_CHOICE, OP_REQUIRED | OP_POSITIONAL, .choices = imports,
	  .help = "what the file holds" },
	{ "file", OP_FILE, OP_REQUIRED | OP_POSITIONAL,
	  .help = "CSV with a header line" },
	{ "dry_run", OP_FLAG, .option = "dry-run",
	  .help = "only show what would change" },
	{ "full", OP_FLAG, .help = "also end what the file no longer has" },
	END
};
const struct op_field FIELDS_OUT_IMPORT[] = {
	{ "kind", OP_TEXT, .help = "what the file held" },
	{ "dry_run", OP_FLAG, .help = "nothing was written" },
	{ "rows", OP_COUNT, .help = "read" },
	{ "added", OP_COUNT, .help = "new" },
	{ "changed", OP_COUNT, .help = "changed" },
	{ "unchanged", OP_COUNT, .help = "as they were" },
	{ "ended", OP_COUNT, .help = "no longer in the file" },
	{ "fault_count", OP_COUNT, .help = "bad rows" },
	{ "faults", OP_LIST, .help = "line, reason" },
	{ "changes", OP_LIST, .help = "a sentence each" },
	END
};
