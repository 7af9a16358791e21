/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/main.c - Runs the groups of src/net and tests/fake/net.c. */

#include "net_tests.h"

int main(void)
{
	int (*const groups[])(void) = { addr_tests,     flow_tests,      listen_tests,
					udp_tests,      tcp_tests,       tcp_limit_tests,
					tls_tests,      tls_limit_tests, ws_head_tests,
					ws_tests,       ws_conn_tests,   group_tests,
					fake_net_tests, stun_tests };
	int failed = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		failed += groups[i]();
	return failed != 0;
}
