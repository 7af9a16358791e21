/* SPDX-License-Identifier: Apache-2.0 */
/* http/landlock.h - Landlock, as far as the running kernel has it. */
#ifndef HTTP_LANDLOCK_H
#define HTTP_LANDLOCK_H

/* From now on no file is opened, made or run, no TCP port bound or connected, no signal
 * and no abstract socket reaches out. 0; -ENOSYS, -EOPNOTSUPP: this kernel has none;
 * other negative errno: it has and refused. Wants no_new_privs set. */
int landlock_close_all(void);

#endif
