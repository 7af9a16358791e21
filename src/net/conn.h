/* SPDX-License-Identifier: Apache-2.0 */
/* net/conn.h - One stream connection in its layers: TCP, TLS over it, WebSocket over
 * either; for the files of net/ only. */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <sys/types.h>

#include "net/worker.h"
#include "net/ws.h"

struct ssl_st;
struct tls_set;

enum conn_state {
	CONN_CONNECTING, /* TCP */
	CONN_SHAKING,    /* TLS */
	CONN_UPGRADING,  /* WebSocket */
	CONN_OPEN,
};

struct conn {
	struct table_node by_id;
	struct table_node by_remote;
	struct list node;
	struct list unflushed; /* in worker->unflushed */
	struct list stranger;  /* of its source, until it is kept */
	struct net_worker *worker;
	struct source *source; /* NULL: opened by us */
	struct flow flow;
	struct watch watch;
	struct buf in;
	struct buf out;
	struct timer idle;
	struct timer deadline; /* of connecting and shaking hands, or of half a message */
	struct task told;
	struct ssl_st *ssl; /* NULL: no TLS */
	struct tls_set *tls;
	struct ws *ws;     /* NULL: no WebSocket */
	struct timer ping; /* of the WebSocket */
	bool heard;        /* something has come since the last ping */
	char *name; /* what the peer's certificate must be for; NULL: its address */
	enum conn_state state;
	bool kept;  /* net_keep */
	bool ended; /* out of the tables; told will run */
	int reason;
};

/* conn.c */
void conn_end(struct conn *c, int reason); /* safe on one that has ended */
void conn_active(struct conn *c);
void conn_timed_out(struct timer *t);
/* It may be written to from now on. */
void conn_opened(struct conn *c);
void conn_connected(struct conn *c); /* TCP stands */

/* stream.c */
void conn_ready(struct watch *watch, unsigned ready); /* watch.fn */
void conn_flush(struct conn *c);                      /* sends what the kernel takes */
void conn_flush_later(struct conn *c);
/* An orderly end: what was sent before still leaves, if the kernel takes it. */
void conn_finish(struct conn *c);
void conns_flush_all(struct task *t); /* worker->flush */

/* tls_conn.c. Reading and writing answer like recv and send, with negative errnos. */
/* To be called once TCP stands. 0 or negative errno. */
int conn_tls_begin(struct conn *c);
/* 1: done, 0: more is to come, and the watch waits for it; negative errno. */
int conn_tls_shake(struct conn *c);
ssize_t conn_tls_read(struct conn *c, char *to, size_t room);
ssize_t conn_tls_write(struct conn *c, struct text bytes);
/* Bytes lie in the library that the descriptor does not tell of. */
bool conn_tls_pending(const struct conn *c);
bool conn_tls_partial(const struct conn *c); /* half a record lies there */
void conn_tls_end(struct conn *c); /* says good-bye, before the descriptor goes */

/* ws_conn.c */
int conn_ws_begin(struct conn *c); /* 0 or -ENOMEM */
/* Takes heads and frames that are whole; returns how many bytes are done with. *whole: a
 * message came to its end. May end the connection. */
size_t conn_ws_take(struct conn *c, char *bytes, size_t len, bool *whole);

#endif
