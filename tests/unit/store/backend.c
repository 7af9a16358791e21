/* SPDX-License-Identifier: Apache-2.0 */
/* backend.c - A directory for SQLite files, and a private PostgreSQL: its own data
 * directory and socket, no TCP, an ordinary user when the tests run as root. */
#include "backend.h"

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[64];
static char bin_dir[200];
static pid_t postmaster;
static unsigned serial;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the directory ---- */

const char *backend_dir(void)
{
	if (dir[0])
		return dir;
	strcpy(dir, "/tmp/ownline-store-XXXXXX");
	if (!mkdtemp(dir))
		die("mkdtemp");
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void backend_dir_remove(void)
{
	if (dir[0])
		nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	dir[0] = '\0';
}

/* ---- SQLite ---- */

static bool sqlite_start(void)
{
	return true;
}

static void sqlite_stop(void)
{
}

static void sqlite_fresh(char url[BACKEND_URL_SIZE])
{
	snprintf(url, BACKEND_URL_SIZE, "sqlite:%s/case-%u.db", backend_dir(), ++serial);
}

const struct backend backend_sqlite = { "sqlite", sqlite_start, sqlite_stop,
					sqlite_fresh };

/* ---- PostgreSQL ---- */

static bool find_binaries(void)
{
	glob_t found;
	bool good = glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0;

	if (good) {
		const char *path = found.gl_pathv[found.gl_pathc - 1];

		snprintf(bin_dir, sizeof(bin_dir), "%.*s",
			 (int)(strlen(path) - strlen("/postgres")), path);
	}
	globfree(&found);
	return good;
}

/* PostgreSQL refuses to run as root. */
static void become_ordinary(void)
{
	struct passwd *user;

	if (geteuid() != 0)
		return;
	user = getpwnam("nobody");
	if (!user || setgroups(0, NULL) || setgid(user->pw_gid) || setuid(user->pw_uid))
		die("cannot leave root");
}

static void give_away(const char *path)
{
	struct passwd *user = geteuid() == 0 ? getpwnam("nobody") : NULL;

	if (user && chown(path, user->pw_uid, user->pw_gid))
		die(path);
}

/* PostgreSQL's programs find each other by the path in argv[0]. */
static pid_t spawn(const char *program, const char *argv[])
{
	char path[300];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	become_ordinary();
	prctl(PR_SET_PDEATHSIG, SIGINT); /* not left behind when a test crashes */
	if (!freopen("/dev/null", "r", stdin) || chdir("/"))
		_exit(127);
	snprintf(path, sizeof(path), "%s/log", dir);
	if (!freopen(path, "a", stdout) || dup2(fileno(stdout), 2) < 0)
		_exit(127);
	snprintf(path, sizeof(path), "%s/%s", bin_dir, program);
	argv[0] = path;
	execv(path, (char *const *)argv);
	_exit(127);
}

static void cluster_url(char url[BACKEND_URL_SIZE], const char *database)
{
	snprintf(url, BACKEND_URL_SIZE, "postgresql://ownline@/%s?host=%s", database,
		 dir);
}

void cluster_start(void)
{
	char data[100], url[BACKEND_URL_SIZE];
	struct timespec nap = { 0, 10000000 };
	const char *argv[] = { "postgres",
			       "-D",
			       data,
			       "-k",
			       dir,
			       "-c",
			       "listen_addresses=",
			       "-c",
			       "fsync=off",
			       "-c",
			       "shared_buffers=16MB",
			       "-c",
			       "max_connections=40",
			       "-c",
			       "deadlock_timeout=50ms",
			       NULL };

	snprintf(data, sizeof(data), "%s/data", dir);
	postmaster = spawn("postgres", argv);
	cluster_url(url, "postgres");
	for (int i = 0; PQping(url) != PQPING_OK; i++) {
		if (i == 2000 || waitpid(postmaster, NULL, WNOHANG) > 0)
			die("postgres does not start");
		nanosleep(&nap, NULL);
	}
}

void cluster_stop(void)
{
	if (postmaster <= 0)
		return;
	kill(postmaster, SIGINT);
	waitpid(postmaster, NULL, 0);
	postmaster = 0;
}

static bool postgres_start(void)
{
	char data[100];
	const char *argv[] = { "initdb", "-D",         data,        "-A",
			       "trust",  "-U",         "ownline",   "-E",
			       "UTF8",   "--locale=C", "--no-sync", "--no-instructions",
			       NULL };
	int status;

	if (!find_binaries()) {
		fprintf(stderr, "skipped: PostgreSQL is not installed (postgresql-15)\n");
		return false;
	}
	give_away(backend_dir());
	snprintf(data, sizeof(data), "%s/data", dir);
	if (waitpid(spawn("initdb", argv), &status, 0) < 0 || status)
		die("initdb");
	cluster_start();
	return true;
}

static void postgres_fresh(char url[BACKEND_URL_SIZE])
{
	char admin[BACKEND_URL_SIZE], name[32], sql[100];
	PGconn *pg;
	PGresult *result;

	cluster_url(admin, "postgres");
	snprintf(name, sizeof(name), "case_%u", ++serial);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
	pg = PQconnectdb(admin);
	result = PQexec(pg, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s", PQerrorMessage(pg));
		exit(1);
	}
	PQclear(result);
	PQfinish(pg);
	cluster_url(url, name);
}

const struct backend backend_postgres = { "postgresql", postgres_start, cluster_stop,
					  postgres_fresh };
