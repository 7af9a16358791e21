/* SPDX-License-Identifier: Apache-2.0 */
/* cli/serve_hello.c - What the parent tells the web process: where its files are, whom to
 * trust, what it must not be able to open, whom to become. No secret is in it. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/serve.h"
#include "ops/frame.h"

static json_t *proxies_json(const struct config *c)
{
	json_t *list = json_array();
	char host[ADDR_TEXT_SIZE];

	for (unsigned i = 0; i < c->portal.proxy_count; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:i}", "addr",
					addr_encode_host(host, &c->portal.proxies[i].addr,
							 false),
					"bits", (int)c->portal.proxies[i].bits));
	return list;
}

static json_t *file_json(const struct config *c, const char *file)
{
	char path[2 * CONFIG_PATH_SIZE];

	return json_string(config_in_state(c, file, path));
}

/* What the web process must not be able to open. */
static json_t *closed_json(const struct config *c)
{
	json_t *list = json_array();

	json_array_append_new(list, file_json(c, c->vault_key));
	if (text_starts(text_of(c->store), TEXT("sqlite:")))
		json_array_append_new(list, file_json(c, c->store + strlen("sqlite:")));
	json_array_append_new(list, json_string(c->path));
	return list;
}

static int send_all(int control, struct text rest)
{
	while (rest.len > 0) {
		ssize_t n = send(control, rest.p, rest.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		rest = text_from(rest, (size_t)n);
	}
	return 0;
}

/* Where the pages are: the configured folder; where that is the default and is not there, the
 * one beside the folder that this program was built in. NULL: nowhere, so the portal has its
 * API only. */
static const char *find_pages(const struct config *c, char built[PATH_MAX])
{
	char self[PATH_MAX - 32];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (strcmp(c->portal.pages, OWNLINE_PAGES) != 0 ||
	    access(c->portal.pages, R_OK) == 0)
		return c->portal.pages;
	for (int up = 0; up < 3 && n > 0; up++) {
		self[n] = '\0';
		n = (char *)memrchr(self, '/', (size_t)n) - self;
	}
	if (n > 0) {
		snprintf(built, PATH_MAX, "%.*s/web/dist", (int)n, self);
		if (access(built, R_OK) == 0)
			return built;
	}
	say("WARNING: there are no pages in %s: the portal has its API only",
	    c->portal.pages);
	return NULL;
}

int serve_web_hello(int control, const struct config *c, const struct user *user)
{
	bool tls = c->portal.listen.tls;
	bool secure = tls || text_starts(text_of(c->portal.origin), TEXT("https://"));
	char built[PATH_MAX];
	struct buf b = BUF_GROWING;
	json_t *hello;
	int error;

	hello = json_pack("{s:o*, s:o*, s:s*, s:b, s:o, s:o, s:b, s:i, s:i, s:i}", "cert",
			  tls ? file_json(c, c->tls_cert) : NULL, "key",
			  tls ? file_json(c, c->tls_key) : NULL, "pages",
			  find_pages(c, built), "secure", secure, "proxies",
			  proxies_json(c), "closed", closed_json(c), "drop", user->known,
			  "uid", (int)user->uid, "gid", (int)user->gid, "log",
			  (int)c->log);
	error = hello ? frame_put(&b, hello, SERVE_HELLO_MAX) : -ENOMEM;
	if (!error)
		error = send_all(control, buf_text(&b));
	json_decref(hello);
	buf_free(&b);
	return error;
}
