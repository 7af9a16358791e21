/* SPDX-License-Identifier: Apache-2.0 */
/* ops/error.h - What can be wrong with a request, as one table: a stable code for
 * programs, an HTTP status, a sentence for people. */
#ifndef OPS_ERROR_H
#define OPS_ERROR_H

enum op_error {
	OP_BAD_REQUEST = 1,
	OP_BAD_FIELD,
	OP_SIGN_IN_REQUIRED,
	OP_SECOND_FACTOR_REQUIRED,
	OP_WRONG_LOGIN,
	OP_WRONG_CODE,
	OP_CODE_EXPIRED,
	OP_CODE_LOCKED,
	OP_ACTION_UNKNOWN,
	OP_STEP_UP_REQUIRED,
	OP_CSRF,
	OP_NO_MOBILE,
	OP_NOT_ALLOWED,
	OP_NOT_ELIGIBLE,
	OP_CONSENT_REQUIRED,
	OP_CONSENT_OLD,
	OP_LINE_FROZEN,
	OP_LINE_ENDED,
	OP_TOO_MANY_CREDENTIALS,
	OP_BAD_TARGET,
	OP_REVOKED,
	OP_NOT_FOUND,
	OP_METHOD_NOT_ALLOWED,
	OP_TOO_LARGE,
	OP_NOT_JSON,
	OP_TOO_MANY_ATTEMPTS,
	OP_TOO_MANY_MESSAGES,
	OP_TOO_MANY_STREAMS,
	OP_SMS_FAILED,
	OP_BAD_FILE,
	OP_NEEDS_SERVER,
	OP_BUSY,
	OP_STORAGE_FAILED,
	OP_CORE_AWAY,
	OP_INTERNAL,
	OP_ERRORS,
};

struct op_error_info {
	const char *code;
	unsigned http;
	const char *message;
};

const struct op_error_info *op_error_info(enum op_error e);

#endif
