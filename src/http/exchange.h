/* SPDX-License-Identifier: Apache-2.0 */
/* http/exchange.h - One request and its answer. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "base/buf.h"
#include "http/head.h"
#include "http/route.h"
#include "http/stream.h"
#include "http/web.h"

enum exchange_state {
	EXCHANGE_HEAD, /* the request line is there */
	EXCHANGE_BODY,
	EXCHANGE_ASKED, /* the core has it; the connection is suspended */
	EXCHANGE_READY, /* the answer waits for its turn */
	EXCHANGE_SENDING,
};

struct exchange {
	struct web *web;
	struct list node;
	struct MHD_Connection *connection;
	struct conn *conn;
	enum exchange_state state;
	bool suspended;
	struct head_line line;
	char *uri; /* a copy: the library writes into its own */
	struct head head;
	struct buf body;
	bool too_large;
	struct route route;
	struct core_ask ask;
	struct answer answer;
	struct stream stream;
	int64_t begun_us;
};

/* For MHD_start_daemon; arg is the struct web. */
void *exchange_begin(void *arg, const char *uri, struct MHD_Connection *c);
enum MHD_Result exchange_handle(void *arg, struct MHD_Connection *c, const char *url,
				const char *method, const char *version,
				const char *upload, size_t *upload_size, void **context);
void exchange_end(void *arg, struct MHD_Connection *c, void **context,
		  enum MHD_RequestTerminationCode why);
/* Lets the connection go on. */
void exchange_resume(struct exchange *x);
/* Puts the request to the core. 0, or what is wrong. */
enum op_error exchange_ask(struct exchange *x);

#endif
