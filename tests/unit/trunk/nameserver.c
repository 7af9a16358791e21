/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/nameserver.c - A name server on loopback (RFC 1035 4.1, RFC 2782). */

#include "nameserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum {
	TYPE_A = 1,
	TYPE_SOA = 6,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_NAPTR = 35,
	HEADER = 12,
	SERVFAIL = 2,
	NXDOMAIN = 3,
};

struct answer {
	unsigned char bytes[1024];
	size_t len, question_len;
};

static void put16(struct answer *a, unsigned n)
{
	a->bytes[a->len++] = (unsigned char)(n >> 8);
	a->bytes[a->len++] = (unsigned char)n;
}

static void put_name(struct answer *a, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		a->bytes[a->len++] = (unsigned char)len;
		memcpy(a->bytes + a->len, name, len);
		a->len += len;
		name += len + (name[len] == '.');
	}
	a->bytes[a->len++] = 0;
}

/* "a.b" out of the question; returns where the name ends. */
static size_t question_name(const unsigned char *q, char *name)
{
	size_t at = HEADER;

	*name = '\0';
	while (q[at]) {
		snprintf(name + strlen(name), 256 - strlen(name), "%s%.*s",
			 *name ? "." : "", q[at], (const char *)q + at + 1);
		at += q[at] + 1u;
	}
	return at + 1;
}

static void put_string(struct answer *a, const char *text)
{
	a->bytes[a->len++] = (unsigned char)strlen(text);
	memcpy(a->bytes + a->len, text, strlen(text));
	a->len += strlen(text);
}

static void put_naptr(struct answer *a, const char *data)
{
	char flags[8], service[32], target[128];
	unsigned order, preference;

	assert_int_equal(sscanf(data, "%u %u %7s %31s %127s", &order, &preference, flags,
				service, target),
			 5);
	put16(a, order);
	put16(a, preference);
	put_string(a, flags);
	put_string(a, service);
	put_string(a, "");
	put_name(a, target);
}

static void put_data(struct answer *a, const struct record_row *row)
{
	unsigned priority, weight, port;
	size_t length_at = a->len;
	char target[128];

	a->len += 2;
	if (row->type == TYPE_SRV) {
		assert_int_equal(sscanf(row->data, "%u %u %u %127s", &priority, &weight,
					&port, target),
				 4);
		put16(a, priority);
		put16(a, weight);
		put16(a, port);
		put_name(a, strcmp(target, ".") ? target : "");
	} else if (row->type == TYPE_NAPTR) {
		put_naptr(a, row->data);
	} else {
		inet_pton(row->type == TYPE_A ? AF_INET : AF_INET6, row->data,
			  a->bytes + a->len);
		a->len += row->type == TYPE_A ? 4 : 16;
	}
	a->bytes[length_at] = 0;
	a->bytes[length_at + 1] = (unsigned char)(a->len - length_at - 2);
}

static void put_row(struct answer *a, const struct record_row *row)
{
	put16(a, 0xc000 | HEADER); /* the question's name */
	put16(a, (unsigned)row->type);
	put16(a, 1);
	put16(a, row->ttl >> 16);
	put16(a, row->ttl & 0xffff);
	put_data(a, row);
}

/* RFC 2308 2.1, 2.2: the zone says how long it may be believed. */
static void put_soa(struct answer *a, unsigned ttl)
{
	put16(a, 0xc000 | HEADER);
	put16(a, TYPE_SOA);
	put16(a, 1);
	put16(a, 1); /* of the SOA itself: long */
	put16(a, 0);
	put16(a, 2 + 20);
	put_name(a, "");
	put_name(a, "");
	for (unsigned i = 0; i < 4; i++) {
		put16(a, 0);
		put16(a, 7);
	}
	put16(a, ttl >> 16);
	put16(a, ttl & 0xffff);
	a->bytes[9] = 1;
}

/* False: no answer at all. */
static bool go_wrong(int how, int type, struct answer *a)
{
	switch (how) {
	case NAMESERVER_MUTE:
		return false;
	case NAMESERVER_NO_SRV:
		if (type != TYPE_SRV && type != TYPE_NAPTR)
			return true;
		a->len = a->question_len;
		a->bytes[3] = SERVFAIL;
		memset(a->bytes + 6, 0, 6);
		return true;
	case NAMESERVER_FAILS:
		a->bytes[3] = SERVFAIL;
		return true;
	case NAMESERVER_GARBAGE:
		a->bytes[3] = 0;
		a->bytes[7] = 1;
		put16(a, 0xc000 | HEADER);
		put16(a, (unsigned)type);
		put16(a, 1);
		return true;
	case NAMESERVER_MANY:
		a->bytes[3] = 0;
		a->bytes[6] = a->bytes[7] = 0xff;
		return true;
	}
	return true;
}

static bool answer(const struct nameserver *n, const unsigned char *q, struct answer *a)
{
	int wrong = 0;
	char name[256];
	size_t end = question_name(q, name);
	int type = q[end] << 8 | q[end + 1];
	unsigned found = 0, known = 0;

	memcpy(a->bytes, q, end + 4);
	a->len = a->question_len = end + 4;
	for (size_t i = 0; i < n->count; i++) {
		if (strcasecmp(n->rows[i].name, name) != 0)
			continue;
		known++;
		if (n->rows[i].type < 0)
			wrong = n->rows[i].type;
		if (n->rows[i].type == type && ++found)
			put_row(a, &n->rows[i]);
	}
	a->bytes[2] = 0x84;
	a->bytes[3] = known ? 0 : NXDOMAIN;
	memset(a->bytes + 6, 0, 6);
	a->bytes[7] = (unsigned char)found;
	if (!found && n->absent_ttl)
		put_soa(a, n->absent_ttl);
	return go_wrong(wrong, type, a);
}

static void on_query(struct watch *w, unsigned ready)
{
	struct nameserver *n = container_of(w, struct nameserver, watch);
	unsigned char q[1024];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	struct answer a;

	if (recvfrom(w->fd, q, sizeof(q), 0, (struct sockaddr *)&from, &len) <= HEADER)
		return;
	n->asked++;
	if (answer(n, q, &a))
		sendto(w->fd, a.bytes, a.len, 0, (struct sockaddr *)&from, len);
}

void nameserver_start(struct nameserver *n, struct loop *l, const struct record_row *rows,
		      size_t count)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(here);

	*n = (struct nameserver){ .rows = rows, .count = count };
	n->watch.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	n->watch.fn = on_query;
	assert_int_equal(bind(n->watch.fd, (struct sockaddr *)&here, len), 0);
	assert_int_equal(getsockname(n->watch.fd, (struct sockaddr *)&here, &len), 0);
	snprintf(n->address, sizeof(n->address), "127.0.0.1:%u", ntohs(here.sin_port));
	assert_int_equal(watch_start(l, &n->watch, LOOP_READ), 0);
}

void nameserver_stop(struct nameserver *n)
{
	watch_stop(&n->watch);
	close(n->watch.fd);
}
