/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_segment.c - Files of the journal. */
#include "rating/journal_segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_MAX = 999999 };

static int disk_error(int number)
{
	return number == ENOSPC || number == EDQUOT || number == EFBIG ? -ENOSPC
								       : -number;
}

static int path_of(char path[PATH_MAX], const char *dir, unsigned number)
{
	int len = snprintf(path, PATH_MAX, "%s/journal-%06u.log", dir, number);

	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* A file that is not in its directory on disk is lost with all that was synced into it.
 */
static int sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) ? disk_error(errno) : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static struct journal_segment *segment_new(unsigned number)
{
	struct journal_segment *segment = calloc(1, sizeof(*segment));

	if (!segment)
		return NULL;
	list_init(&segment->node);
	segment->number = number;
	segment->fd = -1;
	return segment;
}

int journal_segment_create(const char *dir, unsigned number, struct journal_segment **ret)
{
	struct journal_segment *segment;
	char path[PATH_MAX];
	int error = number > NUMBER_MAX ? -EIO : path_of(path, dir, number);

	if (error)
		return error;
	segment = segment_new(number);
	if (!segment)
		return -ENOMEM;
	segment->fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	error = segment->fd < 0 ? disk_error(errno) : sync_dir(dir);
	if (error) {
		journal_segment_free(segment, dir, segment->fd >= 0);
		return error;
	}
	*ret = segment;
	return 0;
}

void journal_segment_free(struct journal_segment *segment, const char *dir, bool remove)
{
	char path[PATH_MAX];

	if (segment->fd >= 0)
		close(segment->fd);
	if (remove && path_of(path, dir, segment->number) == 0)
		unlink(path);
	list_remove(&segment->node);
	free(segment);
}

static bool number_of(const char *name, unsigned *ret)
{
	struct text text = text_of(name);
	uint32_t number;

	if (!text_starts(text, TEXT("journal-")) || !text_ends(text, TEXT(".log")) ||
	    text.len != sizeof("journal-000001.log") - 1)
		return false;
	if (text_to_u32(text_sub(text, 8, 6), NUMBER_MAX, &number))
		return false;
	*ret = number;
	return true;
}

static int add_sorted(const char *dir, unsigned number, struct list *segments)
{
	struct journal_segment *segment;
	char path[PATH_MAX];
	struct stat st;
	struct list *behind = segments;

	if (path_of(path, dir, number) || stat(path, &st))
		return -EIO;
	segment = segment_new(number);
	if (!segment)
		return -ENOMEM;
	segment->size = (uint64_t)st.st_size;
	while (behind->prev != segments &&
	       container_of(behind->prev, struct journal_segment, node)->number > number)
		behind = behind->prev;
	list_append(behind, &segment->node);
	return 0;
}

int journal_segment_scan(const char *dir, struct list *segments)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	unsigned number;
	int error = stream ? 0 : disk_error(errno);

	while (!error && (entry = readdir(stream)) != NULL) {
		if (number_of(entry->d_name, &number))
			error = add_sorted(dir, number, segments);
	}
	if (stream)
		closedir(stream);
	return error;
}

int journal_segment_append(struct journal_segment *segment, struct text line)
{
	ssize_t n;

	if (segment->damaged)
		return -EIO;
	do {
		n = write(segment->fd, line.p, line.len);
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)line.len) {
		segment->size += line.len;
		segment->dirty = true;
		return 0;
	}
	if (n < 0)
		return disk_error(errno);
	if (ftruncate(segment->fd, (off_t)segment->size))
		segment->damaged = true;
	return -ENOSPC;
}

int journal_segment_sync(int fd)
{
	return fdatasync(fd) ? disk_error(errno) : 0;
}

/* Calls fn for the whole lines of a chunk; *ret_used: how far. */
static int give_lines(struct text chunk, size_t *ret_used,
		      int (*fn)(void *arg, struct text line), void *arg)
{
	struct text line, rest = chunk;
	int stop = 0;

	while (!stop && text_split(rest, '\n', &line, &rest)) {
		stop = fn(arg, line);
		*ret_used = chunk.len - rest.len;
	}
	return stop;
}

static ssize_t read_at(int fd, char *chunk, uint64_t limit, uint64_t offset)
{
	uint64_t left = limit - offset;
	ssize_t n = pread(fd, chunk, left < JOURNAL_CHUNK ? left : JOURNAL_CHUNK,
			  (off_t)offset);

	return n < 0 ? disk_error(errno) : n;
}

static int read_fd(int fd, char *chunk, uint64_t limit, uint64_t *offset,
		   int (*fn)(void *arg, struct text line), void *arg)
{
	int stop = 0;

	while (!stop && *offset < limit) {
		ssize_t n = read_at(fd, chunk, limit, *offset);
		size_t used = 0;

		if (n <= 0)
			return n < 0 ? (int)n : 0;
		stop = give_lines((struct text){ chunk, (size_t)n }, &used, fn, arg);
		if (!used && !stop)
			used = (size_t)n; /* torn at the end, or damage */
		*offset += used;
	}
	return stop;
}

int journal_segment_read(const char *dir, const struct journal_segment *segment,
			 uint64_t limit, uint64_t *offset,
			 int (*fn)(void *arg, struct text line), void *arg)
{
	char path[PATH_MAX], *chunk;
	int fd, result;

	result = path_of(path, dir, segment->number);
	if (result)
		return result;
	chunk = malloc(JOURNAL_CHUNK);
	if (!chunk)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	result = fd < 0 ? disk_error(errno) : read_fd(fd, chunk, limit, offset, fn, arg);
	if (fd >= 0)
		close(fd);
	free(chunk);
	return result;
}
