/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/rig.h - A registrar on virtual time, the credential "k7m2x9qd" of
 * +41441234567, and REGISTERs for it. */
#ifndef UNIT_REGISTRAR_RIG_H
#define UNIT_REGISTRAR_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake/clock.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "registrar/registrar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NUMBER       "sip:+41441234567@voip.example.ch"

enum { LINE = 7, CUSTOMER = 3, CREDENTIAL = 11 };

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct store *store; /* NULL: memory only */
	struct id_maker *ids;
	struct event_log *events;
	struct event_watch watch;
	struct registrar *registrar;
	struct account_credential credential;
	unsigned told;              /* "bindings" of the line */
	char answer[8192];          /* the last one, with a NUL */
	struct registrar_said said; /* of the last one */
};

void rig_open(struct rig *r, bool with_store);
void rig_close(struct rig *r);
/* Another registrar on the same store: a restart. */
void rig_restart(struct rig *r);
void rig_run(struct rig *r, int64_t s); /* lets seconds pass */

/* A flow from "192.0.2.9:5060" by UDP; with conn, by TCP. */
struct flow rig_flow(const char *remote, uint64_t conn);

struct rig_register {
	const char *to;      /* NULL: NUMBER */
	const char *call_id; /* NULL: "c1" */
	unsigned cseq;
	const char *headers; /* with CRLFs */
	struct flow from;    /* family 0: 192.0.2.9:5060 by UDP */
};
/* Returns the status, 0 when there was no memory to write it; the answer is in r->answer. */
unsigned rig_send(struct rig *r, const struct rig_register *reg);
/* A REGISTER with these headers, the next CSeq. */
unsigned rig_contact(struct rig *r, unsigned cseq, const char *headers);
size_t rig_bindings(struct rig *r);
bool rig_answer_has(const struct rig *r, const char *text);

int register_group(void);
int lives_group(void);
int keep_group(void);
int callback_group(void);
int flows_group(void);
int keepalive_group(void);
int path_group(void);
int gruu_group(void);

#endif
