/* SPDX-License-Identifier: Apache-2.0 */
/* notify/backend.h - The ways a message can leave. Called on a thread that may wait. */
#ifndef NOTIFY_BACKEND_H
#define NOTIFY_BACKEND_H

#include "notify/sms.h"

enum sms_verdict {
	SMS_SENT,
	SMS_AGAIN,   /* may work later: no answer, 5xx, 429 */
	SMS_REFUSED, /* will not work: 4xx, a bad template */
};

struct sms_backend {
	const char *name;
	enum sms_verdict (*send)(const struct sms_config *cfg, struct text to,
				 struct text text, char reason[SMS_REASON_SIZE]);
};

extern const struct sms_backend sms_console;
extern const struct sms_backend sms_http;

#endif
