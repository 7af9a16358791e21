/* SPDX-License-Identifier: Apache-2.0 */
/* call/cdr.h - The books of a call: price before it starts, journal before each message
 * that it permits, charge at its end. */
#ifndef CALL_CDR_H
#define CALL_CDR_H

#include "call/room.h"

/* Begins the calling line's book (the called line's; of a line that pays for a further
 * leg, to c->to by that price). -ENOMEM. */
int call_book_out(struct call *c, const struct account_line *line,
		  const struct account_credential *credential,
		  const struct sip_msg *invite);
int call_book_in(struct call *c, const struct account_line *line);
int call_book_onward(struct call *c, const struct account_line *line,
		     int64_t credential_id, const struct quote *quote);
/* The line's number in it. */
const char *cdr_line(const struct cdr_row *row);

/* To the journal; an emergency call goes on whatever it answers. 0 or negative errno. */
int call_book_start(struct call *c);
int call_book_answer(struct call *c, const struct leg *callee); /* NULL: the echo */
/* Every CALL_BEAT_S: what a crash leaves is closed from the last of these. */
int call_book_go_on(struct call *c);
bool call_booked(const struct call *c);
/* Charges and closes what was started; a call that never was leaves nothing. */
void call_book_end(struct call *c, const char *cause);
void call_books_free(struct call *c);

#endif
