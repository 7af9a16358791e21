/* SPDX-License-Identifier: Apache-2.0 */
/* bench/device.h - The devices that the generator plays: one to each user, always on the same
 * end of the wire. A REGISTER is a copy of one text with its changing fields put in. */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEVICE_NONE = -1 };

struct device {
	char number[12], auth_name[12];
	uint8_t nonce_len; /* 0: it has none */
	bool under_way;
	uint8_t sends;     /* of the request that is under way */
	uint32_t begun[4]; /* MD5 of HA1 and the nonce's beginning */
	uint32_t cseq, nc;
	int64_t begun_ns; /* for the latency */
	int64_t sent_ns, nonce_ns;
	int32_t before, after; /* among those under way, the oldest first */
	char ha1[32], nonce[80];
};

struct devices {
	struct device *all;
	int32_t count;
	int32_t oldest, newest; /* under way */
	unsigned under_way;
	struct shape *bare, *answering; /* without and with a digest */
	char ha2[32];
};

struct devices_config {
	const char *domain, *transport, *users_path, *expires;
	int32_t ends; /* count is a multiple of it */
	bool push;    /* contacts with push parameters (RFC 8599) */
};

/* Exits with a reason if it cannot. */
void devices_open(struct devices *d, const struct devices_config *cfg);

/* Writes its next REGISTER, to dst of WIRE_MESSAGE_MAX bytes: how long it is. */
size_t device_register(struct devices *d, int32_t at, uint16_t port, char *dst);
void device_sent(struct devices *d, int32_t at, int64_t now_ns);
void device_answered(struct devices *d, int32_t at);

/* Who is answered, or DEVICE_NONE when that is not the last that it sent. */
int32_t device_of_response(const struct devices *d, const char *text, size_t len);
/* Takes the nonce of a 401; false when it has none. */
bool device_challenged(struct devices *d, int32_t at, const char *text, int64_t now_ns);

#endif
