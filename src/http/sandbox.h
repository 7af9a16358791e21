/* SPDX-License-Identifier: Apache-2.0 */
/* http/sandbox.h - What the two processes give up once they have what they need: for
 * good, for every thread and child. Call with one thread only, after rights were dropped.
 * Whatever is refused fails with EPERM instead of killing: a library that tries something
 * new gets an error, and so does an intruder. A sanitizer's search for leaks is left out
 * at the exit of such a process, because it forks and traces. */
#ifndef HTTP_SANDBOX_H
#define HTTP_SANDBOX_H

#include <stddef.h>

enum { SANDBOX_REASON_SIZE = 200 };

/* The web process: no new privileges, not dumpable, no file (Landlock where the kernel
 * has it), and only the system calls of a server whose descriptors are open already
 * (seccomp): no open, no socket, no connect, no exec, no fork, no ptrace, no signal to
 * others, no memory that becomes code. Then tries to open each path of must_be_closed: a
 * missing file is closed, one that opens is an error. 0, or negative errno with a
 * sentence in reason: do not serve then. */
int sandbox_web(const char *const *must_be_closed, size_t count,
		char reason[SANDBOX_REASON_SIZE]);

/* The core: needs files, sockets, threads and DNS, but no new privileges, no program, no
 * process, no ptrace, no mounts, no kernel modules, no bpf, no keyrings. Not dumpable. 0,
 * or negative errno with a sentence. */
int sandbox_core(char reason[SANDBOX_REASON_SIZE]);

#endif
