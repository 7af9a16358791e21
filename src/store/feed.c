/* SPDX-License-Identifier: Apache-2.0 */
/* store/feed.c - The change feed inside the process: to every part that asked for it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/core.h"

static const char *const topics[] = { "customer", "login",      "product",
				      "line",     "credential", "tariff" };
enum { TOPICS = sizeof(topics) / sizeof(*topics) };

void store_changes_drop(struct list *changes)
{
	LIST_EACH_SAFE (node, changes) {
		list_remove(node);
		free(container_of(node, struct store_change, node));
	}
}

static int change_add(struct list *changes, const char *topic, int64_t key)
{
	struct store_change *change = malloc(sizeof(*change));

	if (!change)
		return -ENOMEM;
	change->key = key;
	snprintf(change->topic, sizeof(change->topic), "%s", topic);
	list_append(changes, &change->node);
	return 0;
}

static struct store_change *take(struct store_feed_queue *queue)
{
	struct list *node = list_first(&queue->changes);

	if (!node)
		return NULL;
	list_remove(node);
	queue->count--;
	return container_of(node, struct store_change, node);
}

static void queue_unlink(struct store *s, struct store_feed_queue *queue)
{
	struct store_feed_queue **at = &s->feeds;

	while (*at != queue)
		at = &(*at)->next;
	*at = queue->next;
	store_changes_drop(&queue->changes);
	free(queue);
}

static void queue_turn(struct task *task)
{
	struct store_feed_queue *queue =
		container_of(task, struct store_feed_queue, task);
	struct store *s = queue->store;
	struct store_change *change;

	pthread_mutex_lock(&s->lock);
	/* Meanwhile an overflow may empty the queue. */
	for (unsigned n = queue->count; n > 0 && queue->feed; n--) {
		change = take(queue);
		if (!change)
			break;
		pthread_mutex_unlock(&s->lock);
		queue->feed->changed(queue->feed, change->topic, change->key);
		free(change);
		pthread_mutex_lock(&s->lock);
	}
	queue->posted = queue->feed && queue->count > 0;
	if (queue->posted)
		loop_post(queue->loop, &queue->task);
	else if (!queue->feed)
		queue_unlink(s, queue);
	store_unlock_or_free(s);
}

static void queue_append(struct store_feed_queue *queue, const char *topic, int64_t key)
{
	if (change_add(&queue->changes, topic, key) == 0)
		queue->count++;
}

/* A loop that does not keep up reads everything again, instead of a queue without end. */
static void queue_collapse(struct store_feed_queue *queue)
{
	store_changes_drop(&queue->changes);
	queue->count = 0;
	for (unsigned i = 0; i < TOPICS; i++)
		queue_append(queue, topics[i], 0);
}

static void queue_add(struct store_feed_queue *queue, const char *topic, int64_t key)
{
	if (!queue->feed)
		return;
	if (!topic || queue->count >= STORE_CHANGES_MAX)
		queue_collapse(queue);
	else
		queue_append(queue, topic, key);
	if (queue->posted || !queue->count)
		return;
	queue->posted = true;
	loop_post(queue->loop, &queue->task);
}

static void publish_one(struct store *s, const char *topic, int64_t key)
{
	for (struct store_feed_queue *q = s->feeds; q; q = q->next)
		queue_add(q, topic, key);
}

void store_feed_publish(struct store *s, struct list *changes)
{
	if (list_empty(changes))
		return;
	pthread_mutex_lock(&s->lock);
	LIST_EACH (node, changes) {
		struct store_change *change =
			container_of(node, struct store_change, node);

		publish_one(s, change->topic, change->key);
	}
	pthread_mutex_unlock(&s->lock);
	store_changes_drop(changes);
}

int store_feed_start(struct store *s, struct store_feed *f)
{
	struct store_feed_queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	queue->store = s;
	queue->feed = f;
	queue->loop = f->loop;
	queue->task.fn = queue_turn;
	list_init(&queue->changes);
	f->queue = queue;
	pthread_mutex_lock(&s->lock);
	queue->next = s->feeds;
	s->feeds = queue;
	pthread_mutex_unlock(&s->lock);
	return 0;
}

void store_feed_stop(struct store *s, struct store_feed *f)
{
	struct store_feed_queue *queue = f->queue;

	if (!queue)
		return;
	pthread_mutex_lock(&s->lock);
	queue->feed = NULL;
	if (!queue->posted)
		queue_unlink(s, queue);
	pthread_mutex_unlock(&s->lock);
	f->queue = NULL;
}

static bool topic_known(const char *topic)
{
	for (unsigned i = 0; i < TOPICS; i++) {
		if (strcmp(topics[i], topic) == 0)
			return true;
	}
	return false;
}

int store_changed(struct store_db *db, const char *topic, int64_t key)
{
	const struct store_feed_driver *feed = db->store->driver->feed;
	int error;

	if (db->error)
		return db->error;
	if (!topic_known(topic))
		error = -EINVAL;
	else if (feed)
		error = feed->tell(db->conn, topic, key);
	else
		error = change_add(&db->changes, topic, key);
	if (error)
		db->error = error;
	return error;
}

void store_feed_tell(struct store *s, const char *topic, int64_t key)
{
	pthread_mutex_lock(&s->lock);
	publish_one(s, topic, key);
	pthread_mutex_unlock(&s->lock);
}
