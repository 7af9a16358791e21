/* SPDX-License-Identifier: Apache-2.0 */
/* notify/cap.h - How many messages may go to one number (or for one login) within a
 * while. A sliding window per key in bounded memory; one thread. */
#ifndef NOTIFY_CAP_H
#define NOTIFY_CAP_H

#include "base/list.h"
#include "base/random.h"
#include "base/table.h"

enum { CAP_MESSAGES = 5, CAP_WINDOW_S = 600, CAP_KEYS_MAX = 50000 };

struct cap {
	struct table keys;
	struct list oldest; /* by last use, the oldest first */
};

int cap_init(struct cap *c, struct random *random);
void cap_fini(struct cap *c);
/* Takes one of the key's messages. 0, or how many seconds to wait (nothing taken). */
unsigned cap_take(struct cap *c, struct text key, int64_t now_us);
/* Gives the last one taken back. */
void cap_return(struct cap *c, struct text key);

#endif
