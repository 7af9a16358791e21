/* SPDX-License-Identifier: Apache-2.0 */
/* notify/push.h - Wakes an app through the operator's webhook for its push service (RFC
 * 8599): one JSON request, a bounded queue, threads of its own. */
#ifndef NOTIFY_PUSH_H
#define NOTIFY_PUSH_H

#include "loop/pool.h"
#include "notify/request.h"

enum {
	PUSH_PROVIDERS_MAX = 8,
	PUSH_HEADERS_MAX = 8,
	PUSH_NAME_SIZE = 32,  /* of a provider, with its NUL */
	PUSH_PRID_SIZE = 400, /* of pn-prid, likewise */
	PUSH_PARAM_SIZE = 200,
	PUSH_QUEUE_MAX = 1000, /* requests that wait for a thread */
};

/* One webhook. Strings live as long as the push. */
struct push_provider {
	char name[PUSH_NAME_SIZE]; /* pn-provider: apns, fcm ... */
	char url[512];
	char headers[PUSH_HEADERS_MAX][512];
	unsigned header_count;
};

/* What an app registered, without escapes. */
struct push_target {
	char provider[PUSH_NAME_SIZE];
	char prid[PUSH_PRID_SIZE];
	char param[PUSH_PARAM_SIZE]; /* "": none */
};

struct push_config {
	const struct push_provider *providers;
	unsigned provider_count;
	unsigned timeout_s; /* 0: 5 */
	unsigned threads;   /* 0: on the loop of who sends, for tests */
	/* In the place of HTTP, for tests: 0, or a negative errno with the reason. On a
	 * thread of the push. NULL: HTTP. */
	int (*send)(void *arg, const struct push_provider *p, struct text json,
		    char reason[REQUEST_REASON_SIZE]);
	void *arg;
};

struct push;

int push_new(const struct push_config *cfg, struct push **ret);
/* Nothing is sent any more; waits for what is under way. Before the loops end that asked. */
void push_close(struct push *p);
void push_free(struct push *p);
/* The webhooks there are: the name of the n-th, NULL behind the last. p may be NULL. */
const char *push_name(const struct push *p, unsigned n);
bool push_has(const struct push *p, const char *provider);

struct push_job;
/* Wakes the app for that call; safe from every thread. {"provider", "prid", "param",
 * "call"}: no number and no name. done comes on the loop, never inline, with 0 or a
 * negative errno and the reason, unless push_forget came first. -EAGAIN: the queue is full;
 * -ENOENT: there is no such provider; -ENOMEM; -ESHUTDOWN. */
int push_send(struct push *p, struct loop *l, const struct push_target *target,
	      int64_t call_id, void (*done)(void *arg, int status, const char *reason),
	      void *arg, struct push_job **ret);
/* From the loop that sent; no done comes any more. NULL: nothing. */
void push_forget(struct push_job *job);

#endif
