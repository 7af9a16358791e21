/* SPDX-License-Identifier: Apache-2.0 */
/* sip/startline.h - Request-Line and Status-Line (RFC 3261 7.1, 7.2). Internal to sip/. */
#ifndef SIP_STARTLINE_H
#define SIP_STARTLINE_H

#include "sip/msg.h"

/* 0: decoding may go on; when the line is wrong but is a request's, *fault is set, if it
 * was not. -EBADMSG: this is no SIP request, or a bad response: nothing to answer. */
int sip_start_line_decode(struct text line, struct sip_msg *m, struct sip_fault *fault);

#endif
