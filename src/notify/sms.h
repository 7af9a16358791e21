/* SPDX-License-Identifier: Apache-2.0 */
/* notify/sms.h - Text messages to persons: on the console or through an HTTP gateway.
 * A bounded queue; per-number and per-login caps; retries with back-off. What is sent
 * never reaches the log (the console prints it by design, on standard output). */
#ifndef NOTIFY_SMS_H
#define NOTIFY_SMS_H

#include "base/e164.h"
#include "base/random.h"
#include "loop/pool.h"

enum {
	SMS_TEXT_SIZE = 480, /* three parts of an SMS, in bytes */
	SMS_REASON_SIZE = 128,
	SMS_QUEUE_MAX = 256,
	SMS_ATTEMPTS = 3,
	SMS_HEADERS_MAX = 16,
	SMS_TEMPLATE_MAX = 4096, /* bytes of a URL or body after filling in */
};

enum sms_via { SMS_CONSOLE, SMS_HTTP };

/* Where the HTTP gateway is. url and body hold {to}, {text} and {from}, which are escaped
 * for where they stand: percent-encoded in the URL and in forms, as the inside of a JSON
 * string when content_type is JSON. Strings live as long as the sms. */
struct sms_gateway {
	const char *url;
	const char *method; /* "POST", "GET", "PUT" */
	const char *content_type;
	const char *body; /* "": none */
	const char *from;
	const char *headers[SMS_HEADERS_MAX]; /* "Name: value" */
	unsigned header_count;
	unsigned timeout_s;
};

struct sms_config {
	enum sms_via via;
	struct sms_gateway gateway;
	struct loop *loop; /* sms_send and the answers */
	const struct clock *clock;
	struct random *random;
	int console_fd;   /* where the console's lines go: 1 */
	unsigned threads; /* 0: on the loop, for tests */
};

struct sms;

int sms_new(const struct sms_config *cfg, struct sms **ret);
/* What is still queued is dropped without an answer. */
void sms_free(struct sms *s);

/* One message. Fill to, text, login and done; the memory is sms's until done, which
 * comes on the loop, never inline, with 0 or -EIO and a reason (no secret in it). */
struct sms_job {
	void (*done)(struct sms_job *, int status);
	char to[E164_SIZE];
	char text[SMS_TEXT_SIZE];
	int64_t login_id; /* 0: no cap by login */
	char reason[SMS_REASON_SIZE];
	/* sms's own: */
	struct sms *sms;
	struct pool_job work;
	struct timer retry;
	unsigned attempts;
	int verdict;
};
/* 0; -EAGAIN: the queue is full; -EDQUOT: too many to this number or login lately, with
 * the seconds to wait. */
int sms_send(struct sms *s, struct sms_job *job, unsigned *retry_after_s);
/* The code in a message was entered: it reached its owner, who wanted it. Such messages
 * do not count towards the caps. */
void sms_confirmed(struct sms *s, const char *to, int64_t login_id);

#endif
