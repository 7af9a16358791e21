/* SPDX-License-Identifier: Apache-2.0 */
/* bench/heap.c - Counts what is allocated and not freed, with the allocator's own header, in
 * the file that HEAP_COUNT names: memory by RSS would hide what reuses freed pages. Loaded
 * with LD_PRELOAD; a process's children count on in the same file. */

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

enum { HEADER = sizeof(size_t) };

static _Atomic int64_t nowhere;
static _Atomic int64_t *live = &nowhere;

__attribute__((constructor)) static void open_count(void)
{
	const char *path = getenv("HEAP_COUNT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *shared = fd < 0 ? MAP_FAILED
			      : mmap(NULL, sizeof(*live), PROT_READ | PROT_WRITE,
				     MAP_SHARED, fd, 0);

	if (shared != MAP_FAILED)
		live = shared;
	if (fd >= 0)
		close(fd);
}

static int64_t size_of(void *p)
{
	return p ? (int64_t)malloc_usable_size(p) + HEADER : 0;
}

static void *counted(void *p)
{
	atomic_fetch_add(live, size_of(p));
	return p;
}

void *malloc(size_t size)
{
	return counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return counted(__libc_calloc(count, size));
}

void *realloc(void *p, size_t size)
{
	int64_t before = size_of(p);
	void *moved = __libc_realloc(p, size);

	if (moved || size == 0)
		atomic_fetch_sub(live, before);
	return counted(moved);
}

void *aligned_alloc(size_t align, size_t size)
{
	return counted(__libc_memalign(align, size));
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	void *p = aligned_alloc(align, size);

	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

void free(void *p)
{
	atomic_fetch_sub(live, size_of(p));
	__libc_free(p);
}
