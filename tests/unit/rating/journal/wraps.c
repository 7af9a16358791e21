/* SPDX-License-Identifier: Apache-2.0 */
/* The linker sends these calls of the journal here (--wrap). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

struct wraps wraps;

ssize_t __real_write(int fd, const void *bytes, size_t len);
int __real_ftruncate(int fd, off_t len);
int __real_fdatasync(int fd);
int __real_store_cdr_book(struct store_db *db, const struct cdr_row *row);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_fdatasync(int fd);
int __wrap_store_cdr_book(struct store_db *db, const struct cdr_row *row);

static bool is_line(const void *bytes, size_t len)
{
	return len > 6 &&
	       (memcmp(bytes, "start\t", 6) == 0 || memcmp(bytes, "answer", 6) == 0 ||
		memcmp(bytes, "end\t", 4) == 0);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	if (!is_line(bytes, len))
		return __real_write(fd, bytes, len);
	if (wraps.write_short)
		return __real_write(fd, bytes, wraps.write_short);
	if (!wraps.write_errno)
		return __real_write(fd, bytes, len);
	errno = wraps.write_errno;
	return -1;
}

int __wrap_ftruncate(int fd, off_t len)
{
	if (!wraps.truncate_errno)
		return __real_ftruncate(fd, len);
	errno = wraps.truncate_errno;
	return -1;
}

int __wrap_fdatasync(int fd)
{
	__atomic_add_fetch(&wraps.syncs, 1, __ATOMIC_RELAXED);
	if (!wraps.sync_errno)
		return __real_fdatasync(fd);
	errno = wraps.sync_errno;
	return -1;
}

int __wrap_store_cdr_book(struct store_db *db, const struct cdr_row *row)
{
	if (wraps.book_error && (!wraps.book_id || wraps.book_id == row->id))
		return wraps.book_error;
	return __real_store_cdr_book(db, row);
}
