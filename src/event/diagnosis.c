/* SPDX-License-Identifier: Apache-2.0 */
/* event/diagnosis.c - The table of reasons. */
#include "event/diagnosis.h"

#include <stdio.h>
#include <string.h>

#include "event/log.h"

/* Kinds of events: signing in failed, a device that is known was refused, a call of it. */
#define SIGN_IN "auth_failed"
#define DEVICE  "device_refused"
#define CALL    "call_refused"

#define WRONG   "wrong_password"
#define UNKNOWN "unknown_auth_name"

/* Devices whose credential is gone go on for ever, some of them twice a minute. */
enum { GONE_S = 3600, SOON_S = 30, ORDER_S = 5 };

const struct diagnosis DIAGNOSES[] = {
	/* No digest has verified. */
	{ WRONG, SIGN_IN,
	  "A device tried to sign in with this credential's name and a wrong password.",
	  NULL, 0 },
	{ "user_name_sent", SIGN_IN,
	  "A device sent the phone number where the authentication name belongs. The two "
	  "are different: enter the authentication name of the credential.",
	  NULL, 0 },
	{ "wrong_domain", SIGN_IN,
	  "A device sent this credential's name with another domain behind the @.", NULL,
	  0 },
	{ "no_hash", SIGN_IN,
	  "This credential was imported with hashes that do not fit what the device "
	  "sent. "
	  "Make a new credential.",
	  NULL, 0 },
	{ "vault_mismatch", SIGN_IN,
	  "This credential's secret does not fit its record in the database: somebody "
	  "has "
	  "changed it. Make a new credential, and tell your operator.",
	  NULL, 0 },
	{ "too_many_wrong", SIGN_IN,
	  "A device sent a wrong password so often that it has to wait.", NULL, 0 },
	{ UNKNOWN, NULL, "A device sent an authentication name that is unknown.", NULL,
	  0 },
	{ "wrong_realm", NULL, "A device answered for another realm.", NULL, 0 },
	{ "wrong_algorithm", NULL, "A device used an algorithm that was not asked for.",
	  NULL, 0 },
	{ "wrong_qop", NULL, "A device asked for a protection that is not offered.", NULL,
	  0 },
	{ "uri_mismatch", NULL, "A device signed another address than it asked for.",
	  NULL, 0 },
	{ "malformed", NULL, "A device sent an Authorization that cannot be read.", NULL,
	  0 },

	/* The digest was right. */
	{ "revoked", DEVICE,
	  "A device still uses this credential, which was revoked. Remove it from the "
	  "device.",
	  "This credential was revoked: remove it, or enter a new one", GONE_S },
	{ "line_ended", DEVICE, "A device still uses a line that has ended.",
	  "This line has ended", GONE_S },
	{ "tls_required", DEVICE,
	  "A device signs in without encryption, and only TLS is allowed: choose TLS as "
	  "its "
	  "transport.",
	  "UDP or TCP, but TLS is required: choose TLS as transport", GONE_S },
	{ "not_your_line", DEVICE,
	  "A device tried to register another number than the one of this credential.",
	  "This credential belongs to another number: check the user name", 0 },
	{ "foreign_domain", DEVICE,
	  "A device asked for another domain than ours: check the SIP domain "
	  "(registrar).",
	  "Not our domain: check the SIP domain", 0 },
	{ "bad_contact", DEVICE, "A device registered an address that cannot be used.",
	  "This Contact cannot be used", 0 },
	{ "bad_contact_star", NULL, "A device removed its registrations in a wrong way.",
	  "Contact * wants Expires 0 and no other", 0 },
	{ "too_many_contacts", DEVICE,
	  "More devices use this credential at once than are allowed. Make one "
	  "credential "
	  "for each device.",
	  "Too many devices use this credential", 0 },
	{ "interval_too_brief", NULL, "A device asked to register for too short a time.",
	  "Register for longer", 0 },
	{ "out_of_order", NULL, "A device sent an older request after a newer one.",
	  "Out of order: try again", ORDER_S },
	{ "call_id_too_long", NULL, "A device sent a Call-ID that is too long.",
	  "This Call-ID is too long", 0 },

	/* Its calls. */
	{ "frozen", CALL,
	  "A call was refused: this credential is frozen. Only emergency calls pass.",
	  "This credential is frozen", 0 },
	{ "line_frozen", CALL,
	  "A call was refused: this line is frozen. Only emergency calls pass.",
	  "This line is frozen", 0 },
	{ "stopped", NULL, "A call was ended: its credential was stopped.",
	  "This credential was stopped", 0 },
	{ "out_of_reach", CALL,
	  "A call was refused: it went further than was chosen for this line.",
	  "Outside the reach chosen for this line", 0 },
	{ "no_price", CALL, "A call was refused: there is no price for its destination.",
	  "No price for this destination", 0 },
	{ "bad_refer", NULL, "A transfer was refused: it names no target, or several.",
	  "One Refer-To is needed", 0 },
	{ "transfer_no_call", NULL, "A transfer was refused: it is none of a call.",
	  "Calls are transferred, nothing else", 0 },
	{ "transfer_not_there", NULL,
	  "A transfer was refused: calls are not transferred there.",
	  "Calls are not transferred there", 0 },
	{ "no_such_number", NULL, "A call was refused: there is no such number.",
	  "There is no such number", 0 },
	{ "forwarding_code", CALL,
	  "A device dialled a code for call forwarding. Codes do not change it here: set "
	  "forwarding in the portal.",
	  "Codes do not set forwarding here: set it in the portal", 0 },
	{ "caller_id_code", CALL,
	  "A device dialled a code for hiding the number, and no number behind it. "
	  "*31# hides the number for the call that is dialled behind it, #31# shows it.",
	  "Dial the number right behind *31# or #31#: it counts for one call", 0 },
	{ "unknown_code", CALL,
	  "A device dialled a code with * or # that is not known here. *31# and #31# "
	  "before a number are.",
	  "This code is not known here, only *31# and #31# before a number are", 0 },
	{ "codec_not_allowed", CALL,
	  "A call was refused: the device offers no codec that is allowed.",
	  "Codec not allowed: choose G.711 (PCMA) or G.722", 0 },
	{ "media_not_possible", CALL,
	  "A call was refused: the device offers no sound in a form that is possible "
	  "here.",
	  "No stream of this offer is possible here", 0 },
	{ "bad_sdp", CALL, "A call was refused: its session description cannot be read.",
	  "The session description cannot be read", 0 },
	{ "bad_multipart", NULL, "A call was refused: its parts cannot be read.",
	  "The multipart body cannot be read", 0 },
	{ "body_too_large", NULL, "A call was refused: its body is too large.",
	  "The body is too large", 0 },
	{ "unsupported_body", NULL, "A call was refused: its body is of an unknown type.",
	  "Only application/sdp is understood", 0 },
	{ "media_full", NULL, "A call was refused: no media ports are free.",
	  "No media ports are free: try again soon", SOON_S },
	{ "journal_away", NULL, "A call was refused: it cannot be booked.",
	  "Calls cannot be booked at this moment: try again soon", SOON_S },
	{ "trunk_away", NULL, "A call was refused: no trunk answers.",
	  "No way to the network at this moment: try again soon", SOON_S },
};

const size_t DIAGNOSES_COUNT = sizeof(DIAGNOSES) / sizeof(DIAGNOSES[0]);

const struct diagnosis *diagnosis_of(const char *word)
{
	for (size_t i = 0; i < DIAGNOSES_COUNT; i++) {
		if (strcmp(DIAGNOSES[i].word, word) == 0)
			return &DIAGNOSES[i];
	}
	return NULL;
}

void diagnosis_put(struct event_log *log, const char *word, bool stranger,
		   const struct event_row *whose)
{
	const struct diagnosis *d = diagnosis_of(word);
	struct event_row row = *whose;
	bool nobody = stranger && !whose->line_id && !whose->credential_id;

	if (nobody && d && !d->kind && strcmp(word, UNKNOWN) == 0)
		d = diagnosis_of(WRONG); /* what a name that exists would have */
	if (!log || !d || !d->kind)
		return;
	snprintf(row.kind, sizeof(row.kind), "%s", d->kind);
	snprintf(row.reason, sizeof(row.reason), "%s", d->word);
	snprintf(row.text, sizeof(row.text), "%s", d->text);
	snprintf(row.who, sizeof(row.who), "core");
	if (nobody)
		event_weigh_stranger(log, &row);
	else if (stranger)
		event_put_stranger(log, &row, DIAGNOSIS_REPEAT_S);
	else
		event_put_device(log, &row, DIAGNOSIS_REPEAT_S);
}
