/* SPDX-License-Identifier: Apache-2.0 */
/* loop/pool.c - A few threads and a bounded queue of jobs. */

#include "loop/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct list waiting; /* pool_job.node */
	unsigned waiting_count;
	unsigned queue_max;
	bool ending;
	unsigned thread_count; /* 0: jobs run on their loop */
	pthread_t threads[];
};

static void job_done(struct task *t)
{
	struct pool_job *job = container_of(t, struct pool_job, task);

	job->done(job);
}

/* NULL when the pool ends. */
static struct pool_job *job_take(struct pool *p)
{
	struct list *first = NULL;

	pthread_mutex_lock(&p->lock);
	while (list_empty(&p->waiting) && !p->ending)
		pthread_cond_wait(&p->more, &p->lock);
	if (!p->ending) {
		first = list_first(&p->waiting);
		list_remove(first);
		p->waiting_count--;
	}
	pthread_mutex_unlock(&p->lock);
	return first ? container_of(first, struct pool_job, node) : NULL;
}

static void *thread_main(void *arg)
{
	struct pool_job *job;

	while ((job = job_take(arg))) {
		job->work(job);
		job->task.fn = job_done;
		loop_post(job->loop, &job->task);
	}
	return NULL;
}

static void threads_end(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->thread_count; i++)
		pthread_join(p->threads[i], NULL);
}

/* Signals stay with the threads that know what to do about them. */
static int threads_begin(struct pool *p, unsigned count)
{
	sigset_t all, before;
	int r = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < count && r == 0; i++) {
		r = pthread_create(&p->threads[i], NULL, thread_main, p);
		p->thread_count += r == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

struct pool *pool_new(unsigned threads, unsigned queue_max)
{
	struct pool *p = calloc(1, sizeof(*p) + threads * sizeof(p->threads[0]));

	if (!p)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	list_init(&p->waiting);
	p->queue_max = queue_max;
	if (threads_begin(p, threads) < 0) {
		pool_free(p);
		return NULL;
	}
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	threads_end(p);
	LIST_EACH_SAFE (node, &p->waiting) {
		struct pool_job *job = container_of(node, struct pool_job, node);

		if (job->deferred)
			loop_cancel(job->loop, &job->task);
		list_remove(node);
	}
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static void run_here(struct task *t)
{
	struct pool_job *job = container_of(t, struct pool_job, task);

	list_remove(&job->node);
	job->pool->waiting_count--;
	job->work(job);
	job->done(job);
}

int pool_submit(struct pool *p, struct loop *l, struct pool_job *job)
{
	bool room;

	job->pool = p;
	job->loop = l;
	job->deferred = p->thread_count == 0;
	job->task.fn = run_here;
	pthread_mutex_lock(&p->lock);
	room = p->waiting_count < p->queue_max;
	if (room) {
		list_append(&p->waiting, &job->node);
		p->waiting_count++;
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	if (room && job->deferred)
		loop_defer(l, &job->task);
	return room ? 0 : -EAGAIN;
}
