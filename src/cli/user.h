/* SPDX-License-Identifier: Apache-2.0 */
/* cli/user.h - Users of the processes. */
#ifndef CLI_USER_H
#define CLI_USER_H

#include <stdbool.h>
#include <sys/types.h>

struct user {
	bool known;
	uid_t uid;
	gid_t gid;
};

struct user user_find(const char *name);
/* Whom the file belongs to; not known when it is not there, or is root's. */
struct user user_of_file(const char *path);
/* Gives up root for good: groups, gid, uid; and checks that it cannot be had back. 0 or
 * negative errno. */
int user_drop(const struct user *u);

#endif
