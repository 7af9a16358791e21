/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/house.c - The real stack on virtual time. */

#include "scenario/house.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake/loop.h"

enum { SEED = 20261123 };

static void must(const struct statement *at, bool good, const char *what,
		 const char *reason)
{
	static const struct statement nowhere = { .path = "house" };

	if (!good)
		play_fail(at ? at : &nowhere, 0, "%s: %s", what, reason);
}

static void path_in(const struct house *h, const char *name, char dst[128])
{
	snprintf(dst, 128, "%s/%s", h->dir, name);
}

static void open_store(struct house *h)
{
	char reason[200] = "";

	must(NULL,
	     store_open(&(struct store_config){ .url = "sqlite:play.db",
						.state_dir = h->dir,
						.clock = &h->clock.clock,
						.virtual_time = true },
			true, &h->store, reason) == 0,
	     "store_open", reason);
}

static void open_vault(struct house *h)
{
	char path[128], reason[200] = "";

	path_in(h, "vault.key", path);
	must(NULL, vault_key_create(path, &h->random.random) == 0, "vault", path);
	must(NULL, vault_open(path, &h->vault, reason) == 0, "vault_open", reason);
}

static void open_net(struct house *h)
{
	static const char *const hosts[] = { "192.0.2.1", "[2001:db8::1]" };
	static const struct {
		enum transport transport;
		unsigned port;
	} ways[] = { { TRANSPORT_UDP, 5060 },
		     { TRANSPORT_TCP, 5060 },
		     { TRANSPORT_TLS, 5061 },
		     { TRANSPORT_WSS, 5066 } };
	char local[ADDR_TEXT_SIZE];

	h->net = fake_net_new(h->loop);
	for (unsigned i = 0; i < 2; i++) {
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			snprintf(local, sizeof(local), "%s:%u", hosts[i], ways[w].port);
			fake_net_listen(h->net, ways[w].transport, local);
		}
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_dir(void *arg)
{
	struct house *h = arg;

	nftw(h->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void house_open(struct house *h)
{
	const char *tmp = getenv("TMPDIR");

	*h = (struct house){ .domain = "voip.example.ch", .advertise = "" };
	snprintf(h->dir, sizeof(h->dir), "%s/ownline-play-XXXXXX", tmp ? tmp : "/tmp");
	must(NULL, mkdtemp(h->dir) != NULL, "mkdtemp", strerror(errno));
	play_on_failure(remove_dir, h);
	fake_clock_init(&h->clock);
	fake_random_init(&h->random, SEED);
	h->loop = loop_new_virtual(&h->clock.clock);
	h->ids = id_maker_new(&h->clock.clock, 1);
	open_net(h);
	open_store(h);
	open_vault(h);
}

static void open_accounts(struct house *h, const struct statement *at)
{
	char reason[200] = "";

	h->events = event_log_new(&(struct event_config){ .store = h->store,
							  .loop = h->loop,
							  .ids = h->ids,
							  .clock = &h->clock.clock });
	must(at, h->events, "event_log_new", "no memory");
	must(at,
	     account_book_open(&(struct account_config){ .store = h->store,
							 .loop = h->loop,
							 .clock = &h->clock.clock,
							 .random = &h->random.random,
							 .realm = h->domain,
							 .timezone = "Europe/Zurich" },
			       &h->book, reason) == 0,
	     "account_book_open", reason);
	h->auth = auth_new(&(struct auth_config){ .book = h->book,
						  .vault = h->vault,
						  .clock = &h->clock.clock,
						  .random = &h->random.random,
						  .realm = h->domain,
						  .domain = h->domain,
						  .calling_code = "41" });
	must(at, h->auth, "auth_new", "no memory");
}

static void open_desk(struct house *h, const struct statement *at)
{
	h->desk = account_desk_new(
		&(struct account_desk_config){ .book = h->book,
					       .vault = h->vault,
					       .store = h->store,
					       .events = h->events,
					       .loop = h->loop,
					       .ids = h->ids,
					       .random = &h->random.random,
					       .clock = &h->clock.clock,
					       .domain = h->domain,
					       .realm = h->domain,
					       .timezone = "Europe/Zurich" });
	must(at, h->desk, "account_desk_new", "no memory");
}

static int send_push(void *arg, const struct push_provider *p, struct text json,
		     char reason[REQUEST_REASON_SIZE])
{
	struct house_push *pushed = arg;

	snprintf(reason, REQUEST_REASON_SIZE, "the play says so");
	text_copy(pushed->json, sizeof(pushed->json), json);
	return pushed->error;
}

static void open_push(struct house *h, const struct statement *at)
{
	if (h->push_provider.name[0])
		must(at,
		     push_new(&(struct push_config){ .providers = &h->push_provider,
						     .provider_count = 1,
						     .send = send_push,
						     .arg = &h->pushed },
			      &h->push) == 0,
		     "push_new", "failed");
}

/* On its way back from rtpengine. */
struct told {
	struct task task;
	struct house_engine *engine;
	struct ng *ng;
	struct buf bytes;
};

static void deliver(struct task *task)
{
	struct told *t = container_of(task, struct told, task);

	if (!t->engine->closed)
		ng_receive(t->ng, 0, buf_text(&t->bytes));
	buf_free(&t->bytes);
	free(t);
}

static int ask_engine(void *arg, struct ng *ng, unsigned engine, struct text datagram)
{
	struct house *h = arg;
	struct told *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	*t = (struct told){
		.task.fn = deliver, .engine = &h->media, .ng = ng, .bytes = BUF_GROWING
	};
	text_copy(h->media.asked, sizeof(h->media.asked), datagram);
	test_engine_answer(&h->media.engine, datagram, &t->bytes);
	loop_defer(h->loop, &t->task);
	return 0;
}

static const struct ng_config *open_engine(struct house *h)
{
	h->media.ng = (struct ng_config){ .count = 1, .send = ask_engine, .arg = h };
	return h->media.mode == MEDIA_RTPENGINE ? &h->media.ng : NULL;
}

static const uint8_t gruu_key[REGISTRAR_GRUU_KEY_LEN] = { 4, 7, 1, 1 };

static void open_registrar(struct house *h, const struct statement *at)
{
	must(at,
	     registrar_new(
		     &(struct registrar_config){ .store = h->store,
						 .events = h->events,
						 .loop = h->loop,
						 .clock = &h->clock.clock,
						 .random = &h->random.random,
						 .domain = h->domain,
						 .advertise = h->advertise,
						 .country = "CH",
						 .gruu_key = gruu_key,
						 .push = h->push,
						 .path_from = &h->path_from,
						 .path_from_count = h->path_from.bits > 0,
						 .nat_keepalive_s = h->keepalive_s,
						 .flow_timer_s = 120 },
		     &h->registrar) == 0,
	     "registrar_new", "failed");
	must(at, registrar_load(h->registrar) == 0, "registrar_load", "failed");
}

static void open_rating(struct house *h, const struct statement *at)
{
	char reason[200] = "", path[128];

	must(at,
	     trunk_set_new(&(struct trunk_set_config){ .trunks = h->trunks,
						       .count = h->trunk_count,
						       .loop = h->loop,
						       .clock = &h->clock.clock,
						       .random = &h->random.random },
			   &h->trunk_set) == 0,
	     "trunk_set_new", "failed");
	must(at,
	     tariff_book_open(h->store, h->loop, &h->clock.clock, "Europe/Zurich",
			      &h->tariffs, reason) == 0,
	     "tariff_book_open", reason);
	path_in(h, "journal", path);
	must(at,
	     journal_open(&(struct journal_config){ .dir = path,
						    .store = h->store,
						    .events = h->events,
						    .loop = h->loop,
						    .clock = &h->clock.clock,
						    .virtual_time = true },
			  &h->journal, reason) == 0,
	     "journal_open", reason);
}

static void open_edge(struct house *h, const struct statement *at)
{
	must(at,
	     edge_start(&(struct edge_config){ .workers = h->workers,
					       .clock = &h->clock.clock,
					       .random = &h->random.random,
					       .ids = h->ids,
					       .book = h->book,
					       .auth = h->auth,
					       .registrar = h->registrar,
					       .trunks = h->trunk_set,
					       .tariffs = h->tariffs,
					       .journal = h->journal,
					       .events = h->events,
					       .media_mode = h->media.mode,
					       .rtpengine = open_engine(h),
					       .onnet_by_trunk = h->onnet_by_trunk,
					       .domain = h->domain,
					       .country = "CH",
					       .advertise = h->advertise,
					       .push = h->push,
					       .nat_keepalive_s = h->keepalive_s,
					       .ring_s = h->ring_s,
					       .session_expires_s = h->session_s,
					       .single_early = h->single_early,
					       .policy = h->policy,
					       .codecs = &h->codecs,
					       .require_tls = h->require_tls,
					       .t1_ms = h->t1_ms,
					       .test_loop = h->loop,
					       .test_net = &h->net->net },
			&h->edge) == 0,
	     "edge_start", "failed");
}

void house_raise_curtain(struct house *h, const struct statement *at)
{
	if (h->edge)
		return;
	open_accounts(h, at);
	open_desk(h, at);
	open_push(h, at);
	open_registrar(h, at);
	open_rating(h, at);
	open_edge(h, at);
	house_pass(h, 0);
}

void house_close(struct house *h)
{
	push_close(h->push);
	h->media.closed = true;
	edge_stop(h->edge);
	house_pass(h, 0);
	journal_close(h->journal);
	tariff_book_free(h->tariffs);
	trunk_set_free(h->trunk_set);
	registrar_free(h->registrar);
	push_free(h->push);
	account_desk_free(h->desk);
	auth_free(h->auth);
	account_book_free(h->book);
	event_log_free(h->events);
	store_close(h->store);
	house_pass(h, 0);
	vault_free(h->vault);
	net_free(&h->net->net);
	id_maker_free(h->ids);
	loop_free(h->loop);
	remove_dir(h);
	play_on_failure(NULL, NULL);
}

void house_pass(struct house *h, int64_t us)
{
	fake_loop_run(h->loop, &h->clock, us);
}

static int ask_work(struct store_db *db, struct store_job *job)
{
	struct house_job *j = container_of(job, struct house_job, job);

	return j->fn(db, j->arg);
}

int house_ask(struct house *h, enum store_kind kind,
	      int (*fn)(struct store_db *db, void *arg), void *arg)
{
	struct house_job j = { .job.work = ask_work, .fn = fn, .arg = arg };

	return store_run(h->store, kind, &j.job);
}

struct house_credential *house_credential(struct house *h, const struct statement *at,
					  const char *name)
{
	for (unsigned i = 0; i < h->credential_count; i++) {
		if (strcmp(h->credentials[i].name, name) == 0)
			return &h->credentials[i];
	}
	play_fail(at, 0, "there is no credential \"%s\"", name);
}

static void ended(struct edge_end_job *job)
{
	job->loop = NULL;
}

static void stored(void *arg, int status)
{
	*(int *)arg = status;
}

void house_set_status(struct house *h, const struct statement *at,
		      struct house_credential *c, enum credential_status status)
{
	struct edge_end_job *job = calloc(1, sizeof(*job));
	int outcome = 1;

	must(at, job, "calloc", "no memory");
	must(at,
	     account_credential_set_status(
		     h->desk, c->id, status,
		     &(struct account_actor){ .who = "play", .source = "" }, stored,
		     &outcome, NULL) == 0,
	     "account_credential_set_status", "refused");
	*job = (struct edge_end_job){ .done = ended,
				      .loop = h->loop,
				      .credential_id = c->id,
				      .cause = status == CREDENTIAL_REVOKED ? "revoked"
									    : "frozen",
				      .keep_bindings = status != CREDENTIAL_REVOKED };
	if (status != CREDENTIAL_ACTIVE)
		edge_end_credential(h->edge, job);
	house_pass(h, 0);
	must(at, outcome == 0, "status", "was not stored at once");
	must(at, status == CREDENTIAL_ACTIVE || !job->loop, "edge_end_credential",
	     "not done");
	free(job);
}
