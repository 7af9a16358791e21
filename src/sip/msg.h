/* SPDX-License-Identifier: Apache-2.0 */
/* sip/msg.h - A SIP message, decoded in place (RFC 3261 section 7, 25).
 *
 * Everything in struct sip_msg points into the bytes that were decoded; they must outlive
 * it. Nothing is allocated. Folded lines stay folded: values are read through decoders
 * that take LWS for what it is. */
#ifndef SIP_MSG_H
#define SIP_MSG_H

#include "base/text.h"
#include "sip/header.h"
#include "sip/uri.h"

enum {
	SIP_MESSAGE_MAX = 65536, /* bytes, head and body */
	SIP_HEADERS_MAX = 96,    /* header fields of one message */
	SIP_PARAMS_MAX = 32,     /* parameters of one value, with what a response adds */
};

enum sip_method {
	SIP_INVITE,
	SIP_ACK,
	SIP_BYE,
	SIP_CANCEL,
	SIP_REGISTER,
	SIP_OPTIONS,
	SIP_INFO,
	SIP_PRACK,
	SIP_UPDATE,
	SIP_REFER,
	SIP_NOTIFY,
	SIP_SUBSCRIBE,
	SIP_MESSAGE,
	SIP_PUBLISH,
	SIP_METHOD_OTHER
};

/* Methods are case-sensitive; SIP_METHOD_OTHER when unknown. */
enum sip_method sip_method_of(struct text name);
struct text sip_method_name(enum sip_method m);

struct sip_header {
	enum sip_header_id id; /* SIP_HDR_OTHER for the unknown ones */
	uint8_t next;      /* sip_msg_header_next's: 1 + index of the next of that id */
	struct text name;  /* as it came */
	struct text value; /* trimmed, may hold folds */
};

struct sip_cseq {
	uint32_t number;
	enum sip_method method;
	struct text method_name;
};

/* One Via value (RFC 3261 20.42, RFC 3581). */
struct sip_via {
	struct text transport; /* "UDP" */
	struct text host;      /* IPv6 with its brackets */
	uint16_t port;         /* 0: none given */
	struct text branch;
	struct text received;
	struct text maddr;
	bool rport;          /* the parameter is there */
	uint16_t rport_port; /* its value, 0 when empty */
	struct text params;  /* all of them, from the first ';' */
};

/* From, To, Contact, Route, P-Asserted-Identity ... */
struct sip_address {
	struct text display;  /* without quotes, escapes kept */
	struct text uri_text; /* without <> */
	struct sip_uri uri;   /* scheme other when it is none of sip, sips, tel */
	struct text params;   /* header parameters, from the first ';' */
	struct text tag;
};

struct sip_msg {
	struct text bytes; /* the whole message */
	bool request;
	/* request */
	enum sip_method method;
	struct text method_name;
	struct text uri_text;
	struct sip_uri uri;
	/* response */
	uint16_t status;
	struct text reason;

	struct sip_header headers[SIP_HEADERS_MAX];
	size_t header_count;
	uint8_t first
		[SIP_HDR_COUNT]; /* sip_msg_header's: 1 + index, 0 when there is none */
	struct text body;

	/* What every message must have, decoded. */
	struct sip_via via; /* the topmost */
	struct sip_address from;
	struct sip_address to;
	struct text call_id;
	struct sip_cseq cseq;
	uint32_t max_forwards;      /* 70 when there is none */
	struct sip_address contact; /* the first; uri_text is empty when there is none, or
				     * when it is "*" */
};

/* What is wrong with a message, for the answer: 400 and the like with a reason phrase.
 * status 0: it cannot be answered (a response, or no usable Via), so drop it. */
struct sip_fault {
	uint16_t status;
	const char *reason; /* "Bad CSeq" ... a constant */
};

/* Decodes one whole message (blank lines in front of it are skipped).
 * 0: good. -EBADMSG: never valid; *fault says what to answer, and when fault->status is
 * not 0, ret holds enough (Via, From, To, Call-ID, CSeq as text) for
 * sip_response_begin. A UDP datagram longer than its Content-Length is cut, a shorter
 * one is bad (18.3). Verdicts follow RFC 4475. Of the values, Via (topmost), From, To,
 * Contact, Call-ID, CSeq, Max-Forwards, Content-Length and the Request-URI have been
 * decoded or checked; of the other fields only that no control characters are in them. */
int sip_msg_decode(struct text bytes, struct sip_msg *ret, struct sip_fault *fault);

/* Finds the end of the first message in a stream (18.3, 7.5). >0: its length, with the
 * CRLFs in front of it; 0: more bytes needed; -EBADMSG: the stream cannot be followed any
 * more (no or bad Content-Length, too long): sip_msg_decode of what is there may still
 * give an answer, then the connection is closed. CRLFs in front are keep-alives, see
 * sip_frame_blank. */
ptrdiff_t sip_frame_length(struct text stream);
/* How many bytes of CR and LF stand in front (keep-alive of RFC 5626 4.4.1: two CRLFs
 * are a ping; *pings counts them). */
size_t sip_frame_blank(struct text stream, unsigned *pings);

/* First header of that id, or NULL; the next after it. */
static inline const struct sip_header *sip_msg_header(const struct sip_msg *m,
						      enum sip_header_id id)
{
	return m->first[id] ? &m->headers[m->first[id] - 1] : NULL;
}
static inline const struct sip_header *sip_msg_header_next(const struct sip_msg *m,
							   const struct sip_header *after)
{
	return after->next ? &m->headers[after->next - 1] : NULL;
}
/* By name (compact forms too), for headers outside the table. */
const struct sip_header *sip_msg_header_named(const struct sip_msg *m, struct text name);
/* True when one of the header's comma-separated tokens is that one (Supported, Require,
 * Allow ...), over all its occurrences. */
bool sip_msg_has_token(const struct sip_msg *m, enum sip_header_id id, struct text token);
/* True when the header has more than one value, in a list or in several fields. */
bool sip_msg_has_several(const struct sip_msg *m, enum sip_header_id id);
/* Value of a number header such as Expires; -ENOENT, -EBADMSG, -ERANGE. */
int sip_msg_number(const struct sip_msg *m, enum sip_header_id id, uint32_t *ret);

/* Decoders of single values. All: 0 or -EBADMSG. */
int sip_via_decode(struct text in, struct sip_via *ret);
int sip_cseq_decode(struct text in, struct sip_cseq *ret);
int sip_address_decode(struct text in, struct sip_address *ret);
/* Takes the next comma-separated element off *list (quotes and <> respected). False at
 * the end. */
bool sip_list_next(struct text *list, struct text *ret);
/* Finds ";name=value" in params; value is empty for a flag. Quotes are taken off. */
bool sip_param_find(struct text params, struct text name, struct text *value);

#endif
