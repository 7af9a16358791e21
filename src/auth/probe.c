/* SPDX-License-Identifier: Apache-2.0 */
/* auth/probe.c - Who is asked for SHA-256. */

#include "auth/probe.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

/* Agents that were seen to answer a challenge with SHA-256 right behind the one with MD5, from
 * that version on. Linphone knows SHA-256, but not so: at the second challenge in a row it
 * says that the password is wrong, of a registration and of each call (5.1, docs/interop.md). */
static const struct {
	struct text prefix;
	uint32_t major, minor;
} agents[] = {
	{ TEXT_INIT("PJSUA v"), 2, 10 },
	{ TEXT_INIT("PJSUA/v"), 2, 10 },
	{ TEXT_INIT("Asterisk PBX "), 22, 2 },
};

enum watch_state { WATCH_NONE, WATCH_SEEN, WATCH_ASKED, WATCH_REFUSED };

struct watch_slot {
	int64_t credential_id;
	uint64_t agent;
	uint32_t seen_s;
	uint32_t until_s;
	enum watch_state state;
};

struct probe {
	pthread_mutex_t lock;
	uint8_t key[crypto_shorthash_KEYBYTES];
	struct watch_slot slots[PROBE_SLOTS];
	uint64_t refused[PROBE_REFUSED_MAX];
	unsigned refused_count;
};

struct probe *probe_new(struct random *random)
{
	struct probe *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	random_fill(random, p->key, sizeof(p->key));
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void probe_free(struct probe *p)
{
	if (!p)
		return;
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static uint32_t take_number(struct text *t)
{
	uint32_t n = 0;

	while (t->len && *t->p >= '0' && *t->p <= '9' && n < 100000) {
		n = n * 10 + (uint32_t)(*t->p - '0');
		*t = text_from(*t, 1);
	}
	return n;
}

static bool version_at_least(struct text version, uint32_t major, uint32_t minor)
{
	uint32_t a = take_number(&version), b;

	if (text_starts(version, TEXT(".")))
		version = text_from(version, 1);
	b = take_number(&version);
	return a > major || (a == major && b >= minor);
}

bool probe_agent_known(struct text user_agent)
{
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
		if (text_starts(user_agent, agents[i].prefix) &&
		    version_at_least(text_from(user_agent, agents[i].prefix.len),
				     agents[i].major, agents[i].minor))
			return true;
	}
	return false;
}

static uint64_t hash_of(const struct probe *p, struct text t)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)t.p, t.len,
			 p->key);
	return hash;
}

static bool refused(const struct probe *p, uint64_t agent)
{
	for (unsigned i = 0; i < p->refused_count; i++) {
		if (p->refused[i] == agent)
			return true;
	}
	return p->refused_count == PROBE_REFUSED_MAX;
}

static void refuse(struct probe *p, uint64_t agent)
{
	if (!refused(p, agent))
		p->refused[p->refused_count++] = agent;
}

/* Its own slot, or one to take: a question that waits for its answer keeps its place. */
static struct watch_slot *slot_of(struct probe *p, int64_t id, uint32_t now_s)
{
	struct text key = { (const char *)&id, sizeof(id) };
	struct watch_slot *s = &p->slots[hash_of(p, key) % PROBE_SLOTS];

	if (s->credential_id == id)
		return s;
	if (s->state == WATCH_ASKED && s->until_s > now_s)
		return NULL;
	*s = (struct watch_slot){ .credential_id = id };
	return s;
}

static bool ask(struct probe *p, struct watch_slot *s, uint64_t agent, uint32_t expires_s,
		uint32_t now_s)
{
	struct watch_slot seen = { s->credential_id, agent, now_s, now_s + expires_s,
				   WATCH_SEEN };
	bool now = s->state == WATCH_SEEN && s->agent == agent &&
		   now_s - s->seen_s >= PROBE_REFRESH_S &&
		   s->until_s >= now_s + PROBE_LEFT_S;

	if (s->state == WATCH_ASKED && s->agent == agent) {
		/* It was asked, and comes with MD5 again. */
		refuse(p, agent);
		seen.state = WATCH_REFUSED;
	} else if (now) {
		seen.state = WATCH_ASKED;
	}
	*s = seen;
	return now;
}

bool probe_ask(struct probe *p, int64_t credential_id, struct text user_agent,
	       uint32_t expires_s, uint32_t now_s)
{
	uint64_t agent;
	struct watch_slot *s;
	bool yes = false;

	if (expires_s == 0 || !probe_agent_known(user_agent))
		return false;
	pthread_mutex_lock(&p->lock);
	agent = hash_of(p, user_agent);
	s = refused(p, agent) ? NULL : slot_of(p, credential_id, now_s);
	if (s)
		yes = ask(p, s, agent, expires_s, now_s);
	pthread_mutex_unlock(&p->lock);
	return yes;
}
