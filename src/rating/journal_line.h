/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_line.h - One line of the journal: a kind, the call's fields by name, and
 * a checksum over all of it.
 *
 *	answer<TAB>id=71...<TAB>to_number=+4179...<TAB>...<TAB>9f86d081884c7d65<LF>
 *
 * Fields that are 0 or empty are left out; unknown names are skipped, so that a newer
 * program reads an older one's journal. Bytes below 0x20, 0x7f and % are written %XX. */
#ifndef RATING_JOURNAL_LINE_H
#define RATING_JOURNAL_LINE_H

#include "base/buf.h"
#include "store/rows.h"

enum { JOURNAL_LINE_MAX = 4096 };

enum journal_kind { JOURNAL_START, JOURNAL_ANSWER, JOURNAL_END };

/* Appends the line with its LF; the error is the buffer's. */
void journal_line_encode(struct buf *out, enum journal_kind kind,
			 const struct cdr_row *call);
/* line: without LF. 0, or -EBADMSG (torn, damaged, of a kind not known here). */
int journal_line_decode(struct text line, enum journal_kind *ret_kind,
			struct cdr_row *ret_call);

#endif
