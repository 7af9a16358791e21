/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_probe.c - auth/probe.c. */

#include <stdio.h>

#include "auth/probe.h"
#include "fake/random.h"
#include "unit.h"

static void test_agents(void **state)
{
	static const struct {
		const char *agent;
		bool known;
	} rows[] = {
		{ "Linphonec/5.1.65 (belle-sip/5.2.16)", false },
		{ "LinphoneAndroid/5.2.5 (Pixel 8)", false },
		{ "PJSUA/v2.17-dev Linux-6.18 x86_64", true },
		{ "PJSUA v2.14.1 Linux-6.1/x86_64", true },
		{ "PJSUA v2.10 Linux", true },
		{ "PJSUA v2.9 Linux", false },
		{ "PJSUA v1.99", false },
		{ "PJSUA v3.0", true },
		{ "Asterisk PBX 22.2.0", true },
		{ "Asterisk PBX 18.10.0", false },
		{ "Asterisk PBX 22.1.0", false },
		{ "FRITZ!OS", false },
		{ "sipsak 0.9.8", false },
		{ "JsSIP 3.13", false },
		{ "My PJSUA v2.14", false },
		{ "PJSUA v", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (probe_agent_known(text_of(rows[i].agent)) != rows[i].known)
			fail_msg("%s", rows[i].agent);
	}
}

struct step {
	const char *what;
	int64_t id;
	const char *agent;
	uint32_t expires_s, now_s;
	bool ask;
};

static void play(const struct step *steps, size_t count)
{
	struct fake_random random;
	struct probe *p;

	fake_random_init(&random, 3);
	p = probe_new(&random.random);
	assert_non_null(p);
	for (size_t i = 0; i < count; i++) {
		if (probe_ask(p, steps[i].id, text_of(steps[i].agent), steps[i].expires_s,
			      steps[i].now_s) != steps[i].ask)
			fail_msg("step %zu: %s", i, steps[i].what);
	}
	probe_free(p);
}

#define PHONE "PJSUA v2.14.1"

static void test_asked_once_at_a_refresh(void **state)
{
	static const struct step steps[] = {
		{ "first REGISTER", 1, PHONE, 3600, 1000, false },
		{ "at once again: no refresh", 1, PHONE, 3600, 1010, false },
		{ "a refresh", 1, PHONE, 3600, 2800, true },
		{ "it answers with MD5", 1, PHONE, 3600, 2801, false },
		{ "never again", 1, PHONE, 3600, 4600, false },
		{ "nor another phone of that version", 2, PHONE, 3600, 5000, false },
		{ "at its refresh", 2, PHONE, 3600, 6800, false },
		{ "another version", 3, "PJSUA v2.15", 3600, 7000, false },
		{ "is asked", 3, "PJSUA v2.15", 3600, 8800, true },
	};

	play(steps, COUNT(steps));
}

static void test_not_asked(void **state)
{
	static const struct step steps[] = {
		{ "an unknown agent", 1, "FRITZ!OS", 3600, 1000, false },
		{ "at its refresh", 1, "FRITZ!OS", 3600, 2800, false },
		{ "first REGISTER", 2, PHONE, 300, 1000, false },
		{ "too late: the binding is about to end", 2, PHONE, 300, 1200, false },
		{ "the binding has ended", 2, PHONE, 300, 1600, false },
		{ "an early refresh", 2, PHONE, 300, 1700, true },
		{ "first REGISTER", 3, PHONE, 3600, 1000, false },
		{ "the device goes", 3, PHONE, 0, 2800, false },
		{ "the agent changes", 4, PHONE, 3600, 1000, false },
		{ "to a new version", 4, "PJSUA v3.0", 3600, 2800, false },
		{ "which then is asked", 4, "PJSUA v3.0", 3600, 4600, true },
	};

	play(steps, COUNT(steps));
}

/* Far more credentials than slots: nothing but fewer questions. */
static void test_bounded(void **state)
{
	struct fake_random random;
	struct probe *p;
	unsigned asked = 0;

	fake_random_init(&random, 3);
	p = probe_new(&random.random);
	for (int64_t id = 1; id <= 3 * PROBE_SLOTS; id++)
		assert_false(probe_ask(p, id, TEXT(PHONE), 3600, 1000));
	for (int64_t id = 1; id <= 3 * PROBE_SLOTS; id++)
		asked += probe_ask(p, id, TEXT(PHONE), 3600, 2800);
	assert_in_range(asked, 1, PROBE_SLOTS);
	probe_free(p);
	probe_free(NULL);
}

static void test_many_refusals_end_it(void **state)
{
	struct fake_random random;
	struct probe *p;
	char agent[32];

	fake_random_init(&random, 3);
	p = probe_new(&random.random);
	for (unsigned i = 0; i < PROBE_REFUSED_MAX; i++) {
		snprintf(agent, sizeof(agent), "PJSUA v3.%u", i);
		probe_ask(p, i + 1, text_of(agent), 3600, 1000);
		if (probe_ask(p, i + 1, text_of(agent), 3600, 2800))
			probe_ask(p, i + 1, text_of(agent), 3600, 2801);
	}
	for (unsigned i = PROBE_REFUSED_MAX; i < 2 * PROBE_REFUSED_MAX; i++) {
		snprintf(agent, sizeof(agent), "PJSUA v3.%u", i);
		probe_ask(p, i + 1, text_of(agent), 3600, 1000);
		if (probe_ask(p, i + 1, text_of(agent), 3600, 2800))
			probe_ask(p, i + 1, text_of(agent), 3600, 2801);
	}
	probe_ask(p, 9999, TEXT(PHONE), 3600, 1000);
	assert_false(probe_ask(p, 9999, TEXT(PHONE), 3600, 2800));
	probe_free(p);
}

int probe_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agents),
		cmocka_unit_test(test_asked_once_at_a_refresh),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_many_refusals_end_it),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
