/* SPDX-License-Identifier: Apache-2.0 */
/* cli/init.c - The first day: directory, database, key, certificate. */

#include "cli/init.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cert.h"
#include "cli/house.h"
#include "cli/say.h"
#include "cli/user.h"

/* mkdir -p; what is made is 0700. */
static int make_dirs(const char *path)
{
	char part[CONFIG_PATH_SIZE];

	for (const char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return -errno;
	}
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* What root has made shall belong to the core's user. */
static void give_away(const struct config *c, const char *file)
{
	struct user u = user_find(c->user);
	char path[2 * CONFIG_PATH_SIZE];

	if (geteuid() == 0 && u.known &&
	    chown(config_in_state(c, file, path), u.uid, u.gid))
		say("%s: %s", path, strerror(errno));
}

static int make_store(const struct config *c)
{
	struct store_config cfg = { .url = c->store,
				    .state_dir = c->state_dir,
				    .clock = clock_real() };
	char reason[200];
	struct store *store;

	if (store_open(&cfg, true, &store, reason))
		return say("%s", reason);
	store_close(store);
	if (text_starts(text_of(c->store), TEXT("sqlite:")))
		give_away(c, c->store + strlen("sqlite:"));
	return 0;
}

static int make_cert(const struct config *c)
{
	char cert[2 * CONFIG_PATH_SIZE], key[2 * CONFIG_PATH_SIZE];
	int error;

	config_in_state(c, c->tls_cert, cert);
	config_in_state(c, c->tls_key, key);
	if (access(cert, F_OK) == 0 && access(key, F_OK) == 0)
		return 0; /* the operator's own */
	error = cert_create(cert, key, c->domain);
	if (error)
		return say("%s, %s: %s", cert, key, strerror(-error));
	give_away(c, c->tls_cert);
	give_away(c, c->tls_key);
	return 0;
}

static int make_key(const struct config *c)
{
	char key[2 * CONFIG_PATH_SIZE];
	int error =
		vault_key_create(config_in_state(c, c->vault_key, key), random_real());

	if (error == -EEXIST)
		return say("%s is there already; nothing was changed", key);
	if (error)
		return say("%s: %s", key, strerror(-error));
	give_away(c, c->vault_key);
	return 0;
}

int init_run(const struct config *c)
{
	char reason[HOUSE_REASON_SIZE];
	int error = make_dirs(c->state_dir), lock, status;

	if (error)
		return say("%s: %s", c->state_dir, strerror(-error));
	if (house_lock(c, &lock, reason))
		return say("%s", reason);
	status = make_key(c);
	if (!status)
		status = make_store(c);
	if (!status)
		status = make_cert(c);
	give_away(c, "");
	give_away(c, "lock");
	close(lock);
	if (!status)
		printf("%s is ready: database, vault key, certificate.\n", c->state_dir);
	return status;
}
