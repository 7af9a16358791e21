/* SPDX-License-Identifier: Apache-2.0 */
/* base/zone.c - The system's time zone files (RFC 8536), 64-bit data only. */

#include "base/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ZONE_FILE_MAX = 65536,
	ZONE_NAME_MAX = 63,
	ZONE_CACHE_MAX = 64,
	ZONE_OFFSET_MAX_S = 25 * 3600,
	TZIF_HEADER_SIZE = 44,
};

#define ZONE_DIR "/usr/share/zoneinfo"

struct transition {
	int64_t at_s;
	int32_t offset_s; /* from then on */
};

struct zone {
	struct zone *next;
	char name[ZONE_NAME_MAX + 1];
	struct zone_rule rule;
	bool has_rule;
	int32_t first_offset_s; /* before the first transition */
	size_t count;
	struct transition transitions[];
};

/* Zones are put in front and never leave, so that readers need no lock. */
static _Atomic(struct zone *) cache;
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t big_endian(const char *p, size_t size)
{
	uint64_t n = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | (unsigned char)p[i];
	return (int64_t)n;
}

/* One header with its block of data; time_size is 4 in the first, 8 in the second. */
struct tzif {
	size_t times, types, names, leaps, std_marks, ut_marks;
	struct text data;
};

static int tzif_take(struct text *file, size_t time_size, struct tzif *ret)
{
	size_t counts[6], size;

	if (file->len < TZIF_HEADER_SIZE || !text_starts(*file, TEXT("TZif")) ||
	    file->p[4] < '2')
		return -EBADMSG;
	for (size_t i = 0; i < 6; i++) {
		counts[i] = (size_t)big_endian(file->p + 20 + 4 * i, 4);
		if (counts[i] > ZONE_FILE_MAX)
			return -EBADMSG;
	}
	*ret = (struct tzif){ .ut_marks = counts[0],
			      .std_marks = counts[1],
			      .leaps = counts[2],
			      .times = counts[3],
			      .types = counts[4],
			      .names = counts[5] };
	size = ret->times * (time_size + 1) + ret->types * 6 + ret->names +
	       ret->leaps * (time_size + 4) + ret->std_marks + ret->ut_marks;
	if (size > file->len - TZIF_HEADER_SIZE)
		return -EBADMSG;
	ret->data = text_sub(*file, TZIF_HEADER_SIZE, size);
	*file = text_from(*file, TZIF_HEADER_SIZE + size);
	return 0;
}

static int offset_of_type(const struct tzif *t, size_t type, int32_t *ret)
{
	const char *types = t->data.p + t->times * 9;
	int64_t offset;

	if (type >= t->types)
		return -EBADMSG;
	offset = big_endian(types + 6 * type, 4);
	if (offset > ZONE_OFFSET_MAX_S || offset < -ZONE_OFFSET_MAX_S)
		return -EBADMSG;
	*ret = (int32_t)offset;
	return 0;
}

static int fill_transitions(const struct tzif *t, struct zone *z)
{
	if (offset_of_type(t, 0, &z->first_offset_s) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < t->times; i++) {
		struct transition *tr = &z->transitions[i];
		size_t type = (unsigned char)t->data.p[t->times * 8 + i];

		tr->at_s = big_endian(t->data.p + 8 * i, 8);
		if (offset_of_type(t, type, &tr->offset_s) < 0)
			return -EBADMSG;
		if (i && tr->at_s <= tr[-1].at_s)
			return -EBADMSG;
	}
	z->count = t->times;
	return 0;
}

static struct zone *zone_decode(const char *name, struct text file)
{
	struct tzif v1, v2;
	struct text footer;
	struct zone *z;

	if (tzif_take(&file, 4, &v1) < 0 || tzif_take(&file, 8, &v2) < 0)
		return NULL;
	z = calloc(1, sizeof(*z) + v2.times * sizeof(z->transitions[0]));
	if (!z || fill_transitions(&v2, z) < 0) {
		free(z);
		return NULL;
	}
	text_copy(z->name, sizeof(z->name), text_of(name));
	text_split(text_from(file, 1), '\n', &footer, NULL);
	z->has_rule = zone_rule_decode(footer, &z->rule) == 0;
	return z;
}

static bool name_ok(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
	size_t len = strlen(name);

	return len > 0 && len <= ZONE_NAME_MAX && name[0] != '/' &&
	       strspn(name, allowed) == len;
}

static struct zone *zone_load(const char *name)
{
	char path[sizeof(ZONE_DIR) + 1 + ZONE_NAME_MAX];
	struct zone *z = NULL;
	char *bytes;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", ZONE_DIR, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	bytes = malloc(ZONE_FILE_MAX);
	len = bytes ? read(fd, bytes, ZONE_FILE_MAX) : -1;
	if (len > 0 && len < ZONE_FILE_MAX)
		z = zone_decode(name, (struct text){ bytes, (size_t)len });
	free(bytes);
	close(fd);
	return z;
}

static struct zone *cached(const char *name, size_t *count)
{
	*count = 0;
	for (struct zone *z = atomic_load(&cache); z; z = z->next) {
		if (strcmp(z->name, name) == 0)
			return z;
		++*count;
	}
	return NULL;
}

static struct zone *zone_add(const char *name)
{
	struct zone *z = zone_load(name);

	if (!z)
		return NULL;
	z->next = atomic_load(&cache);
	atomic_store(&cache, z);
	return z;
}

static struct zone *zone_get(const char *name)
{
	struct zone *z;
	size_t count;

	if (!name || !name_ok(name))
		return NULL;
	z = cached(name, &count);
	if (z)
		return z;
	pthread_mutex_lock(&cache_lock);
	z = cached(name, &count); /* another thread may have been first */
	if (!z && count < ZONE_CACHE_MAX)
		z = zone_add(name);
	pthread_mutex_unlock(&cache_lock);
	return z;
}

bool zone_known(const char *name)
{
	return zone_get(name) != NULL;
}

int32_t zone_offset_s(const char *name, int64_t utc_s)
{
	const struct zone *z = zone_get(name);
	size_t low = 0, high;

	if (!z)
		return 0;
	if (z->has_rule && (z->count == 0 || utc_s >= z->transitions[z->count - 1].at_s))
		return zone_rule_offset_s(&z->rule, utc_s);
	/* The last transition at or before the instant stands just below low. */
	for (high = z->count; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (z->transitions[mid].at_s <= utc_s)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? z->transitions[low - 1].offset_s : z->first_offset_s;
}
