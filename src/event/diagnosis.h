/* SPDX-License-Identifier: Apache-2.0 */
/* event/diagnosis.h - Why a device was refused: one table of stable words, each with what
 * the customer reads, what the device hears, and whether waiting helps. The words are part
 * of what others rely on (log, API, pages, CLI): they are never renamed. */
#ifndef EVENT_DIAGNOSIS_H
#define EVENT_DIAGNOSIS_H

#include <stddef.h>

#include "event/event.h"

struct diagnosis {
	const char *word; /* "wrong_password" */
	const char *kind; /* of its event; NULL: none, it stands in the log only */
	/* What the customer reads, in English; the pages have their own words for it. */
	const char *text;
	/* What the device hears as Warning: 399, once its digest has verified (RFC 3261
	 * 20.43); NULL: nothing. No quotes in it. */
	const char *warning;
	unsigned retry_after_s; /* 0: waiting does not help, or nobody knows how long */
};

extern const struct diagnosis DIAGNOSES[];
extern const size_t DIAGNOSES_COUNT;

/* NULL: not a word of the table. */
const struct diagnosis *diagnosis_of(const char *word);

/* Once per credential (line), word and source in an hour, and of so many sources. */
enum { DIAGNOSIS_REPEAT_S = 3600 };

/* Writes the event of that word, if it has one. whose: customer, line, credential (0: it
 * could only be told whose line it is) and source. stranger: no digest has verified, so
 * it may be anybody's doing; of no line, then nothing is put, and it takes as long: what is done
 * behind a refusal delays whatever a stranger sends next. From any thread. */
void diagnosis_put(struct event_log *log, const char *word, bool stranger,
		   const struct event_row *whose);

#endif
