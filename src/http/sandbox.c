/* SPDX-License-Identifier: Apache-2.0 */
/* http/sandbox.c - seccomp: a list of what the web process may, one of what the core may
 * not. */

#include "http/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/landlock.h"

#define CALL(name) SCMP_SYS(name)

static const int web_may[] = {
	/* bytes over what is open */
	CALL(read),
	CALL(readv),
	CALL(recvfrom),
	CALL(recvmsg),
	CALL(write),
	CALL(writev),
	CALL(sendto),
	CALL(sendmsg),
	CALL(accept),
	CALL(accept4),
	CALL(close),
	CALL(shutdown),
	CALL(fstat),
	CALL(getsockopt),
	CALL(setsockopt),
	CALL(getsockname),
	CALL(getpeername),
	CALL(epoll_ctl),
	CALL(epoll_wait),
	CALL(epoll_pwait),
	CALL(epoll_pwait2),
	CALL(poll),
	CALL(ppoll),
	/* memory; mmap and mprotect see below */
	CALL(brk),
	CALL(munmap),
	CALL(mremap),
	CALL(madvise),
	/* time, randomness, itself */
	CALL(clock_gettime),
	CALL(clock_getres),
	CALL(clock_nanosleep),
	CALL(nanosleep),
	CALL(gettimeofday),
	CALL(time),
	CALL(getrandom),
	CALL(getpid),
	CALL(gettid),
	CALL(getuid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getegid),
	CALL(getrusage),
	CALL(sched_yield),
	CALL(sched_getaffinity),
	CALL(futex),
	CALL(sigaltstack),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(rt_sigreturn),
	CALL(restart_syscall),
	CALL(exit),
	CALL(exit_group),
};

/* Allowed when the argument, seen through the mask, has the value. */
static const struct {
	int call;
	unsigned argument;
	scmp_datum_t mask, value;
} web_may_when[] = {
	{ CALL(mmap), 2, PROT_EXEC, 0 },
	{ CALL(mprotect), 2, PROT_EXEC, 0 },
	{ CALL(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH }, /* fstat of glibc 2.36 */
	{ CALL(fcntl), 1, ~(scmp_datum_t)0, F_GETFL },
	{ CALL(fcntl), 1, ~(scmp_datum_t)0, F_SETFL },
	{ CALL(fcntl), 1, ~(scmp_datum_t)0, F_GETFD },
	{ CALL(fcntl), 1, ~(scmp_datum_t)0, F_SETFD },
};

static const int core_may_not[] = {
	CALL(execve),
	CALL(execveat),
	CALL(fork),
	CALL(vfork),
	/* other processes */
	CALL(ptrace),
	CALL(process_vm_readv),
	CALL(process_vm_writev),
	CALL(process_madvise),
	CALL(pidfd_getfd),
	CALL(kcmp),
	/* the system */
	CALL(mount),
	CALL(umount2),
	CALL(pivot_root),
	CALL(chroot),
	CALL(move_mount),
	CALL(open_tree),
	CALL(fsopen),
	CALL(fsconfig),
	CALL(fsmount),
	CALL(fspick),
	CALL(mount_setattr),
	CALL(setns),
	CALL(unshare),
	CALL(open_by_handle_at),
	CALL(init_module),
	CALL(finit_module),
	CALL(delete_module),
	CALL(kexec_load),
	CALL(kexec_file_load),
	CALL(reboot),
	CALL(swapon),
	CALL(swapoff),
	CALL(acct),
	CALL(quotactl),
	CALL(quotactl_fd),
	CALL(settimeofday),
	CALL(clock_settime),
	CALL(clock_adjtime),
	CALL(adjtimex),
	CALL(sethostname),
	CALL(setdomainname),
	CALL(syslog),
	CALL(iopl),
	CALL(ioperm),
	CALL(modify_ldt),
	/* wide doors into the kernel */
	CALL(bpf),
	CALL(perf_event_open),
	CALL(userfaultfd),
	CALL(io_uring_setup),
	CALL(io_uring_enter),
	CALL(io_uring_register),
	CALL(add_key),
	CALL(request_key),
	CALL(keyctl),
};

#if defined(__SANITIZE_ADDRESS__)
/* One flag for the whole process, because that is what the sanitizer asks for. */
static int confined;

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return confined;
}
#define WITHOUT_LEAK_SEARCH() (confined = 1)
#else
#define WITHOUT_LEAK_SEARCH() ((void)0)
#endif

static int fail(char reason[SANDBOX_REASON_SIZE], int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, SANDBOX_REASON_SIZE, fmt, ap);
	va_end(ap);
	return error;
}

static int harden(void)
{
	static const struct rlimit none = { 0, 0 };

	WITHOUT_LEAK_SEARCH();
	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return 0;
}

static int add_all(scmp_filter_ctx ctx, uint32_t action, const int *calls, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++)
		error = seccomp_rule_add(ctx, action, calls[i], 0);
	return error;
}

static int add_conditions(scmp_filter_ctx ctx)
{
	int error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(tgkill), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));

	/* The limits of its own process may be read. */
	if (!error)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(prlimit64), 2,
					 SCMP_A0(SCMP_CMP_EQ, 0),
					 SCMP_A2(SCMP_CMP_EQ, 0));
	for (size_t i = 0; i < sizeof(web_may_when) / sizeof(web_may_when[0]) && !error;
	     i++)
		error = seccomp_rule_add(
			ctx, SCMP_ACT_ALLOW, web_may_when[i].call, 1,
			SCMP_CMP(web_may_when[i].argument, SCMP_CMP_MASKED_EQ,
				 web_may_when[i].mask, web_may_when[i].value));
	return error;
}

static int load(scmp_filter_ctx ctx, int error)
{
	if (!error)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	return error;
}

static int filter_web(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int error = ctx ? add_all(ctx, SCMP_ACT_ALLOW, web_may,
				  sizeof(web_may) / sizeof(web_may[0]))
			: -ENOMEM;

	if (!ctx)
		return error;
	return load(ctx, error ? error : add_conditions(ctx));
}

/* Threads may be made, processes not. clone3's flags lie in memory, out of seccomp's
 * sight: without it the C library falls back to clone. */
static int deny_processes(scmp_filter_ctx ctx)
{
	int error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), CALL(clone), 1,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));

	return error ? error
		     : seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
}

static int filter_core(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int error = ctx ? deny_processes(ctx) : -ENOMEM;

	if (!ctx)
		return error;
	return load(ctx, error ? error
			       : add_all(ctx, SCMP_ACT_ERRNO(EPERM), core_may_not,
					 sizeof(core_may_not) / sizeof(core_may_not[0])));
}

static bool opens(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int sandbox_web(const char *const *must_be_closed, size_t count,
		char reason[SANDBOX_REASON_SIZE])
{
	int error = harden();

	if (error)
		return fail(reason, error, "the web process cannot be hardened: %s",
			    strerror(-error));
	error = landlock_close_all();
	if (error && error != -ENOSYS && error != -EOPNOTSUPP)
		return fail(reason, error, "Landlock refused the web process: %s",
			    strerror(-error));
	error = filter_web();
	if (error)
		return fail(reason, error, "seccomp refused the web process: %s",
			    strerror(-error));
	for (size_t i = 0; i < count; i++) {
		if (opens(must_be_closed[i]))
			return fail(reason, -EPERM, "the web process could open %.120s",
				    must_be_closed[i]);
	}
	return 0;
}

int sandbox_core(char reason[SANDBOX_REASON_SIZE])
{
	int error = harden();

	if (error)
		return fail(reason, error, "the core cannot be hardened: %s",
			    strerror(-error));
	error = filter_core();
	if (error)
		return fail(reason, error, "seccomp refused the core: %s",
			    strerror(-error));
	return 0;
}
