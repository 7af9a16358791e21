/* SPDX-License-Identifier: Apache-2.0 */
/* notify/sms.c - The queue of text messages: caps before, retries after. */

#include "notify/sms.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "notify/backend.h"
#include "notify/cap.h"

static const struct sms_backend *const backends[] = {
	[SMS_CONSOLE] = &sms_console,
	[SMS_HTTP] = &sms_http,
};

/* Before the second and the third attempt. */
static const int64_t retry_ms[SMS_ATTEMPTS - 1] = { 1000, 4000 };

struct sms {
	struct sms_config cfg;
	const struct sms_backend *backend;
	struct pool *pool;
	struct cap caps;
	unsigned queued;
};

int sms_new(const struct sms_config *cfg, struct sms **ret)
{
	struct sms *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->cfg = *cfg;
	s->backend = backends[cfg->via];
	if (cap_init(&s->caps, cfg->random)) {
		free(s);
		return -ENOMEM;
	}
	s->pool = pool_new(cfg->threads, SMS_QUEUE_MAX);
	if (!s->pool) {
		cap_fini(&s->caps);
		free(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

void sms_free(struct sms *s)
{
	if (!s)
		return;
	pool_free(s->pool);
	cap_fini(&s->caps);
	free(s);
}

static void finish(struct sms_job *job, int status)
{
	job->sms->queued--;
	sodium_memzero(job->text, sizeof(job->text));
	job->done(job, status);
}

static void work(struct pool_job *pj)
{
	struct sms_job *job = container_of(pj, struct sms_job, work);

	job->verdict = job->sms->backend->send(&job->sms->cfg, text_of(job->to),
					       text_of(job->text), job->reason);
}

static void attempt(struct timer *t);

static void worked(struct pool_job *pj)
{
	struct sms_job *job = container_of(pj, struct sms_job, work);

	if (job->verdict == SMS_SENT) {
		finish(job, 0);
	} else if (job->verdict == SMS_AGAIN && job->attempts < SMS_ATTEMPTS) {
		timer_start(job->sms->cfg.loop, &job->retry, retry_ms[job->attempts - 1],
			    attempt);
	} else {
		finish(job, -EIO);
	}
}

static void attempt(struct timer *t)
{
	struct sms_job *job = container_of(t, struct sms_job, retry);

	job->attempts++;
	if (pool_submit(job->sms->pool, job->sms->cfg.loop, &job->work)) {
		snprintf(job->reason, sizeof(job->reason), "the queue is full");
		finish(job, -EIO);
	}
}

static struct text login_key(int64_t login_id, char dst[32])
{
	snprintf(dst, 32, "login %lld", (long long)login_id);
	return text_of(dst);
}

static unsigned capped(struct sms *s, const struct sms_job *job)
{
	int64_t now = clock_mono_us(s->cfg.clock);
	char login[32];
	unsigned wait_s = 0;

	if (job->login_id)
		wait_s = cap_take(&s->caps, login_key(job->login_id, login), now);
	return wait_s ? wait_s : cap_take(&s->caps, text_of(job->to), now);
}

void sms_confirmed(struct sms *s, const char *to, int64_t login_id)
{
	char login[32];

	cap_return(&s->caps, text_of(to));
	if (login_id)
		cap_return(&s->caps, login_key(login_id, login));
}

int sms_send(struct sms *s, struct sms_job *job, unsigned *retry_after_s)
{
	unsigned wait_s;

	if (s->queued >= SMS_QUEUE_MAX)
		return -EAGAIN;
	wait_s = capped(s, job);
	if (wait_s) {
		*retry_after_s = wait_s;
		return -EDQUOT;
	}
	job->sms = s;
	job->attempts = 1;
	job->verdict = SMS_REFUSED;
	job->retry = (struct timer){ 0 };
	job->reason[0] = '\0';
	job->work = (struct pool_job){ .work = work, .done = worked };
	if (pool_submit(s->pool, s->cfg.loop, &job->work))
		return -EAGAIN;
	s->queued++;
	return 0;
}
