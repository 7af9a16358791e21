/* SPDX-License-Identifier: Apache-2.0 */
/* http/landlock.c - A rule set without a rule. The C library has no functions for it, and
 * its header may be older than the kernel: the numbers are the kernel's (landlock(7)). */

#include "http/landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr of version 6; older kernels take its beginning. */
struct rule_set {
	uint64_t files;
	uint64_t net;
	uint64_t scopes;
};

/* What each version of the interface can refuse. */
static const struct {
	struct rule_set rights;
	size_t size;
} versions[] = {
	[1] = { { .files = (1 << 13) - 1 }, 8 },
	[2] = { { .files = (1 << 14) - 1 }, 8 },            /* refer */
	[3] = { { .files = (1 << 15) - 1 }, 8 },            /* truncate */
	[4] = { { .files = (1 << 15) - 1, .net = 3 }, 16 }, /* bind, connect */
	[5] = { { .files = (1 << 16) - 1, .net = 3 }, 16 }, /* ioctl of devices */
	[6] = { { .files = (1 << 16) - 1, .net = 3, .scopes = 3 }, 24 },
};

enum { NEWEST = sizeof(versions) / sizeof(versions[0]) - 1 };

int landlock_close_all(void)
{
	long version, fd, error;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			  LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return version < 0 ? -errno : -ENOSYS;
	if (version > NEWEST)
		version = NEWEST;
	fd = syscall(SYS_landlock_create_ruleset, &versions[version].rights,
		     versions[version].size, 0);
	if (fd < 0)
		return -errno;
	error = syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
	close((int)fd);
	return (int)error;
}
