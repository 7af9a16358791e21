/* SPDX-License-Identifier: Apache-2.0 */
/* bench/wire.h - The generator's sockets or connections to one server: what is put goes out
 * in batches, what comes is cut into messages. */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum { WIRE_MESSAGE_MAX = 1500, WIRE_ENDS_MAX = 16 };

struct wire;

/* transport: udp, tcp or tls; target: 127.0.0.1:PORT. Exits with a reason if it cannot. */
struct wire *wire_open(const char *transport, const char *target, unsigned ends);
uint16_t wire_port(const struct wire *w, unsigned end);

/* Room for one message of that end, and how much of it was filled. */
char *wire_room(struct wire *w, unsigned end);
void wire_put(struct wire *w, unsigned end, size_t len);
void wire_flush(struct wire *w, unsigned end);

/* Waits so long for something to come (0: not at all), has each message taken, and sends what
 * was put meanwhile. The byte behind text + len is NUL. */
typedef void wire_take(void *arg, unsigned end, const char *text, size_t len);
void wire_turn(struct wire *w, int timeout_ms, wire_take *take, void *arg);

/* Datagrams that came but did not fit into our queues. */
uint64_t wire_drops(const struct wire *w);

#endif
