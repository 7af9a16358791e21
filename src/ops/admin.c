/* SPDX-License-Identifier: Apache-2.0 */
/* ops/admin.c - admin.sock: where the operator's CLI asks the running server. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "ops/link.h"

enum { ADMIN_LINKS_MAX = 16 };

struct admin_slot {
	struct link *link;
};

struct admin {
	struct ops *ops;
	struct loop *loop;
	struct watch watch;
	struct sockaddr_un addr;
	struct admin_slot slots[ADMIN_LINKS_MAX];
};

static void slot_closed(void *arg)
{
	((struct admin_slot *)arg)->link = NULL;
}

static bool may_enter(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return false;
	if (peer.uid == 0 || peer.uid == geteuid())
		return true;
	log_warn("admin result=refused reason=foreign_user uid=%u", (unsigned)peer.uid);
	return false;
}

static struct admin_slot *free_slot(struct admin *a)
{
	for (size_t i = 0; i < ADMIN_LINKS_MAX; i++) {
		if (!a->slots[i].link)
			return &a->slots[i];
	}
	return NULL;
}

static void incoming(struct watch *w, unsigned events)
{
	struct admin *a = container_of(w, struct admin, watch);
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct admin_slot *slot = free_slot(a);

	if (fd < 0)
		return;
	if (!slot || !may_enter(fd)) {
		close(fd);
		return;
	}
	slot->link = link_new(a->ops, a->loop, fd, OPS_ADMIN, slot_closed, slot);
}

static int bind_at(struct admin *a, const char *path)
{
	mode_t mask;
	int error;

	a->addr.sun_family = AF_UNIX;
	if (text_copy(a->addr.sun_path, sizeof(a->addr.sun_path), text_of(path)))
		return -ENAMETOOLONG;
	a->watch.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (a->watch.fd < 0)
		return -errno;
	unlink(path);
	mask = umask(0177);
	error = bind(a->watch.fd, (struct sockaddr *)&a->addr, sizeof(a->addr)) ? -errno
										: 0;
	umask(mask);
	if (!error && listen(a->watch.fd, ADMIN_LINKS_MAX))
		error = -errno;
	return error;
}

int admin_new(struct ops *o, struct loop *l, const char *path, struct admin **ret)
{
	struct admin *a = calloc(1, sizeof(*a));
	int error;

	if (!a)
		return -ENOMEM;
	a->ops = o;
	a->loop = l;
	a->watch.fn = incoming;
	a->watch.fd = -1;
	error = bind_at(a, path);
	if (!error)
		error = watch_start(l, &a->watch, LOOP_READ);
	if (error) {
		if (a->watch.fd >= 0)
			close(a->watch.fd);
		free(a);
		return error;
	}
	*ret = a;
	return 0;
}

void admin_free(struct admin *a)
{
	if (!a)
		return;
	watch_stop(&a->watch);
	close(a->watch.fd);
	unlink(a->addr.sun_path);
	for (size_t i = 0; i < ADMIN_LINKS_MAX; i++)
		link_free(a->slots[i].link);
	free(a);
}
