/* SPDX-License-Identifier: Apache-2.0 */
/* ops/error.c - The table of errors. */

#include "ops/error.h"

static const struct op_error_info infos[OP_ERRORS] = {
	[OP_BAD_REQUEST] = { "bad_request", 400, "The request cannot be understood." },
	[OP_BAD_FIELD] = { "bad_field", 400, "A field is missing or not as expected." },
	[OP_SIGN_IN_REQUIRED] = { "sign_in_required", 401, "Please sign in." },
	[OP_SECOND_FACTOR_REQUIRED] = { "second_factor_required", 401,
					"The code sent by SMS is still missing." },
	[OP_WRONG_LOGIN] = { "wrong_login", 401, "Login or password is wrong." },
	[OP_WRONG_CODE] = { "wrong_code", 401, "This is not the code." },
	[OP_CODE_EXPIRED] = { "code_expired", 401,
			      "This code has expired or was used already." },
	[OP_CODE_LOCKED] = { "code_locked", 401,
			     "Too many wrong codes. Please start again." },
	[OP_ACTION_UNKNOWN] = { "action_unknown", 401,
				"This code was not asked for this action." },
	[OP_STEP_UP_REQUIRED] = { "step_up_required", 401,
				  "A code that names this action was sent by SMS." },
	[OP_CSRF] = { "csrf", 403,
		      "The request does not come from the portal's own page." },
	[OP_NO_MOBILE] = { "no_mobile", 403,
			   "There is no mobile number to which a code may be sent." },
	[OP_NOT_ALLOWED] = { "not_allowed", 403, "You may not do this." },
	[OP_NOT_ELIGIBLE] = { "not_eligible", 403,
			      "This line may not have credentials." },
	[OP_CONSENT_REQUIRED] = { "consent_required", 403,
				  "The terms for this line have not been accepted." },
	[OP_CONSENT_OLD] = { "consent_old", 409,
			     "These terms are not the current ones." },
	[OP_LINE_FROZEN] = { "line_frozen", 409, "This line is frozen." },
	[OP_LINE_ENDED] = { "line_ended", 409, "This line has ended." },
	[OP_TOO_MANY_CREDENTIALS] = { "too_many_credentials", 409,
				      "This line has as many credentials as it may "
				      "have." },
	[OP_BAD_TARGET] = { "bad_target", 400,
			    "Calls cannot be forwarded there: a full number is needed, "
			    "no "
			    "emergency or short number, and not the line itself." },
	[OP_REVOKED] = { "revoked", 409,
			 "This credential is revoked; that has no undo." },
	[OP_NOT_FOUND] = { "not_found", 404, "There is no such thing here." },
	[OP_METHOD_NOT_ALLOWED] = { "method_not_allowed", 405,
				    "This address does not take that method." },
	[OP_TOO_LARGE] = { "too_large", 413, "The request is too large." },
	[OP_NOT_JSON] = { "not_json", 415, "The request must be application/json." },
	[OP_TOO_MANY_ATTEMPTS] = { "too_many_attempts", 429,
				   "Too many attempts. Please wait a little." },
	[OP_TOO_MANY_MESSAGES] = { "too_many_messages", 429,
				   "Too many codes were sent. Please wait a little." },
	[OP_TOO_MANY_STREAMS] = { "too_many_streams", 429,
				  "Too many pages of this session are open." },
	[OP_SMS_FAILED] = { "sms_failed", 503, "The SMS could not be sent." },
	[OP_BAD_FILE] = { "bad_file", 400,
			  "The file has bad rows; nothing was imported." },
	[OP_NEEDS_SERVER] = { "needs_server", 503, "This needs a running server." },
	[OP_BUSY] = { "busy", 503, "Too much to do at the moment. Please try again." },
	[OP_STORAGE_FAILED] = { "storage_failed", 503,
				"The database did not take it. Please try again." },
	[OP_CORE_AWAY] = { "core_away", 503,
			   "The service is not available at the moment." },
	[OP_INTERNAL] = { "internal", 500, "Something went wrong." },
};

const struct op_error_info *op_error_info(enum op_error e)
{
	return e > 0 && e < OP_ERRORS ? &infos[e] : &infos[OP_INTERNAL];
}
