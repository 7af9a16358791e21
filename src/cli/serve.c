/* SPDX-License-Identifier: Apache-2.0 */
/* cli/serve.c - The parent: binds, starts the two, waits, stops them. */

#include "cli/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/say.h"

enum { STOP_S = 20, CORE = 0, WEB = 1, CHILDREN = 2 };

struct child {
	const char *name;
	pid_t pid; /* 0: not running */
	int control;
	bool ready;
};

struct parent {
	const struct config *config;
	struct bound bound;
	struct child children[CHILDREN];
	int signals;
	bool stopping;
	bool failed;
};

static void set_limits(void)
{
	struct rlimit files, none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none); /* a core file would hold secrets */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static int open_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The terminal's Ctrl-C goes to all of us; only the parent minds it. */
static void child_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static struct user core_user(const struct config *c)
{
	struct user u = user_find(c->user);

	if (geteuid() != 0)
		u.known = false;
	else if (!u.known)
		say("WARNING: running as root: there is no user \"%s\" for the core to "
		    "become",
		    c->user);
	return u;
}

static struct user web_user(const struct config *c)
{
	struct user u = user_find(c->web_user);

	if (geteuid() != 0) {
		u.known = false;
	} else if (!u.known) {
		say("WARNING: there is no user \"%s\"; the web process becomes nobody",
		    c->web_user);
		u = (struct user){ true, 65534, 65534 };
	}
	return u;
}

static void close_parent(struct parent *p)
{
	for (int i = 0; i < CHILDREN; i++) {
		if (p->children[i].control >= 0)
			close(p->children[i].control);
	}
	close(p->signals);
}

static int start_core(struct parent *p, int control, int link)
{
	struct serve_core in = { .config = p->config,
				 .bound = &p->bound,
				 .control = control,
				 .link = link,
				 .user = core_user(p->config) };
	pid_t pid = fork();
	int status;

	if (pid != 0) {
		p->children[CORE].pid = pid;
		return pid < 0 ? -errno : 0;
	}
	close_parent(p);
	close(p->bound.portal);
	child_signals();
	status = serve_core_run(&in);
	fflush(NULL);
	/* Not exit(): a sanitizer's leak check traces, which the sandbox denies. */
	_exit(status);
}

/* Nothing of the operator's environment but what sanitizers read. */
static void web_environment(char *env[8])
{
	static const char *const names[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS",
					     "LSAN_OPTIONS" };
	unsigned n = 0;

	for (unsigned i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && asprintf(&env[n], "%s=%s", names[i], value) > 0)
			n++;
	}
	env[n] = NULL;
}

/* The numbers may be in each other's way: first out of it, then into place. */
static void place_descriptors(int control, int listener, int link)
{
	int c = fcntl(control, F_DUPFD, 10), li = fcntl(listener, F_DUPFD, 10);
	int ln = fcntl(link, F_DUPFD, 10);

	dup2(c, SERVE_WEB_CONTROL);
	dup2(li, SERVE_WEB_LISTENER);
	dup2(ln, SERVE_WEB_LINK);
	close_range(SERVE_WEB_LINK + 1, ~0U, 0);
}

static int start_web(struct parent *p, int control, int link)
{
	char *argv[] = { (char *)(uintptr_t) "ownline", (char *)(uintptr_t)SERVE_WEB_WORD,
			 NULL };
	char *env[8];
	pid_t pid = fork();

	if (pid != 0) {
		p->children[WEB].pid = pid;
		return pid < 0 ? -errno : 0;
	}
	web_environment(env);
	child_signals();
	signal(SIGTERM, SIG_IGN);
	place_descriptors(control, p->bound.portal, link);
	execve("/proc/self/exe", argv, env);
	_exit(say("cannot start the web process: %s", strerror(errno)));
}

static int pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) ? -errno : 0;
}

static int start_children(struct parent *p)
{
	struct user web = web_user(p->config);
	int link[2] = { -1, -1 }, core[2] = { -1, -1 }, front[2] = { -1, -1 };
	int error = pair(link);

	if (!error)
		error = pair(core);
	if (!error)
		error = pair(front);
	p->children[CORE].control = core[0];
	p->children[WEB].control = front[0];
	if (!error)
		error = start_core(p, core[1], link[0]);
	if (!error)
		error = start_web(p, front[1], link[1]);
	close(core[1]);
	close(front[1]);
	close(link[0]);
	close(link[1]);
	if (!error)
		error = serve_web_hello(front[0], p->config, &web);
	return error;
}

static void stop(struct parent *p)
{
	if (p->stopping)
		return;
	p->stopping = true;
	for (int i = 0; i < CHILDREN; i++) {
		if (p->children[i].control >= 0)
			close(p->children[i].control);
		p->children[i].control = -1;
	}
	alarm(STOP_S);
}

static void log_end(const struct child *c, int status)
{
	if (WIFSIGNALED(status))
		log_error("serve process=%s result=died signal=%d", c->name,
			  WTERMSIG(status));
	else
		log_error("serve process=%s result=died status=%d", c->name,
			  WEXITSTATUS(status));
}

static void child_died(struct parent *p, struct child *c, int status)
{
	bool well = p->stopping && WIFEXITED(status) && WEXITSTATUS(status) == 0;

	c->pid = 0;
	if (well)
		return;
	if (c->ready) /* else it has said why */
		log_end(c, status);
	p->failed = true;
	stop(p);
}

static void reap(struct parent *p)
{
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		struct child *c = &p->children[i];

		if (c->pid > 0 && waitpid(c->pid, &status, WNOHANG) == c->pid)
			child_died(p, c, status);
	}
}

static void take_signal(struct parent *p)
{
	static const char reload = SERVE_RELOAD;
	struct signalfd_siginfo info;

	while (read(p->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(p);
		else if (info.ssi_signo != SIGHUP)
			stop(p);
		else if (p->children[CORE].control >= 0 &&
			 write(p->children[CORE].control, &reload, 1) != 1)
			log_warn("serve reload=failed");
	}
}

static void take_control(struct parent *p, struct child *c)
{
	char byte;

	if (read(c->control, &byte, 1) != 1) {
		close(c->control); /* SIGCHLD tells the rest */
		c->control = -1;
		return;
	}
	c->ready = true;
	if (p->children[CORE].ready && p->children[WEB].ready) {
		puts("ready");
		fflush(stdout);
	}
}

static bool running(const struct parent *p)
{
	return p->children[CORE].pid > 0 || p->children[WEB].pid > 0;
}

static void wait_all(struct parent *p)
{
	struct pollfd fds[1 + CHILDREN];

	while (running(p)) {
		fds[0] = (struct pollfd){ .fd = p->signals, .events = POLLIN };
		for (int i = 0; i < CHILDREN; i++)
			fds[1 + i] = (struct pollfd){ .fd = p->children[i].control,
						      .events = POLLIN };
		if (poll(fds, 1 + CHILDREN, -1) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < CHILDREN; i++) {
			if (fds[1 + i].revents)
				take_control(p, &p->children[i]);
		}
		take_signal(p);
	}
}

/* A child that does not end is ended; the core's journal survives that. */
static void out_of_patience(int signal_number)
{
	static const char text[] = "ownline: a process did not stop in time\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

int serve_run(const struct config *c)
{
	struct parent p = { .config = c,
			    .children = { { "core", 0, -1, false },
					  { "web", 0, -1, false } } };
	char reason[BIND_REASON_SIZE];
	int error;

	say_warnings(c);
	set_limits();
	if (bind_all(c, &p.bound, reason))
		return say("%s", reason);
	signal(SIGALRM, out_of_patience);
	p.signals = open_signals();
	error = p.signals < 0 ? -errno : start_children(&p);
	bound_close(&p.bound);
	if (error) {
		say("cannot start: %s", strerror(-error));
		p.failed = true;
		stop(&p);
	}
	wait_all(&p);
	close_parent(&p);
	return p.failed ? 1 : 0;
}
