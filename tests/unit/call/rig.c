/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/rig.c - A call engine between fake peers. */

#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "media/bencode.h"

static const struct line_row lines[] = {
	{ .id = LINE_A,
	  .customer_id = CUSTOMER,
	  .number = "+41441234567",
	  .product = "inOne home",
	  .to_day = INT32_MAX },
	{ .id = LINE_B,
	  .customer_id = CUSTOMER,
	  .number = "+41447654321",
	  .product = "inOne home",
	  .to_day = INT32_MAX },
};

static const struct credential_row credentials[] = {
	{ .id = CRED_A, .line_id = LINE_A, .auth_name = "alicealice" },
	{ .id = CRED_B, .line_id = LINE_B, .auth_name = "bobbobbob" },
	{ .id = CRED_B2, .line_id = LINE_B, .auth_name = "bobtwotwo" },
};

static const struct rate_row rates[] = {
	{ .tariff = "home",
	  .prefix = "+41",
	  .class_ = "fixed",
	  .per_minute_micros = 60000,
	  .first_s = 1,
	  .next_s = 1 },
	{ .tariff = "home",
	  .prefix = "+4179",
	  .class_ = "mobile",
	  .setup_micros = 100000,
	  .per_minute_micros = 300000,
	  .first_s = 60,
	  .next_s = 60 },
};

static const struct trunk_config trunks[] = {
	{ .name = "pstn",
	  .uri = "sip:198.51.100.1:5060",
	  .prefixes = { "+" },
	  .prefix_count = 1,
	  .national = true,
	  .emergency = TRUNK_EMERGENCY_YES,
	  .location = TRUNK_LOCATION_GEOLOCATION,
	  .user = "us",
	  .password = "secret",
	  .realm = "pstn" },
	{ .name = "spare",
	  .uri = "sip:198.51.100.2:5060",
	  .prefixes = { "+" },
	  .prefix_count = 1 },
};

static const struct {
	const char *name, *address;
	int64_t credential;
} peers[PEERS] = {
	[ALICE] = { "alice", "203.0.113.1:5060", CRED_A },
	[BOB] = { "bob", "203.0.113.2:5060", CRED_B },
	[BOB2] = { "bob2", "203.0.113.3:5060", CRED_B2 },
	[PSTN] = { "pstn", "198.51.100.1:5060", 0 },
	[SPARE] = { "spare", "198.51.100.2:5060", 0 },
};

static int put_rows(struct store_db *db, struct store_job *job)
{
	struct customer_row customer = { .id = CUSTOMER,
					 .ref = "C-1",
					 .name = "C",
					 .segment = SEGMENT_RES,
					 .language = "de",
					 .location_ref = RIG_LOCATION };
	struct product_row product = { .name = "inOne home",
				       .segment = SEGMENT_RES,
				       .tariff = "home" };
	int error = store_customer_put(db, &customer);

	if (!error)
		error = store_product_put(db, &product);
	for (size_t i = 0; i < COUNT(lines) && !error; i++)
		error = store_line_put(db, &lines[i]);
	for (size_t i = 0; i < COUNT(rates) && !error; i++)
		error = store_rate_put(db, &rates[i]);
	for (size_t i = 0; i < COUNT(credentials) && !error; i++) {
		struct credential_row row = credentials[i];

		row.customer_id = CUSTOMER;
		row.kind = CREDENTIAL_DEVICE;
		row.status = CREDENTIAL_ACTIVE;
		error = store_credential_put(db, &row);
	}
	return error;
}

static ptrdiff_t on_data(void *arg, const struct flow *from, char *bytes, size_t len)
{
	struct rig *r = arg;
	struct sip_fault fault;
	struct sip_msg m;

	assert_int_equal(sip_msg_decode((struct text){ bytes, len }, &m, &fault), 0);
	txn_layer_receive(r->txn, from, &m);
	return (ptrdiff_t)len;
}

static const struct peer *peer_of(const struct rig *r, const struct flow *from)
{
	for (size_t i = 0; i < PEERS; i++) {
		if (addr_eq(&r->peers[i].flow.remote, &from->remote))
			return &r->peers[i];
	}
	fail_msg("nobody is there");
	return NULL;
}

static void on_request(void *arg, const struct flow *from, const struct sip_msg *m)
{
	struct rig *r = arg;
	struct account_credential c;
	unsigned trunk;

	if (m->to.tag.len) {
		call_in_dialog(r->calls, from, m);
	} else if (m->method == SIP_INVITE && !trunk_of_source(r->trunks, from, &trunk)) {
		call_from_trunk(r->calls, from, m, trunk);
	} else if (m->method == SIP_INVITE) {
		assert_int_equal(account_credential_by_id(
					 r->book, peer_of(r, from)->credential, &c),
				 0);
		call_from_device(r->calls, from, m, &c);
	}
}

static void open_store(struct rig *r)
{
	struct store_config store = {
		.url = "sqlite::memory:", .clock = &r->clock.clock, .virtual_time = true
	};
	struct store_job job = { .work = put_rows };
	char reason[200];

	assert_int_equal(store_open(&store, true, &r->store, reason), 0);
	assert_int_equal(store_run(r->store, STORE_WRITE, &job), 0);
}

static void open_books(struct rig *r)
{
	struct account_config account = { .store = r->store,
					  .loop = r->loop,
					  .clock = &r->clock.clock,
					  .random = &r->random.random,
					  .realm = "voip.example.ch",
					  .timezone = "Europe/Zurich" };
	struct journal_config journal = { .dir = r->dir,
					  .store = r->store,
					  .loop = r->loop,
					  .clock = &r->clock.clock,
					  .virtual_time = true };
	struct trunk_set_config trunk = { .trunks = trunks,
					  .count = COUNT(trunks),
					  .loop = r->loop,
					  .clock = &r->clock.clock,
					  .random = &r->random.random };
	char reason[200];

	snprintf(r->dir, sizeof(r->dir), "/tmp/unit-call-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	assert_int_equal(account_book_open(&account, &r->book, reason), 0);
	assert_int_equal(tariff_book_open(r->store, r->loop, &r->clock.clock,
					  "Europe/Zurich", &r->tariffs, reason),
			 0);
	assert_int_equal(journal_open(&journal, &r->journal, reason), 0);
	assert_int_equal(trunk_set_new(&trunk, &r->trunks), 0);
}

static void open_signalling(struct rig *r)
{
	struct txn_config txn = { .loop = r->loop,
				  .random = &r->random.random,
				  .events.request = on_request,
				  .arg = r };
	struct registrar_config registrar = { .loop = r->loop,
					      .clock = &r->clock.clock,
					      .random = &r->random.random,
					      .domain = "voip.example.ch" };

	r->net = fake_net_new(r->loop);
	fake_net_listen(r->net, TRANSPORT_UDP, "192.0.2.1:5060");
	txn.net = &r->net->net;
	r->txn = txn_layer_new(&txn);
	r->net->net.events.data = on_data;
	r->net->net.arg = r;
	assert_int_equal(registrar_new(&registrar, &r->registrar), 0);
}

static int on_engine(void *arg, struct ng *ng, unsigned engine, struct text datagram)
{
	struct rig *r = arg;

	assert_true(r->asked_count < RIG_ASKED_MAX);
	assert_int_equal(
		text_copy(r->asked[r->asked_count], sizeof(r->asked[0]), datagram), 0);
	/* Sent again. */
	if (r->asked_count == 0 ||
	    strcmp(r->asked[r->asked_count], r->asked[r->asked_count - 1]) != 0)
		r->asked_count++;
	return 0;
}

static struct text question(struct rig *r, struct text *cookie)
{
	struct text rest;

	assert_true(r->asked_count > 0);
	assert_true(text_split(text_of(r->asked[0]), ' ', cookie, &rest));
	return rest;
}

void engine_asked(struct rig *r, const char *command)
{
	struct text cookie, found;

	assert_int_equal(bencode_find_text(question(r, &cookie), "command", &found), 0);
	if (!text_eq(found, text_of(command)))
		fail_msg("rtpengine was asked %.*s instead of %s", TEXT_ARG(found),
			 command);
}

void engine_value(struct rig *r, const char *key, char ret[64])
{
	struct text cookie, found;

	assert_int_equal(bencode_find_text(question(r, &cookie), key, &found), 0);
	assert_int_equal(text_copy(ret, 64, found), 0);
}

void engine_answers(struct rig *r)
{
	struct buf b = BUF_GROWING;

	assert_true(r->asked_count > 0);
	test_engine_answer(&r->engine, text_of(r->asked[0]), &b);
	r->asked_count--;
	memmove(r->asked[0], r->asked[1], r->asked_count * sizeof(r->asked[0]));
	ng_receive(rtpengine_ng(r->rtpengine), 0, buf_text(&b));
	buf_free(&b);
}

static void open_engine(struct rig *r)
{
	struct ng_config cfg = { .loop = r->loop,
				 .random = &r->random.random,
				 .count = 1,
				 .send = on_engine,
				 .arg = r };

	r->rtpengine = rtpengine_new(&cfg);
	assert_non_null(r->rtpengine);
}

static void open_calls(struct rig *r)
{
	struct call_config cfg = {
		.loop = r->loop,
		.net = &r->net->net,
		.txn = r->txn,
		.clock = &r->clock.clock,
		.random = &r->random.random,
		.ids = r->ids,
		.book = r->book,
		.registrar = r->registrar,
		.trunks = r->trunks,
		.tariffs = r->tariffs,
		.journal = r->journal,
		.media = r->media,
		.media_mode = r->rtpengine ? MEDIA_RTPENGINE
			      : r->media   ? MEDIA_RELAY
					   : MEDIA_DIRECT,
		.rtpengine = r->rtpengine,
		.media_signal = r->engine_signal,
		.single_early = r->single,
		.domain = "voip.example.ch",
		.country = "CH",
	};

	r->calls = call_engine_new(&cfg);
	assert_non_null(r->calls);
}

static void register_peer(struct rig *r, struct peer *p)
{
	struct account_credential c;
	struct buf b = BUF_GROWING;
	struct registrar_said said;
	struct sip_fault fault;
	struct sip_msg m;
	char text[1024];

	assert_int_equal(account_credential_by_id(r->book, p->credential, &c), 0);
	snprintf(
		text, sizeof(text),
		"REGISTER sip:voip.example.ch SIP/2.0\r\n"
		"Via: SIP/2.0/UDP %s;branch=z9hG4bKr%s\r\nMax-Forwards: 70\r\n"
		"From: <sip:%s@voip.example.ch>;tag=r\r\nTo: <sip:%s@voip.example.ch>\r\n"
		"Call-ID: register-%s\r\nCSeq: 1 REGISTER\r\n"
		"Contact: <sip:%s@%s;line=x?Subject=evil>\r\nContent-Length: 0\r\n\r\n",
		p->address, p->name, c.number, c.number, p->name, p->name, p->address);
	assert_int_equal(sip_msg_decode(text_of(text), &m, &fault), 0);
	assert_int_equal(
		registrar_register(r->registrar, &c, &p->flow, &m, &b, &said, NULL), 200);
	buf_free(&b);
}

void rig_register(struct rig *r, unsigned peer)
{
	register_peer(r, &r->peers[peer]);
}

static void silent(void *arg, enum log_level level, const char *line)
{
}

static void open_media(struct rig *r, unsigned ports)
{
	struct media_config cfg = { .port_min = 0,
				    .clock = &r->clock.clock,
				    .random = &r->random.random };

	if (!ports)
		return;
	assert_int_equal(addr_decode(TEXT("127.0.0.1"), 0, &cfg.bind4), 0);
	assert_int_equal(addr_decode(TEXT("192.0.2.1"), 0, &cfg.advertise4), 0);
	/* Whichever ports are free: another test may run beside this one. */
	for (unsigned at = 20000 + (unsigned)getpid() % 1000 * 40; at < 65000;
	     at += 100) {
		cfg.port_min = (uint16_t)at;
		cfg.port_max = (uint16_t)(at + ports - 1);
		if (media_relay_new(&cfg, &r->media) == 0)
			return;
	}
	fail_msg("no ports");
}

enum engine { NO_ENGINE, ENGINE, ENGINE_SIGNAL, ENGINE_SINGLE };

static int setup_with(void **state, unsigned ports, enum engine engine)
{
	struct rig *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	log_set_sink(silent, NULL);
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 1);
	r->loop = loop_new_virtual(&r->clock.clock);
	r->ids = id_maker_new(&r->clock.clock, 1);
	open_store(r);
	open_books(r);
	open_media(r, ports);
	open_signalling(r);
	r->engine_signal = engine == ENGINE_SIGNAL;
	r->single = engine == ENGINE_SINGLE;
	if (engine)
		open_engine(r);
	open_calls(r);
	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = &r->peers[i];

		*p = (struct peer){ .rig = r,
				    .name = peers[i].name,
				    .address = peers[i].address,
				    .credential = peers[i].credential };
		p->flow = fake_net_udp(r->net, p->address);
		if (p->credential)
			register_peer(r, p);
	}
	*state = r;
	return 0;
}

static int setup(void **state, unsigned ports)
{
	return setup_with(state, ports, NO_ENGINE);
}

int rig_setup_rtpengine(void **state)
{
	return setup_with(state, 0, ENGINE);
}

int rig_setup_rtpengine_single(void **state)
{
	return setup_with(state, 0, ENGINE_SINGLE);
}

int rig_setup_rtpengine_signal(void **state)
{
	return setup_with(state, 0, ENGINE_SIGNAL);
}

int rig_setup(void **state)
{
	return setup(state, 0);
}

int rig_setup_relay(void **state)
{
	return setup(state, 64);
}

int rig_setup_small_relay(void **state)
{
	return setup(state, 4);
}

int rig_teardown(void **state)
{
	struct rig *r = *state;
	char command[128];

	call_engine_free(r->calls);
	fake_loop_run(r->loop, &r->clock, 0);
	rtpengine_free(r->rtpengine);
	media_relay_free(r->media);
	txn_layer_free(r->txn);
	net_free(&r->net->net);
	registrar_free(r->registrar);
	trunk_set_free(r->trunks);
	journal_close(r->journal);
	tariff_book_free(r->tariffs);
	account_book_free(r->book);
	store_close(r->store);
	fake_loop_run(r->loop, &r->clock, 0);
	id_maker_free(r->ids);
	loop_free(r->loop);
	snprintf(command, sizeof(command), "rm -r %s", r->dir);
	assert_int_equal(system(command), 0);
	log_set_sink(NULL, NULL);
	free(r);
	return 0;
}

void rig_run(struct rig *r, int64_t ms)
{
	fake_loop_run(r->loop, &r->clock, ms * 1000);
}

void rig_freeze_line(struct rig *r, int64_t line_id, bool frozen)
{
	struct line_row row = lines[line_id == LINE_A ? 0 : 1];

	row.frozen = frozen;
	account_line_apply(r->book, &row);
}

void rig_forward_line(struct rig *r, int64_t line_id, enum forward_kind kind,
		      const char *to)
{
	struct line_row row = lines[line_id == LINE_A ? 0 : 1];
	char *const fields[FORWARD_KINDS] = {
		[FORWARD_ALWAYS] = row.forward_always,
		[FORWARD_BUSY] = row.forward_busy,
		[FORWARD_NO_ANSWER] = row.forward_no_answer,
		[FORWARD_UNREACHABLE] = row.forward_unreachable,
	};

	text_copy(fields[kind], E164_SIZE, text_of(to));
	account_line_apply(r->book, &row);
}

struct cdrs {
	struct store_job job;
	struct cdr_filter filter;
	struct cdr_row rows[8];
	unsigned count;
};

static int on_cdr(void *arg, const struct cdr_row *row)
{
	struct cdrs *cdrs = arg;

	if (cdrs->count < COUNT(cdrs->rows))
		cdrs->rows[cdrs->count] = *row;
	cdrs->count++;
	return 0;
}

static int read_cdrs(struct store_db *db, struct store_job *job)
{
	struct cdrs *cdrs = container_of(job, struct cdrs, job);

	cdrs->count = 0;
	return store_cdr_each(db, &cdrs->filter, on_cdr, cdrs);
}

static struct cdrs cdrs_of(struct rig *r, int64_t line_id)
{
	struct cdrs cdrs = { .job = { .work = read_cdrs },
			     .filter = { .line_id = line_id } };

	rig_run(r, 1000);
	assert_int_equal(store_run(r->store, STORE_READ, &cdrs.job), 0);
	return cdrs;
}

struct cdr_row rig_cdr(struct rig *r, int64_t line_id, unsigned n)
{
	struct cdrs cdrs = cdrs_of(r, line_id);

	assert_true(n < cdrs.count);
	return cdrs.rows[n];
}

unsigned rig_cdr_count(struct rig *r, int64_t line_id)
{
	return cdrs_of(r, line_id).count;
}

void rig_expect_nothing_left(struct rig *r)
{
	rig_run(r, 64000);
	assert_int_equal(call_engine_count(r->calls), 0);
	assert_int_equal(txn_layer_count(r->txn), 0);
}
