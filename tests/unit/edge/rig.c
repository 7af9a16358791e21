/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/rig.c - An edge of one worker on the fake clock and network. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake/loop.h"
#include "unit/edge/rig.h"

void rig_open(struct rig *r, enum transport t)
{
	memset(r, 0, sizeof(*r));
	stubs_reset();
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 11);
	r->loop = loop_new_virtual(&r->clock.clock);
	r->net = fake_net_new(r->loop);
	fake_net_listen(r->net, TRANSPORT_UDP, "192.0.2.1:5060");
	fake_net_listen(r->net, TRANSPORT_TCP, "192.0.2.1:5060");
	fake_net_listen(r->net, TRANSPORT_TLS, "192.0.2.1:5061");
	fake_net_listen(r->net, TRANSPORT_WSS, "192.0.2.1:5066");
	assert_int_equal(edge_start(&(struct edge_config){ .clock = &r->clock.clock,
							   .random = &r->random.random,
							   .domain = "example.com",
							   .country = "CH",
							   .advertise = "",
							   .events = (struct event_log *)
								   r /* only handed on */,
							   .test_loop = r->loop,
							   .test_net = &r->net->net },
				    &r->edge),
			 0);
	r->peer = t == TRANSPORT_UDP ? fake_net_udp(r->net, "198.51.100.7:5060")
				     : fake_net_accept(r->net, t, "198.51.100.7:40000");
}

void rig_close(struct rig *r)
{
	edge_stop(r->edge);
	net_free(&r->net->net);
	loop_free(r->loop);
}

void rig_turn(struct rig *r)
{
	fake_loop_run(r->loop, &r->clock, 0);
}

bool rig_sent(struct rig *r)
{
	struct text bytes;

	r->sent[0] = '\0';
	if (!fake_net_sent(r->net, NULL, &bytes))
		return false;
	assert_int_equal(text_copy(r->sent, sizeof(r->sent), bytes), 0);
	return true;
}

unsigned rig_status(const struct rig *r)
{
	return strncmp(r->sent, "SIP/2.0 ", 8) == 0 ? (unsigned)atoi(r->sent + 8) : 0;
}
