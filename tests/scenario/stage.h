/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/stage.h - The peers of a play: devices and trunks, each at an address, with
 * what they have sent and received. */
#ifndef SCENARIO_STAGE_H
#define SCENARIO_STAGE_H

#include "scenario/house.h"

enum { PEER_NAME_SIZE = 32, PEER_VALUE_SIZE = 1024, STAGE_VARS_MAX = 64 };

/* A message on paper. */
struct letter {
	struct list node;
	int64_t at_us;
	struct flow flow; /* as the house sees it */
	size_t len;
	char bytes[]; /* and a NUL */
};

/* The last call of a peer, from its side. */
struct dialog {
	char call_id[PEER_VALUE_SIZE];
	char local[PEER_VALUE_SIZE];  /* From of what it sends */
	char remote[PEER_VALUE_SIZE]; /* To of what it sends */
	char target[PEER_VALUE_SIZE]; /* where the other wants requests */
	unsigned cseq;
};

struct peer {
	struct list node;
	char name[PEER_NAME_SIZE];
	struct addr addr;
	enum transport transport;
	struct flow flow; /* streams: the connection, when conn is not 0 */
	struct house_credential *credential; /* NULL: a stranger */
	bool known;           /* a trunk, or its digest was right where it is */
	size_t said, heard;   /* bytes, until it is known */
	struct list inbox;    /* what came and no "expect" has taken */
	struct list received; /* what "expect" took */
	struct list sent;
	struct dialog dialog;
	char register_call_id[PEER_VALUE_SIZE];
	unsigned register_cseq;
	unsigned serial; /* of branches, tags, Call-IDs */
	char tag[PEER_NAME_SIZE + 16];
	char challenge[PEER_VALUE_SIZE]; /* the last one */
	bool proxy_challenge;
	unsigned nc;
};

struct stage {
	struct house house;
	bool verbose; /* prints every message */
	struct list peers;
	struct {
		char name[PEER_NAME_SIZE];
		char *value;
	} vars[STAGE_VARS_MAX];
	unsigned var_count;
	struct list cdrs_seen; /* ids, ask.c */
};

void stage_open(struct stage *st, bool verbose);
void stage_close(struct stage *st);
void stage_play(struct stage *st, const struct statement *s);
/* Every message must have been expected. */
void stage_check_end(struct stage *st, const struct statement *last);
/* Time passes, messages arrive in the inboxes. */
void stage_pass(struct stage *st, const struct statement *at, int64_t us);

/* peer.c */
struct peer *peer_new(struct stage *st, const struct statement *s, const char *name,
		      const char *address);
const char *peer_transport_param(const struct peer *p); /* of its Contact; "" for UDP */
struct peer *peer_get(struct stage *st, const struct statement *s, const char *name);
void peer_free(struct peer *p);
/* Takes what the house has sent to the inboxes. */
void peers_collect(struct stage *st, const struct statement *at);
void peer_send(struct stage *st, const struct statement *at, struct peer *p,
	       struct text bytes);
void peer_close(struct stage *st, struct peer *p);
/* The newest letter of that kind; NULL. method SIP_METHOD_OTHER: any request, status 0:
 * any response. ret is its decoding. */
const struct letter *peer_find_request(const struct list *letters, enum sip_method method,
				       struct sip_msg *ret);
const struct letter *peer_find_response(const struct list *letters,
					enum sip_method method, struct sip_msg *ret);
bool letter_decode(const struct letter *l, struct sip_msg *ret);
/* "sip:..." without <> of a header such as Contact, into dst; "" when there is none. */
void peer_uri_of(const struct sip_msg *m, enum sip_header_id id, char *dst, size_t cap);

/* vars.c: ${...} of text into dst. */
void vars_expand(struct stage *st, const struct statement *s, unsigned line,
		 const char *text, char *dst, size_t cap);
void vars_set(struct stage *st, const struct statement *s, const char *name,
	      struct text value);
void vars_free(struct stage *st);

/* compose.c */
void compose_request(struct stage *st, const struct statement *s, struct peer *p,
		     const char *method, const char *uri, bool again,
		     const char *extra_line, struct buf *b);
void compose_response(struct stage *st, const struct statement *s, struct peer *p,
		      unsigned status, const char *reason, enum sip_method to,
		      struct buf *b);

/* digest.c: "auth CREDENTIAL ..." as a header's name and value. */
void auth_line(struct stage *st, const struct statement *s, unsigned line, struct peer *p,
	       const char *text, const char *method, const char *uri, const char **name,
	       char *value, size_t cap);

/* expect.c */
void expect_message(struct stage *st, const struct statement *s);
/* The next message of that peer, which must be that status, for the play's shorthands. */
void expect_status(struct stage *st, const struct statement *s, struct peer *p,
		   unsigned status);

/* ask.c: expect cdr, bindings, calls, transactions, event. False: none of these. */
bool ask_house(struct stage *st, const struct statement *s);

#endif
