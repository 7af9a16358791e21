/* SPDX-License-Identifier: Apache-2.0 */
/* ops/message.h - The text messages that carry codes, in the customers' four languages.
 */
#ifndef OPS_MESSAGE_H
#define OPS_MESSAGE_H

#include "ops/call.h"

enum message_kind { MESSAGE_SIGN_IN, MESSAGE_CREATE, MESSAGE_FORWARD };

enum { MESSAGE_MASK_SIZE = 24 };

/* "+41441234567" -> "044 xxx xx 67". */
const char *message_mask(char dst[MESSAGE_MASK_SIZE], struct text number,
			 const char *country);

struct message {
	enum message_kind kind;
	struct text number; /* the line, for all but MESSAGE_SIGN_IN */
	struct text label;  /* the device; where calls go on to */
	const char *digits;
};

/* Writes the text. The sign-in message ends with "@host #code", which browsers fill in
 * by themselves; one that approves an action does not, so that people read it. */
void message_write(struct buf *b, const struct ops *o, const char *language,
		   const struct message *m);

/* Sends it to the session's mobile. sent comes on the loop, never inline, with 0 or an
 * error, and answers the call. False: it could not even be queued; the call has failed.
 */
struct message_job {
	char action[ACTION_ID_SIZE]; /* the caller's, for sent */
	enum message_kind kind;
	struct sms_job sms;
	struct op_call *call;
	void (*sent)(struct op_call *call, struct message_job *job, int status);
};
bool message_send(struct op_call *call, struct message_job *job, const struct session *s,
		  const struct message *m,
		  void (*sent)(struct op_call *, struct message_job *, int status));

/* True when codes may go there: a number, and none of our own lines (NIST SP 800-63B-4
 * 3.1.3.1 wants another channel than the one that is being given out). */
bool message_may_go_to(struct ops *o, const char *mobile);

#endif
