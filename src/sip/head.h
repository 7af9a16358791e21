/* SPDX-License-Identifier: Apache-2.0 */
/* sip/head.h - A message's head, line by line (RFC 3261 7.3). Internal to sip/: the decoder
 * and the stream framing cut lines with the same code, so that they never disagree. */
#ifndef SIP_HEAD_H
#define SIP_HEAD_H

#include "sip/msg.h"
#include "sip/scan.h"

/* Takes the start line, without its CRLF. False when the text ends before it does. */
bool head_start_line(struct scan *s, struct text *line);

enum head_line { HEAD_FIELD, HEAD_END, HEAD_BAD };

/* Takes the next header field with its folds, or the empty line that ends the head. On
 * HEAD_BAD the line is taken all the same and *reason says what is wrong with it; the
 * name may then be empty. The head also ends where the text does. */
enum head_line head_next(struct scan *s, struct sip_header *ret, const char **reason);

#endif
