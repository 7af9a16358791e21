/* SPDX-License-Identifier: Apache-2.0 */
/* notify/push.c - Requests that wake apps, on threads that may wait. */

#include "notify/push.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_S = 5 };

struct push {
	struct push_config cfg;
	pthread_mutex_t lock; /* of the pool's life and the list */
	struct pool *pool;    /* NULL: closed */
	struct list jobs;
};

struct push_job {
	struct pool_job work;
	struct list node;
	struct push *push;
	const struct push_provider *provider;
	char *json;
	void (*done)(void *arg, int status, const char *reason); /* NULL: forgotten */
	void *arg;
	int status;
	char reason[REQUEST_REASON_SIZE];
};

static int send_http(void *arg, const struct push_provider *p, struct text json,
		     char reason[REQUEST_REASON_SIZE])
{
	const struct push *push = arg;
	const char *headers[PUSH_HEADERS_MAX];
	struct request r = { .url = p->url,
			     .method = "POST",
			     .content_type = "application/json",
			     .headers = headers,
			     .header_count = p->header_count,
			     .body = json,
			     .timeout_s = push->cfg.timeout_s };
	int status;

	for (unsigned i = 0; i < p->header_count; i++)
		headers[i] = p->headers[i];
	status = request_send(&r, reason);
	if (status < 0)
		return status;
	if (status >= 200 && status < 300)
		return 0;
	snprintf(reason, REQUEST_REASON_SIZE, "the webhook answered %d", status);
	return -EIO;
}

int push_new(const struct push_config *cfg, struct push **ret)
{
	struct push *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->cfg = *cfg;
	p->cfg.timeout_s = cfg->timeout_s ? cfg->timeout_s : TIMEOUT_S;
	if (!cfg->send) {
		p->cfg.send = send_http;
		p->cfg.arg = p;
	}
	pthread_mutex_init(&p->lock, NULL);
	list_init(&p->jobs);
	p->pool = pool_new(cfg->threads, PUSH_QUEUE_MAX);
	if (!p->pool) {
		push_free(p);
		return -ENOMEM;
	}
	*ret = p;
	return 0;
}

void push_close(struct push *p)
{
	struct pool *pool;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	pool = p->pool;
	p->pool = NULL;
	pthread_mutex_unlock(&p->lock);
	pool_free(pool);
}

static void job_free(struct push_job *job)
{
	list_remove(&job->node);
	free(job->json);
	free(job);
}

void push_free(struct push *p)
{
	if (!p)
		return;
	push_close(p);
	LIST_EACH_SAFE (it, &p->jobs)
		job_free(container_of(it, struct push_job, node));
	pthread_mutex_destroy(&p->lock);
	free(p);
}

const char *push_name(const struct push *p, unsigned n)
{
	return p && n < p->cfg.provider_count ? p->cfg.providers[n].name : NULL;
}

static const struct push_provider *provider_of(const struct push *p, const char *name)
{
	for (unsigned i = 0; p && i < p->cfg.provider_count; i++) {
		if (strcmp(p->cfg.providers[i].name, name) == 0)
			return &p->cfg.providers[i];
	}
	return NULL;
}

bool push_has(const struct push *p, const char *provider)
{
	return provider_of(p, provider) != NULL;
}

static void work(struct pool_job *pj)
{
	struct push_job *job = container_of(pj, struct push_job, work);
	const struct push_config *cfg = &job->push->cfg;

	job->status = cfg->send(cfg->arg, job->provider, text_of(job->json), job->reason);
}

static void worked(struct pool_job *pj)
{
	struct push_job *job = container_of(pj, struct push_job, work);
	struct push *p = job->push;

	if (job->done)
		job->done(job->arg, job->status, job->reason);
	pthread_mutex_lock(&p->lock);
	job_free(job);
	pthread_mutex_unlock(&p->lock);
}

static char *json_of(const struct push_target *t, int64_t call_id)
{
	char call[24], *text;
	json_t *o;

	snprintf(call, sizeof(call), "%lld", (long long)call_id);
	o = json_pack("{s:s, s:s, s:s, s:s}", "provider", t->provider, "prid", t->prid,
		      "param", t->param, "call", call);
	text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	json_decref(o);
	return text;
}

static struct push_job *job_new(struct push *p, const struct push_provider *provider,
				const struct push_target *t, int64_t call_id)
{
	struct push_job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->json = json_of(t, call_id);
	if (!job->json) {
		free(job);
		return NULL;
	}
	job->work = (struct pool_job){ .work = work, .done = worked };
	job->push = p;
	job->provider = provider;
	list_init(&job->node);
	return job;
}

static int submit(struct push *p, struct loop *l, struct push_job *job)
{
	int error = -ESHUTDOWN;

	pthread_mutex_lock(&p->lock);
	list_append(&p->jobs, &job->node);
	if (p->pool)
		error = pool_submit(p->pool, l, &job->work);
	if (error < 0)
		job_free(job);
	pthread_mutex_unlock(&p->lock);
	return error;
}

int push_send(struct push *p, struct loop *l, const struct push_target *target,
	      int64_t call_id, void (*done)(void *arg, int status, const char *reason),
	      void *arg, struct push_job **ret)
{
	const struct push_provider *provider = provider_of(p, target->provider);
	struct push_job *job = provider ? job_new(p, provider, target, call_id) : NULL;
	int error;

	if (!job)
		return provider ? -ENOMEM : -ENOENT;
	job->done = done;
	job->arg = arg;
	error = submit(p, l, job);
	if (!error)
		*ret = job;
	return error;
}

void push_forget(struct push_job *job)
{
	if (job)
		job->done = NULL;
}
