/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_bind.c - cli/bind.c, cli/advertise.c on loopback. */

#include "cli/bind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/advertise.h"
#include "unit.h"

static struct config *config_of(const char *text)
{
	struct config_faults *f = calloc(1, sizeof(*f));
	struct config *c = calloc(1, sizeof(*c));
	char path[64];

	unit_write(text, path);
	assert_int_equal(config_load(path, c, f), 0);
	unlink(path);
	free(f);
	return c;
}

#define PORTAL                                                                           \
	"portal: {listen: \"https:127.0.0.1:0\", origin: \"https://p.example:8443\"}\n"

static void test_one_socket_per_worker(void **state)
{
	struct config *c = config_of("domain: x.example\n" PORTAL
				     "edge: {listen: [\"udp:127.0.0.1:0\", "
				     "\"tcp:[::1]:0\"], workers: 3}\n");
	char reason[BIND_REASON_SIZE];
	struct bound b;

	assert_int_equal(bind_all(c, &b, reason), 0);
	assert_int_equal(b.workers, 3);
	assert_int_equal(b.count, 2);
	for (unsigned w = 0; w < 3; w++) {
		const struct net_listener *mine = &b.listeners[w * b.count];

		assert_int_equal(mine[0].transport, TRANSPORT_UDP);
		assert_int_equal(mine[0].addr.port, b.listeners[0].addr.port);
		assert_int_equal(mine[1].transport, TRANSPORT_TCP);
		assert_int_equal(mine[1].addr.family, AF_INET6);
	}
	assert_true(b.listeners[0].addr.port > 0);
	assert_true(b.portal_addr.port > 0);
	bound_close(&b);
	free(c);
}

static void test_a_taken_port_is_named(void **state)
{
	struct config *c = config_of("domain: x.example\n" PORTAL
				     "edge: {listen: [\"udp:127.0.0.1:0\"]}\n");
	char reason[BIND_REASON_SIZE], where[ADDR_TEXT_SIZE];
	struct sockaddr_storage ss;
	struct bound b;
	socklen_t len = sizeof(ss);
	int taken;

	addr_decode(TEXT("127.0.0.1:0"), 0, &c->listen[0].addr);
	len = addr_to_sockaddr(&c->listen[0].addr, &ss);
	taken = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(taken, (struct sockaddr *)&ss, len), 0);
	getsockname(taken, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(&c->listen[0].addr, &ss);
	assert_int_equal(bind_all(c, &b, reason), -EADDRINUSE);
	assert_non_null(strstr(reason, addr_encode(where, &c->listen[0].addr)));
	assert_non_null(strstr(reason, "in use by another program"));
	close(taken);
	free(c);
}

static void test_a_foreign_address_is_named(void **state)
{
	struct config *c = config_of("domain: x.example\n" PORTAL
				     "edge: {listen: [\"tcp:192.0.2.77:5060\"]}\n");
	char reason[BIND_REASON_SIZE];
	struct bound b;

	assert_int_equal(bind_all(c, &b, reason), -EADDRNOTAVAIL);
	assert_non_null(strstr(reason, "tcp:192.0.2.77:5060"));
	assert_non_null(strstr(reason, "no such address"));
	free(c);
}

static void test_both_families_on_one_port(void **state)
{
	struct config *c = config_of("domain: x.example\n" PORTAL
				     "edge: {listen: [\"udp:*:0\"], workers: 1}\n");
	char reason[BIND_REASON_SIZE];
	struct bound b;

	assert_int_equal(bind_all(c, &b, reason), 0);
	assert_int_equal(b.count, 2);
	assert_int_equal(b.listeners[0].addr.family, AF_INET);
	assert_int_equal(b.listeners[1].addr.family, AF_INET6);
	assert_int_equal(b.listeners[0].addr.port, b.listeners[1].addr.port);
	bound_close(&b);
	free(c);
}

static void test_what_others_are_told(void **state)
{
	struct config *c =
		config_of("domain: x.example\n" PORTAL
			  "edge: {listen: [\"udp:127.0.0.1:0\"], workers: 1}\n");
	char reason[BIND_REASON_SIZE], host[CONFIG_HOST_SIZE];
	struct media_config media = { .port_min = 1 };
	struct bound b;

	assert_int_equal(bind_all(c, &b, reason), 0);
	assert_string_equal(advertise_portal_host(c, host), "p.example");
	assert_string_equal(advertise_proxy_host(c, &b, host), "127.0.0.1");
	assert_int_equal(advertise_proxy_port(&b), b.listeners[0].addr.port);
	advertise_media(c, &b, &media);
	assert_true(addr_is_loopback(&media.advertise4));
	assert_int_equal(media.advertise6.family, 0);
	strcpy(c->advertise, "198.51.100.7");
	advertise_media(c, &b, &media);
	assert_string_equal(addr_encode_host(host, &media.advertise4, false),
			    "198.51.100.7");
	assert_string_equal(advertise_proxy_host(c, &b, host), "198.51.100.7");
	bound_close(&b);
	free(c);
}

int bind_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_socket_per_worker),
		cmocka_unit_test(test_a_taken_port_is_named),
		cmocka_unit_test(test_a_foreign_address_is_named),
		cmocka_unit_test(test_both_families_on_one_port),
		cmocka_unit_test(test_what_others_are_told),
	};

	return cmocka_run_group_tests_name("bind", tests, NULL, NULL);
}
