/* SPDX-License-Identifier: Apache-2.0 */
/* net/udp.c - Datagrams in batches: what one turn of the loop sends leaves together. */

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/worker.h"

enum {
	UDP_RECEIVE = 32, /* datagrams in one system call */
	UDP_ROUNDS = 8,   /* such calls in one turn */
	UDP_SEND = 64,
	UDP_DATAGRAM = 65536,
	/* Buffers a power of two apart would all want the same few lines of the cache. */
	UDP_STAGGER = 17 * 64,
	UDP_KEEP = 256 << 10, /* a queue that grew beyond gives its memory back */
};

/* Which of our addresses a datagram was sent to, or leaves from. */
union local_info {
	struct cmsghdr align;
	char v4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char v6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct udp_batch {
	struct mmsghdr headers[UDP_RECEIVE];
	struct iovec pieces[UDP_RECEIVE];
	struct sockaddr_storage from[UDP_RECEIVE];
	union local_info info[UDP_RECEIVE];
	char bytes[UDP_RECEIVE][UDP_DATAGRAM + UDP_STAGGER];
};

struct datagram {
	struct addr local;
	struct addr remote;
	size_t at; /* in the queue's bytes */
	size_t len;
};

struct udp_socket {
	struct net_worker *worker;
	uint16_t index;
	bool any; /* bound to the wildcard address */
	struct addr addr;
	struct watch watch;
	struct task flush;
	bool flush_deferred;
	struct buf bytes;
	struct datagram *queue;
	size_t count;
	size_t cap;
};

void udp_batch_free(struct udp_batch *b)
{
	free(b);
}

static void batch_prepare(struct udp_batch *b)
{
	for (int i = 0; i < UDP_RECEIVE; i++) {
		b->pieces[i] = (struct iovec){ b->bytes[i], UDP_DATAGRAM };
		b->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &b->from[i],
			.msg_namelen = sizeof(b->from[i]),
			.msg_iov = &b->pieces[i],
			.msg_iovlen = 1,
			.msg_control = &b->info[i],
			.msg_controllen = sizeof(b->info[i]),
		};
	}
}

static void local_of(struct msghdr *h, struct addr *local)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);

	if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		const struct in_pktinfo *info = (const void *)CMSG_DATA(c);

		memcpy(local->ip, &info->ipi_spec_dst, 4);
	} else if (c && c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		const struct in6_pktinfo *info = (const void *)CMSG_DATA(c);

		memcpy(local->ip, &info->ipi6_addr, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
			local->scope = info->ipi6_ifindex;
	}
}

static void deliver(struct udp_socket *u, struct udp_batch *b, int i)
{
	struct net *n = &u->worker->net;
	struct flow from = { .transport = TRANSPORT_UDP,
			     .worker = (uint8_t)u->worker->index,
			     .listener = u->index,
			     .local = u->addr };

	addr_from_sockaddr(&from.remote, &b->from[i]);
	if (u->any)
		local_of(&b->headers[i].msg_hdr, &from.local);
	n->events.data(n->arg, &from, b->bytes[i], b->headers[i].msg_len);
}

static void look_ahead(struct udp_socket *u, const struct udp_batch *b, int count)
{
	struct net *n = &u->worker->net;
	struct text datagrams[UDP_RECEIVE];

	if (!n->events.ahead)
		return;
	for (int i = 0; i < count; i++)
		datagrams[i] = (struct text){ b->bytes[i], b->headers[i].msg_len };
	n->events.ahead(n->arg, datagrams, (unsigned)count);
}

static void udp_readable(struct udp_socket *u)
{
	struct udp_batch *b = u->worker->batch;
	int count = UDP_RECEIVE;

	for (int round = 0; round < UDP_ROUNDS && count == UDP_RECEIVE; round++) {
		batch_prepare(b);
		count = recvmmsg(u->watch.fd, b->headers, UDP_RECEIVE, 0, NULL);
		if (count > 0)
			look_ahead(u, b, count);
		for (int i = 0; i < count; i++)
			deliver(u, b, i);
		if (count > 0)
			u->worker->counters.udp_received += (uint64_t)count;
	}
}

static void set_local(struct msghdr *h, union local_info *info, const struct addr *local)
{
	bool v6 = local->family == AF_INET6;
	struct in_pktinfo v4_info = { 0 };
	struct in6_pktinfo v6_info = { .ipi6_ifindex = local->scope };
	struct cmsghdr *c;

	memset(info, 0, sizeof(*info));
	h->msg_control = info;
	h->msg_controllen = v6 ? sizeof(info->v6) : sizeof(info->v4);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	c->cmsg_type = v6 ? IPV6_PKTINFO : IP_PKTINFO;
	c->cmsg_len = v6 ? CMSG_LEN(sizeof(v6_info)) : CMSG_LEN(sizeof(v4_info));
	memcpy(&v4_info.ipi_spec_dst, local->ip, 4);
	memcpy(&v6_info.ipi6_addr, local->ip, 16);
	if (v6)
		memcpy(CMSG_DATA(c), &v6_info, sizeof(v6_info));
	else
		memcpy(CMSG_DATA(c), &v4_info, sizeof(v4_info));
}

/* Hands up to UDP_SEND datagrams to the kernel: how many it took, or negative errno. */
static int send_batch(struct udp_socket *u, const struct datagram *first, size_t count)
{
	struct mmsghdr headers[UDP_SEND];
	struct iovec pieces[UDP_SEND];
	struct sockaddr_storage to[UDP_SEND];
	union local_info info[UDP_SEND];
	int r;

	count = count < UDP_SEND ? count : UDP_SEND;
	for (size_t i = 0; i < count; i++) {
		const struct datagram *d = &first[i];

		pieces[i] = (struct iovec){ u->bytes.p + d->at, d->len };
		headers[i].msg_hdr = (struct msghdr){
			.msg_name = &to[i],
			.msg_namelen = addr_to_sockaddr(&d->remote, &to[i]),
			.msg_iov = &pieces[i],
			.msg_iovlen = 1,
		};
		if (u->any && !addr_is_any(&d->local))
			set_local(&headers[i].msg_hdr, &info[i], &d->local);
	}
	do {
		r = sendmmsg(u->watch.fd, headers, (unsigned)count, MSG_NOSIGNAL);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

static void queue_drop(struct udp_socket *u, size_t done)
{
	size_t bytes = done < u->count ? u->queue[done].at : u->bytes.len;

	buf_consume(&u->bytes, bytes);
	u->count -= done;
	memmove(u->queue, u->queue + done, u->count * sizeof(*u->queue));
	for (size_t i = 0; i < u->count; i++)
		u->queue[i].at -= bytes;
	if (u->count == 0 && u->bytes.cap > UDP_KEEP)
		buf_free(&u->bytes);
}

/* A datagram that the kernel refuses is passed over; its transaction sends again or
 * times out. */
static void udp_flush(struct udp_socket *u)
{
	size_t done = 0;
	int r = 0;

	while (done < u->count) {
		r = send_batch(u, u->queue + done, u->count - done);
		if (r == -EAGAIN)
			break;
		if (r < 0)
			u->worker->counters.udp_failed++;
		else
			u->worker->counters.udp_sent += (uint64_t)r;
		done += r < 0 ? 1 : (size_t)r;
	}
	queue_drop(u, done);
	watch_change(&u->watch, LOOP_READ | (u->count ? LOOP_WRITE : 0));
}

static void flush_task(struct task *t)
{
	struct udp_socket *u = container_of(t, struct udp_socket, flush);

	u->flush_deferred = false;
	udp_flush(u);
}

static int queue_put(struct udp_socket *u, const struct flow *to, struct text bytes)
{
	struct datagram d = { to->local, to->remote, u->bytes.len, bytes.len };

	if (u->count == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : UDP_SEND;
		struct datagram *grown = realloc(u->queue, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		u->queue = grown;
		u->cap = cap;
	}
	buf_put(&u->bytes, bytes);
	if (u->bytes.error) {
		u->bytes.error = 0; /* what lies in it is whole */
		return -ENOMEM;
	}
	u->queue[u->count++] = d;
	return 0;
}

int udp_send(struct udp_socket *u, const struct flow *to, struct text bytes)
{
	int r;

	if (bytes.len > NET_UDP_PAYLOAD_MAX)
		return -EMSGSIZE;
	if (to->remote.family != u->addr.family)
		return -EAFNOSUPPORT;
	if (u->bytes.len + bytes.len > NET_UDP_QUEUE_MAX ||
	    u->count >= NET_UDP_QUEUE_MAX / 64)
		return -EAGAIN;
	r = queue_put(u, to, bytes);
	if (r < 0)
		return r;
	if (u->watch.events & LOOP_WRITE)
		return 0; /* the kernel's buffer is full; it will say when not */
	if (u->count >= UDP_SEND) {
		udp_flush(u);
	} else if (!u->flush_deferred) {
		u->flush_deferred = true;
		loop_defer(u->worker->loop, &u->flush);
	}
	return 0;
}

static void udp_ready(struct watch *watch, unsigned ready)
{
	struct udp_socket *u = container_of(watch, struct udp_socket, watch);

	if (ready & LOOP_WRITE)
		udp_flush(u);
	if (ready & LOOP_READ)
		udp_readable(u);
}

int udp_open(struct net_worker *w, const struct net_listener *l, uint16_t index)
{
	struct udp_socket *u = calloc(1, sizeof(*u));
	int r;

	if (!w->batch)
		w->batch = malloc(sizeof(*w->batch));
	if (!u || !w->batch) {
		free(u);
		return -ENOMEM;
	}
	u->worker = w;
	u->index = index;
	u->addr = l->addr;
	u->any = addr_is_any(&l->addr);
	u->flush.fn = flush_task;
	u->watch.fd = l->fd;
	u->watch.fn = udp_ready;
	r = watch_start(w->loop, &u->watch, LOOP_READ);
	if (r < 0)
		free(u);
	else
		w->udps[index] = u;
	return r;
}

void udp_close(struct udp_socket *u)
{
	if (!u)
		return;
	if (u->flush_deferred)
		loop_cancel(u->worker->loop, &u->flush);
	watch_stop(&u->watch);
	buf_free(&u->bytes);
	free(u->queue);
	free(u);
}
