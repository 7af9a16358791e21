/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/rig.h - A web process on a real loopback port with a clock that stands still,
 * its browsers, and the core's end of its socket, all in the test's own thread. */
#ifndef HTTP_RIG_H
#define HTTP_RIG_H

#include <jansson.h>
#include <openssl/ssl.h>

#include "base/buf.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "http/http.h"

struct rig {
	struct fake_clock clock;
	struct loop *loop;
	struct web *web;
	struct web_config config;
	uint16_t port;
	int core;            /* our end; -1: closed */
	struct buf from_web; /* frames that were not read yet */
	unsigned gone;       /* how often core_gone was told */
	bool elsewhere;      /* another process turns the loop */
};

/* change (may be NULL) sees the configuration before the start. */
void rig_open(struct rig *r, void (*change)(struct web_config *));
void rig_close(struct rig *r);
/* Lets the web process work until the condition holds; fails the test after 5 s. */
#define RIG_WAIT(r, condition)                                                           \
	do {                                                                             \
		int64_t rig_began = clock_mono_us(clock_real());                         \
		while (!(condition))                                                     \
			rig_turn(r, rig_began, #condition);                              \
	} while (0)
void rig_turn(struct rig *r, int64_t began_us, const char *what);
/* Enough turns for whatever lies in the sockets. */
void rig_settle(struct rig *r);
void rig_advance(struct rig *r, unsigned seconds);

/* The core's end. A frame's reference is the caller's. */
json_t *core_next(struct rig *r);
json_t *core_poll(struct rig *r); /* after settling; NULL: nothing lies there */
bool core_is_quiet(struct rig *r);
/* Answers that frame: answer (taken over) gets its id. */
void core_say(struct rig *r, const json_t *frame, json_t *answer);
/* The next frame must be of this operation; answers {"ok":true,"out":{}}. */
void core_serve(struct rig *r, const char *op);
void core_close(struct rig *r);

struct browser {
	int fd;
	SSL *ssl; /* NULL: plain */
	struct buf in;
	bool closed; /* the server has closed its end */
};

struct reply {
	unsigned status;
	struct text head; /* into the browser's buffer, until its next reply */
	struct text body;
	char text[16384];
};

struct browser *browser_open(struct rig *r);
struct browser *browser_open_tls(struct rig *r, SSL_CTX *ctx);
void browser_close(struct browser *b);
void browser_send(struct rig *r, struct browser *b, struct text bytes);
void browser_say(struct rig *r, struct browser *b, const char *bytes);
/* Takes in what is there. */
void browser_receive(struct browser *b);
/* A whole reply. */
void browser_read(struct rig *r, struct browser *b, struct reply *ret);
/* Says and reads on a connection of its own; for what needs no core. */
void rig_once(struct rig *r, const char *request, struct reply *ret);
/* The header's value; TEXT_NONE. */
struct text reply_header(const struct reply *reply, const char *name);
/* The body is {"error":{"code":...}}. */
bool reply_has_error(const struct reply *reply, unsigned status, const char *code);

#endif
