/* SPDX-License-Identifier: Apache-2.0 */
/* event/attempt.h - What devices try, told while somebody looks: the portal's live check of
 * a line. Nothing is kept, and where nobody looks it costs one load. */
#ifndef EVENT_ATTEMPT_H
#define EVENT_ATTEMPT_H

#include "event/event.h"
#include "net/addr.h"

/* What a peer sent is as it sent it: escape it where it is shown. */
struct attempt {
	int64_t at;          /* wall clock; filled in when 0 */
	int64_t customer_id; /* whose it is; 0: nobody's that we know */
	int64_t line_id;
	int64_t credential_id;
	bool verified; /* its digest was right */
	unsigned status;
	struct addr source;
	char method[ROW_WORD_SIZE];
	char reason[ROW_WORD_SIZE]; /* of event/diagnosis.h, "ok", "no_credentials" ... */
	char number[E164_SIZE];     /* the line that it says it is; "" */
	char auth_name[ROW_AUTH_NAME_SIZE];
	char transport[ROW_WORD_SIZE];
	char user_agent[ROW_NAME_SIZE];
};

/* From any thread. */
bool attempt_watched(struct event_log *log);
void attempt_put(struct event_log *log, const struct attempt *a); /* copies */

struct attempt_watch {
	void (*fn)(struct attempt_watch *,
		   const struct attempt *); /* on the log's loop */
	struct attempt_watch *next;         /* the log's own */
};
/* On the log's loop; from inside fn only its own stop. */
void attempt_watch_start(struct event_log *log, struct attempt_watch *w);
void attempt_watch_stop(struct event_log *log, struct attempt_watch *w);

#endif
