/* SPDX-License-Identifier: Apache-2.0 */
/* cli/user.c - Gives up rights. */

#include "cli/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

struct user user_find(const char *name)
{
	const struct passwd *p = getpwnam(name);

	if (!p)
		return (struct user){ .known = false };
	return (struct user){ true, p->pw_uid, p->pw_gid };
}

struct user user_of_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) || st.st_uid == 0)
		return (struct user){ .known = false };
	return (struct user){ true, st.st_uid, st.st_gid };
}

int user_drop(const struct user *u)
{
	if (setgroups(0, NULL) || setresgid(u->gid, u->gid, u->gid) ||
	    setresuid(u->uid, u->uid, u->uid))
		return -errno;
	if (u->uid != 0 && setuid(0) == 0)
		return -EPERM;
	return 0;
}
