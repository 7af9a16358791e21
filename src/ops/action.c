/* SPDX-License-Identifier: Apache-2.0 */
/* ops/action.c - Step-up actions of a session. */

#include "ops/action.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "ops/op.h"

int action_bind(const struct op *op, const json_t *in, uint8_t ret[ACTION_BOUND_SIZE])
{
	crypto_generichash_state st;
	json_t *rest = json_copy((json_t *)in);
	char *text = NULL;

	if (rest) {
		json_object_del(rest, "action");
		json_object_del(rest, "code");
		text = json_dumps(rest, JSON_COMPACT | JSON_SORT_KEYS);
	}
	json_decref(rest);
	if (!text)
		return -ENOMEM;
	crypto_generichash_init(&st, NULL, 0, ACTION_BOUND_SIZE);
	crypto_generichash_update(&st, (const uint8_t *)op->name, strlen(op->name) + 1);
	crypto_generichash_update(&st, (const uint8_t *)text, strlen(text));
	crypto_generichash_final(&st, ret, ACTION_BOUND_SIZE);
	free(text);
	return 0;
}

static void make_room(struct session *s)
{
	unsigned count = 0;

	LIST_EACH (it, &s->actions)
		count++;
	if (count >= SESSION_ACTIONS_MAX)
		action_forget(container_of(list_first(&s->actions), struct action, node));
}

struct action *action_new(struct session *s, const uint8_t bound[ACTION_BOUND_SIZE],
			  const uint8_t key[CODE_KEY_SIZE], struct random *random,
			  unsigned life_s, int64_t now_us, char digits[CODE_DIGITS + 1])
{
	struct action *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	make_room(s);
	list_init(&a->node);
	random_text(random, a->id, ACTION_ID_SIZE - 1, RANDOM_TOKEN);
	memcpy(a->bound, bound, ACTION_BOUND_SIZE);
	code_make(&a->code, key, random, text_of(a->id), life_s, now_us, digits);
	list_append(&s->actions, &a->node);
	return a;
}

struct action *action_find(struct session *s, struct text id)
{
	LIST_EACH (it, &s->actions) {
		struct action *a = container_of(it, struct action, node);

		if (text_eq_secret(text_of(a->id), id))
			return a;
	}
	return NULL;
}

void action_forget(struct action *a)
{
	list_remove(&a->node);
	sodium_memzero(a, sizeof(*a));
	free(a);
}

void actions_forget(struct session *s)
{
	LIST_EACH_SAFE (it, &s->actions)
		action_forget(container_of(it, struct action, node));
}
