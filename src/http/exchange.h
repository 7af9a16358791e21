/* SPDX-License-Identifier: Apache-2.0 */
/* http/exchange.h - One HTTP request and its response. Private to the folder. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <microhttpd.h>

#include "base/buf.h"
#include "http/core.h"
#include "http/route.h"
#include "http/web.h"
#include "ops/error.h"

struct web {
	struct web_config cfg;
	struct MHD_Daemon *daemon;
	struct core *core;
	const char *cookie; /* its name */
	bool secure; /* browsers come by https */
	struct watch watch; /* libmicrohttpd's epoll */
	struct timer timeout;
	struct task again;
	bool again_due;
	struct list streams;
	unsigned stream_count;
	struct timer heartbeat;
};

enum exchange_state {
	EXCHANGE_READING, /* the body arrives */
	EXCHANGE_WAITING, /* for the core; suspended */
	EXCHANGE_ANSWERED, /* by the core; to be written */
	EXCHANGE_STREAMING, /* events flow */
	EXCHANGE_DONE,
};

struct exchange {
	struct web *web;
	struct MHD_Connection *connection;
	enum exchange_state state;
	const struct op *op;
	json_t *in; /* from path and query */
	struct buf body;
	bool too_large;
	struct core_ask ask;
	json_t *answer; /* the core's; NULL: it is gone */
	/* Streams: */
	struct list node;
	struct buf events;
	bool opened, suspended, ended;
};

/* Lets libmicrohttpd run soon. */
void web_run_soon(struct web *w);

/* access.c: libmicrohttpd's handlers. */
enum MHD_Result access_handle(void *web, struct MHD_Connection *connection,
			      const char *url, const char *method, const char *version,
			      const char *upload, size_t *upload_len, void **exchange);
void access_completed(void *web, struct MHD_Connection *connection, void **exchange,
		      enum MHD_RequestTerminationCode why);

/* check.c: what is wrong with a request's head; 0: nothing. */
enum op_error check_head(const struct web *w, struct MHD_Connection *c,
			 const char *method, bool api);
bool check_is_json(struct MHD_Connection *c);

/* ask.c: the frame to the core. Suspends the connection, or queues an error. */
enum MHD_Result ask_core(struct exchange *e);

/* respond.c */
enum MHD_Result respond_page(struct web *w, struct MHD_Connection *c, const char *path);
enum MHD_Result respond_error(struct web *w, struct MHD_Connection *c,
			      enum op_error error, const char *allow);
enum MHD_Result respond_answer(struct exchange *e);
/* Headers that every response carries. */
void respond_headers(const struct web *w, struct MHD_Response *r, bool api);

/* stream.c */
enum MHD_Result stream_respond(struct exchange *e);
void stream_event(struct exchange *e, const json_t *event);
void stream_end(struct exchange *e);
void stream_forget(struct exchange *e);
void stream_heartbeats(struct web *w);

#endif
