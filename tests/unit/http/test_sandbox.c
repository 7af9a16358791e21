/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_sandbox.c - src/http/sandbox.c and landlock.c: what a process cannot do
 * any more. Each row runs in a child of its own, as the user that owns the files: the
 * sandbox alone is in the way. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cert.h"
#include "groups.h"
#include "http/landlock.h"
#include "http/sandbox.h"
#include "rig.h"

enum { CLOSED = 10, OPEN, FAILED, NO_SANDBOX };

static char dir[64], key_file[96], database[96];

static void write_file(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("secret", f);
	fclose(f);
}

static int make_files(void **state)
{
	strcpy(dir, "/tmp/ownline-sandbox-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(key_file, sizeof(key_file), "%s/vault.key", dir);
	snprintf(database, sizeof(database), "%s/ownline.db", dir);
	write_file(key_file);
	write_file(database);
	return 0;
}

static int remove_files(void **state)
{
	unlink(key_file);
	unlink(database);
	return rmdir(dir);
}

static int opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	return fd >= 0 ? 0 : -errno;
}

static int open_key(void)
{
	return opens(key_file, O_RDONLY);
}

static int open_database(void)
{
	return opens(database, O_RDWR);
}

static int make_file(void)
{
	return opens("/tmp/ownline-sandbox-new", O_WRONLY | O_CREAT);
}

static int run_program(void)
{
	char name[] = "true", *const arguments[] = { name, NULL };

	execve("/bin/true", arguments, arguments + 1);
	return -errno;
}

static int run_program_by_fd(void)
{
	char name[] = "true", *const arguments[] = { name, NULL };

	syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, arguments + 1, 0);
	return -errno;
}

static int make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid < 0 ? -errno : 0;
}

static int make_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? -errno : 0;
}

static int kill_parent(void)
{
	return kill(getppid(), 0) < 0 ? -errno : 0;
}

static int trace_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) < 0 ? -errno : 0;
}

static int read_parent(void)
{
	char byte;

	return syscall(SYS_process_vm_readv, getppid(), &(struct iovec){ &byte, 1 }, 1L,
		       &(struct iovec){ &byte, 1 }, 1L, 0L) < 0
		       ? -errno
		       : 0;
}

static int make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -errno : 0;
}

static int send_signals_by_socket(void)
{
	return fcntl(0, F_SETOWN, getppid()) < 0 ? -errno : 0;
}

static int be_dumpable(void)
{
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return -errno;
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 ? 0 : -EPERM;
}

static int write_core_file(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_CORE, &r))
		return -errno;
	return r.rlim_max > 0 ? 0 : -EPERM;
}

static int enter_namespace(void)
{
	return syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) < 0 ? -errno : 0;
}

static int load_bpf(void)
{
	return syscall(SYS_bpf, 0L, NULL, 0L) < 0 && errno == EPERM ? -EPERM : 0;
}

static int use_io_uring(void)
{
	return syscall(SYS_io_uring_setup, 0L, NULL) < 0 && errno == EPERM ? -EPERM : 0;
}

static void *nothing(void *arg)
{
	return NULL;
}

static int make_thread(void)
{
	pthread_t t;
	int error = pthread_create(&t, NULL, nothing, NULL);

	return error ? -error : pthread_join(t, NULL);
}

static int use_memory(void)
{
	char *p = malloc(1 << 20);

	if (!p)
		return -ENOMEM;
	p[0] = p[(1 << 20) - 1] = 1;
	free(p);
	return 0;
}

static int confine_web(void)
{
	const char *const paths[] = { key_file, database, "/nonexistent" };
	char reason[SANDBOX_REASON_SIZE];

	return sandbox_web(paths, COUNT(paths), reason);
}

static int confine_core(void)
{
	char reason[SANDBOX_REASON_SIZE];

	return sandbox_core(reason);
}

static int nothing_confined(void)
{
	return 0;
}

/* The child's verdict on one deed. */
static int verdict_of(int (*confine)(void), int (*deed)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (confine())
			_exit(NO_SANDBOX);
		switch (deed()) {
		case 0:
			_exit(OPEN);
		case -EPERM:
		case -EACCES:
			_exit(CLOSED);
		default:
			_exit(FAILED);
		}
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : OPEN;
}

static const struct {
	const char *name;
	int (*deed)(void);
	bool always; /* anybody may do it without a sandbox, wherever this runs */
	int web, core;
} rows[] = {
	{ "the vault's key", open_key, true, CLOSED, OPEN },
	{ "the database", open_database, true, CLOSED, OPEN },
	{ "a new file", make_file, true, CLOSED, OPEN },
	{ "a program", run_program, false, CLOSED, CLOSED },
	{ "a program by descriptor", run_program_by_fd, false, CLOSED, CLOSED },
	{ "a process", make_process, true, CLOSED, CLOSED },
	{ "a socket", make_socket, true, CLOSED, OPEN },
	{ "a signal to the parent", kill_parent, true, CLOSED, OPEN },
	{ "a signal by way of a socket", send_signals_by_socket, false, CLOSED, OPEN },
	{ "the parent's memory", read_parent, false, CLOSED, CLOSED },
	{ "tracing the parent", trace_parent, false, CLOSED, CLOSED },
	{ "memory that is code", make_code, true, CLOSED, OPEN },
	{ "dumpable again", be_dumpable, true, CLOSED, OPEN },
	{ "a core file", write_core_file, false, CLOSED, CLOSED },
	{ "a name space", enter_namespace, false, CLOSED, CLOSED },
	{ "bpf", load_bpf, false, CLOSED, CLOSED },
	{ "io_uring", use_io_uring, false, CLOSED, CLOSED },
	{ "a thread", make_thread, true, FAILED, OPEN },
	{ "memory", use_memory, true, OPEN, OPEN },
};

static void the_web_process_can_do_next_to_nothing(void **state)
{
	EACH (row, rows) {
		int verdict = verdict_of(confine_web, row->deed);

		row_true(row, verdict == row->web ||
				      (row->web == FAILED && verdict == CLOSED));
	}
}

static void the_core_starts_nothing_and_traces_nobody(void **state)
{
	EACH (row, rows)
		row_int(row, verdict_of(confine_core, row->deed), row->core);
}

/* Or the rows above would prove nothing. */
static void without_a_sandbox_all_that_works(void **state)
{
	EACH (row, rows) {
		if (row->always)
			row_int(row, verdict_of(nothing_confined, row->deed), OPEN);
	}
	unlink("/tmp/ownline-sandbox-new");
}

static int close_all_files(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return landlock_close_all();
}

static void landlock_alone_closes_the_files_where_it_is_there(void **state)
{
	int verdict = verdict_of(close_all_files, open_key);

	if (verdict == NO_SANDBOX) {
		print_message("this kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(verdict, CLOSED);
	assert_int_equal(verdict_of(close_all_files, open_database), CLOSED);
	assert_int_equal(verdict_of(close_all_files, make_file), CLOSED);
}

static char cert[CERT_SIZE], key[CERT_SIZE];

static void with_tls(struct web_config *c)
{
	c->cert = cert;
	c->key = key;
	c->pages = dir;
}

/* The child: a web process in its sandbox, until its core is gone. */
static void serve_confined(struct rig *r)
{
	if (confine_web())
		_exit(NO_SANDBOX);
	while (r->gone == 0)
		rig_turn(r, clock_mono_us(clock_real()), "the core's end");
	web_free(r->web);
	_exit(open_key() == 0 ? OPEN : CLOSED);
}

static void in_its_sandbox_it_serves_over_tls(void **state)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char index[96];
	struct reply reply;
	struct browser *b;
	int status;
	pid_t pid;
	struct rig r;

	snprintf(index, sizeof(index), "%s/index.html", dir);
	write_file(index);
	cert_make(CERT_P256, cert, key);
	rig_open(&r, with_tls);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(r.core);
		serve_confined(&r);
	}
	r.elsewhere = true;
	b = browser_open_tls(&r, ctx);
	browser_say(&r, b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_say(&r, b, "GET /api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n");
	core_serve(&r, "session.get");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_close(b);
	core_close(&r);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == CLOSED);
	rig_close(&r);
	unlink(index);
	SSL_CTX_free(ctx);
}

int sandbox_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_web_process_can_do_next_to_nothing),
		cmocka_unit_test(the_core_starts_nothing_and_traces_nobody),
		cmocka_unit_test(without_a_sandbox_all_that_works),
		cmocka_unit_test(landlock_alone_closes_the_files_where_it_is_there),
		cmocka_unit_test(in_its_sandbox_it_serves_over_tls),
	};

	return cmocka_run_group_tests_name("http/sandbox", tests, make_files,
					   remove_files);
}
