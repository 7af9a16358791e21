/* SPDX-License-Identifier: Apache-2.0 */
/* sip/encode.h - Writes messages into a buf. Write the whole message, end with
 * sip_body, then look once at buf.error. Values are written as given: what a peer sent
 * passes sip_text_clean or sip_quoted first. */
#ifndef SIP_ENCODE_H
#define SIP_ENCODE_H

#include "base/buf.h"
#include "sip/msg.h"

/* "INVITE uri SIP/2.0". */
void sip_request_begin(struct buf *b, enum sip_method m, struct text uri);
/* "SIP/2.0 404 Not Found" and the copies that every response carries (8.2.6.2): all
 * Vias, with received and rport of the topmost filled in from "source" (host and port as
 * text, TEXT_NONE and 0: left alone), From, To (with to_tag added when it has none and
 * to_tag is not empty), Call-ID, CSeq. reason NULL: the RFC's phrase. For 100 the
 * Timestamp is copied. Takes a message that sip_msg_decode found bad, too: what it does
 * not have is left out, and a Via that cannot be understood is given back as it came. */
void sip_response_begin(struct buf *b, const struct sip_msg *req, unsigned status,
			const char *reason, struct text to_tag, struct text source_host,
			uint16_t source_port);
const char *sip_reason_phrase(unsigned status);

void sip_header_put(struct buf *b, enum sip_header_id id, struct text value);
void sip_header_printf(struct buf *b, enum sip_header_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "Warning: 399 host "text"" (20.43); neither has quotes in it. */
void sip_warning_put(struct buf *b, const char *host, const char *text);
/* Copies every occurrence of that header, each on one line. */
void sip_header_copy(struct buf *b, const struct sip_msg *from, enum sip_header_id id);
/* Content-Type (when the body is not empty), Content-Length, blank line, body. */
void sip_body(struct buf *b, struct text type, struct text body);

/* On one line: folds become a blank; other control characters are dropped, but in quoted
 * pairs. */
void sip_text_clean(struct buf *b, struct text t);
/* A quoted-string, with what must be escaped escaped and control characters dropped. */
void sip_quoted(struct buf *b, struct text t);

#endif
