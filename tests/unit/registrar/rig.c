/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/rig.c - A registrar on virtual time. */

#include "rig.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"

static void on_change(struct event_watch *w, int64_t customer_id, const char *number,
		      const char *what)
{
	struct rig *r = container_of(w, struct rig, watch);

	if (strcmp(what, "bindings") != 0)
		return;
	assert_int_equal(customer_id, CUSTOMER);
	assert_string_equal(number, "+41441234567");
	r->told++;
}

static void make_registrar(struct rig *r)
{
	static const uint8_t gruu_key[REGISTRAR_GRUU_KEY_LEN] = { 1, 2, 3 };
	static struct addr_network edges;
	struct registrar_config cfg = {
		.gruu_key = gruu_key,
		.path_from = &edges,
		.path_from_count = 1,
		.store = r->store,
		.events = r->events,
		.loop = r->loop,
		.clock = &r->clock.clock,
		.random = &r->random.random,
		.domain = "voip.example.ch",
		.advertise = "203.0.113.5",
		.flow_timer_s = 120,
		.nat_keepalive_s = 28,
	};

	assert_int_equal(addr_network_decode(TEXT("203.0.113.0/29"), &edges), 0);
	assert_int_equal(registrar_new(&cfg, &r->registrar), 0);
}

static int put_line(struct store_db *db, struct store_job *job)
{
	struct line_row line = { .id = LINE,
				 .customer_id = CUSTOMER,
				 .number = "+41441234567",
				 .product = "inOne home",
				 .from_day = 0,
				 .to_day = INT32_MAX };
	struct credential_row credential = { .id = CREDENTIAL,
					     .customer_id = CUSTOMER,
					     .line_id = LINE,
					     .auth_name = "k7m2x9qd",
					     .kind = CREDENTIAL_DEVICE,
					     .status = CREDENTIAL_ACTIVE };
	int error = store_line_put(db, &line);

	return error ? error : store_credential_put(db, &credential);
}

static void open_store(struct rig *r)
{
	struct store_config cfg = {
		.url = "sqlite::memory:", .clock = &r->clock.clock, .virtual_time = true
	};
	struct store_job job = { .work = put_line };
	struct event_config events = { .loop = r->loop, .clock = &r->clock.clock };
	char reason[200];

	assert_int_equal(store_open(&cfg, true, &r->store, reason), 0);
	assert_int_equal(store_run(r->store, STORE_WRITE, &job), 0);
	r->ids = id_maker_new(&r->clock.clock, 1);
	events.store = r->store;
	events.ids = r->ids;
	r->events = event_log_new(&events);
	r->watch.fn = on_change;
	event_watch_start(r->events, &r->watch);
}

void rig_open(struct rig *r, bool with_store)
{
	*r = (struct rig){ .credential = { .id = CREDENTIAL,
					   .line_id = LINE,
					   .customer_id = CUSTOMER,
					   .generation = 4,
					   .status = CREDENTIAL_ACTIVE,
					   .kind = CREDENTIAL_DEVICE,
					   .auth_name = "k7m2x9qd",
					   .number = "+41441234567",
					   .label = "Office" } };
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 1);
	r->loop = loop_new_virtual(&r->clock.clock);
	if (with_store)
		open_store(r);
	make_registrar(r);
}

void rig_restart(struct rig *r)
{
	registrar_free(r->registrar);
	make_registrar(r);
	assert_int_equal(registrar_load(r->registrar), 0);
}

void rig_close(struct rig *r)
{
	registrar_free(r->registrar);
	event_log_free(r->events);
	if (r->store)
		store_close(r->store);
	rig_run(r, 0); /* what the store still had to say */
	id_maker_free(r->ids);
	loop_free(r->loop);
}

void rig_run(struct rig *r, int64_t s)
{
	fake_loop_run(r->loop, &r->clock, s * 1000000);
}

struct flow rig_flow(const char *remote, uint64_t conn)
{
	struct flow f = { .transport = conn ? TRANSPORT_TCP : TRANSPORT_UDP,
			  .conn = conn };

	assert_int_equal(addr_decode(text_of("192.0.2.1:5060"), 0, &f.local), 0);
	assert_int_equal(addr_decode(text_of(remote), 0, &f.remote), 0);
	return f;
}

unsigned rig_send(struct rig *r, const struct rig_register *reg)
{
	struct flow from =
		reg->from.remote.family ? reg->from : rig_flow("192.0.2.9:5060", 0);
	struct buf b = BUF_GROWING;
	struct sip_fault fault;
	struct sip_msg m;
	char message[8192];
	unsigned status;
	int n;

	n = snprintf(message, sizeof(message),
		     "REGISTER sip:voip.example.ch SIP/2.0\r\n"
		     "Via: SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKx%u;rport\r\n"
		     "Max-Forwards: 70\r\n"
		     "From: <" NUMBER ">;tag=f1\r\n"
		     "To: <%s>\r\nCall-ID: %s\r\nCSeq: %u REGISTER\r\n%s"
		     "Content-Length: 0\r\n\r\n",
		     reg->cseq, reg->to ? reg->to : NUMBER,
		     reg->call_id ? reg->call_id : "c1", reg->cseq, reg->headers);
	assert_int_equal(sip_msg_decode((struct text){ message, (size_t)n }, &m, &fault),
			 0);
	status =
		registrar_register(r->registrar, &r->credential, &from, &m, &b, &r->said,
				     NULL);
	if (b.error)
		status = 0;
	snprintf(r->answer, sizeof(r->answer), "%.*s", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
	return status;
}

unsigned rig_contact(struct rig *r, unsigned cseq, const char *headers)
{
	return rig_send(r, &(struct rig_register){ .cseq = cseq, .headers = headers });
}

size_t rig_bindings(struct rig *r)
{
	struct binding b[REGISTRAR_LINE_BINDINGS_MAX];

	return registrar_line_bindings(r->registrar, LINE, b, COUNT(b));
}

bool rig_answer_has(const struct rig *r, const char *text)
{
	return strstr(r->answer, text) != NULL;
}
