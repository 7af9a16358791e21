/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/rig.h - A desk on a store in memory and virtual time, with two customers:
 *   C-1 (RES), login anna, +41441234567 on inOne home, +41441234568 on Old Line (never)
 *   C-2 (SME), login beat, +41441230000 on inOne home
 * Messages go to a console that can be read. */
#ifndef UNIT_OPS_RIG_H
#define UNIT_OPS_RIG_H

#include "fake/loop.h"
#include "fake/random.h"
#include "ops/consent.h"
#include "ops/ops.h"
#include "unit.h"

#define ANNA_LINE   "+41441234567"
#define ANNA_OLD    "+41441234568"
#define BEAT_LINE   "+41441230000"
#define ANNA_MOBILE "+41791110001"
#define PASSWORD    "correct horse battery"

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct id_maker *ids;
	struct store *store;
	struct vault *vault;
	struct account_book *book;
	struct event_log *events;
	struct account_desk *desk;
	struct pool *pool;
	struct sms *sms;
	int console;
	struct consent_texts consent;
	struct ops *ops;
	bool real_time; /* a loop with descriptors */
	/* The browser that asks: */
	const char *source;
	char token[80];
	char csrf[40];
	unsigned asked;
};

int rig_setup(void **state);
int rig_setup_real(void **state); /* on a real loop and clock */
int rig_teardown(void **state);

void rig_pass(struct rig *r, int64_t seconds);
/* Asks as the browser (with token and csrf), with input by json_pack; takes token and
 * csrf over from the answer. Returns the frame; the rig frees it with the next. */
const json_t *rig_ask(struct rig *r, const char *op, const char *fmt, ...);
/* The same, as the operator. */
const json_t *rig_operate(struct rig *r, const char *op, const char *fmt, ...);
/* The answer's parts: the error's code ("" for success), a member of out. */
const char *rig_error(const json_t *answer);
const char *rig_text(const json_t *answer, const char *name);
json_int_t rig_number(const json_t *answer, const char *name);
/* How many messages went out; the last one's text, and its code. */
unsigned rig_messages(struct rig *r);
const char *rig_message(struct rig *r);
const char *rig_code(struct rig *r);
const char *rig_wrong_code(struct rig *r);

/* Signs in as anna or beat with both factors. */
void rig_sign_in(struct rig *r, const char *login);
void rig_consent(struct rig *r, const char *number);
/* Both steps; the id in dst. */
void rig_create(struct rig *r, const char *number, const char *label,
		char dst[ID_TEXT_SIZE]);
/* An event of that kind is in the security log (of anybody). */
bool rig_event(struct rig *r, const char *kind);
/* Runs fn in a write job. */
void rig_write(struct rig *r, int (*fn)(struct store_db *, void *), void *arg);

#endif
