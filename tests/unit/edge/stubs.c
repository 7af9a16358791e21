/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/stubs.c - Rooms that only write down who came. */

#include "auth/again.h"
#include "unit/edge/stubs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/log.h"
#include "rating/plan.h"
#include "trunk/keeper.h"

struct stubs stubs;

void stubs_reset(void)
{
	stubs = (struct stubs){ .verdict = AUTH_OK,
				.reason = "ok",
				.register_status = 200 };
}

static void visit(const char *room)
{
	size_t len = strlen(stubs.visited);

	snprintf(stubs.visited + len, sizeof(stubs.visited) - len, "%s%s", len ? " " : "",
		 room);
}

int plan_resolve(const struct sip_uri *uri, const char *country, struct destination *ret)
{
	if (!text_eq(uri->user, TEXT("112")))
		return -ENOENT;
	*ret = (struct destination){ .kind = DESTINATION_EMERGENCY };
	return 0;
}

void auth_check(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		const struct flow *from, struct auth_result *ret)
{
	visit(header == SIP_HDR_AUTHORIZATION ? "auth" : "proxy-auth");
	*ret = (struct auth_result){ .verdict = stubs.verdict,
				     .reason = stubs.reason,
				     .wait_s = 64,
				     .credential = { .id = 42,
						     .line_id = 7,
						     .customer_id = 1,
						     .auth_name = "k7m2x9qd",
						     .number = "+41445550101" } };
}

bool auth_check_keep(struct auth *a, const struct sip_msg *m, const struct flow *from,
		     struct auth_result *result, struct auth_again *ret)
{
	auth_check(a, m, SIP_HDR_AUTHORIZATION, from, result);
	return false;
}

bool auth_again(struct auth *a, struct auth_again *g, const struct auth_words *w)
{
	return false;
}

int registrar_again(struct registrar *r, struct registrar_again *g, uint32_t cseq,
		    bool repeated, struct buf *b)
{
	return -EAGAIN;
}

void registrar_fetch(const struct registrar_again *g)
{
}

void auth_fetch(const struct auth *a, struct text nonce)
{
}

void registrar_let_go(struct registrar_again *g)
{
}

void auth_check_urgent(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		       const struct flow *from, struct auth_result *ret)
{
	visit("urgent");
	auth_check(a, m, header, from, ret);
}

int registrar_flow_credential(struct registrar *r, const struct flow *f, int64_t *ret)
{
	if (!stubs.bound_connection)
		return -ENOENT;
	*ret = stubs.bound_connection;
	return 0;
}

int account_credential_by_id(struct account_book *b, int64_t id,
			     struct account_credential *ret)
{
	*ret = (struct account_credential){ .id = id, .status = stubs.bound_status };
	return 0;
}

void auth_spare(struct auth *a,
		bool (*bound)(void *arg, int64_t credential_id,
			      const struct addr *source),
		void *arg)
{
}

struct rtpengine *rtpengine_new(const struct ng_config *cfg)
{
	return NULL;
}

void rtpengine_free(struct rtpengine *e)
{
}

size_t registrar_credential_bindings(struct registrar *r, int64_t credential_id,
				     struct binding *ret, size_t max)
{
	return 0;
}

void auth_challenge_put(struct auth *a, struct buf *response, bool proxy,
			const struct auth_result *result)
{
	sip_header_put(response,
		       proxy ? SIP_HDR_PROXY_AUTHENTICATE : SIP_HDR_WWW_AUTHENTICATE,
		       TEXT("Digest realm=\"example.com\", nonce=\"1\""));
}

unsigned registrar_register(struct registrar *r, const struct account_credential *c,
			    const struct flow *from, const struct sip_msg *m,
			    struct buf *b, struct registrar_said *ret,
			    struct registrar_again *again)
{
	if (again)
		*again = (struct registrar_again){ 0 };
	*ret = (struct registrar_said){ 0 };
	visit("registrar");
	txn_response_begin(b, from, m, stubs.register_status, NULL, TEXT("reg"));
	sip_body(b, TEXT_NONE, TEXT_NONE);
	return stubs.register_status;
}

unsigned registrar_end_credential(struct registrar *r, int64_t credential_id)
{
	return 1;
}

void registrar_flow_closed(struct registrar *r, const struct flow *f)
{
	visit("flow-closed");
}

size_t registrar_keepalives(struct registrar *r, unsigned shard, struct flow *ret,
			    size_t max)
{
	return 0;
}

int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret)
{
	char text[ADDR_TEXT_SIZE];

	if (!stubs.trunk_source ||
	    strcmp(addr_encode(text, &from->remote), stubs.trunk_source) != 0)
		return -ENOENT;
	*ret = 5;
	return 0;
}

struct trunk_keeper *trunk_keeper_new(const struct trunk_keeper_config *cfg)
{
	return (struct trunk_keeper *)cfg->own_host; /* any address */
}

void trunk_keeper_free(struct trunk_keeper *k)
{
}

void trunk_keeper_flow_closed(struct trunk_keeper *k, const struct flow *f)
{
}

struct call_engine {
	unsigned worker;
};

struct call_moves *call_moves_new(struct random *random)
{
	return (struct call_moves *)random; /* any address */
}

void call_moves_free(struct call_moves *m)
{
}

/* "moved1" has gone to worker 1. */
bool call_elsewhere(struct call_engine *e, struct text to_tag, unsigned *ret)
{
	*ret = 1;
	return e->worker != 1 && text_eq(to_tag, TEXT("moved1"));
}

struct call_engine *call_engine_new(const struct call_config *cfg)
{
	struct call_engine *e = calloc(1, sizeof(*e));

	if (e)
		e->worker = cfg->worker;
	return e;
}

void call_engine_free(struct call_engine *e)
{
	free(e);
}

void call_from_device(struct call_engine *e, const struct flow *from,
		      const struct sip_msg *invite, const struct account_credential *c)
{
	visit(c->id == 42 ? "call-device" : "call-stranger");
}

void call_from_trunk(struct call_engine *e, const struct flow *from,
		     const struct sip_msg *invite, unsigned trunk)
{
	visit(trunk == 5 ? "call-trunk" : "call-other-trunk");
}

enum call_source call_source_of(struct call_engine *e, const struct flow *from,
				const struct sip_msg *m, int64_t *credential_id)
{
	if (text_eq(m->from.tag, TEXT("foreign")))
		return CALL_SOURCE_FOREIGN;
	*credential_id = 1;
	return text_eq(m->from.tag, TEXT("moved")) ? CALL_SOURCE_MOVED
						   : CALL_SOURCE_KNOWN;
}

void call_in_dialog(struct call_engine *e, const struct flow *from,
		    const struct sip_msg *m)
{
	visit("call-in-dialog");
}

struct call_ended call_engine_end_credential(struct call_engine *e, int64_t credential_id,
					     const char *cause)
{
	return (struct call_ended){ .calls = 2, .spared = 1 };
}

size_t call_engine_list(struct call_engine *e, int64_t line_id, struct call_info *ret,
			size_t max)
{
	ret[0] = (struct call_info){ .line_id = line_id, .to = "+41445550102" };
	return 1;
}

size_t call_engine_count(const struct call_engine *e)
{
	return 3;
}

int account_credential_by_auth_name(struct account_book *b, struct text auth_name,
				    struct account_credential *ret)
{
	if (!text_eq(auth_name, TEXT("k7m2x9qd")))
		return -ENOENT;
	*ret = (struct account_credential){ .id = 42, .line_id = 7, .customer_id = 1 };
	return 0;
}

int account_line_by_number(struct account_book *b, struct text number,
			   struct account_line *ret)
{
	if (!text_eq(number, TEXT("+41445550101")))
		return -ENOENT;
	*ret = (struct account_line){ .id = 7, .customer_id = 1 };
	return 0;
}

int plan_resolve_text(struct text dialled, const char *country, struct destination *ret)
{
	*ret = (struct destination){ 0 };
	return text_copy(ret->key, sizeof(ret->key), dialled);
}

bool attempt_watched(struct event_log *log)
{
	return stubs.watched;
}

void event_put_late(struct event_log *log, struct event_late *late)
{
	late->fn(log, late);
	free(late);
}

void attempt_put(struct event_log *log, const struct attempt *a)
{
	stubs.attempts++;
	stubs.attempt = *a;
}

void event_put_device(struct event_log *log, const struct event_row *row,
		      unsigned window_s)
{
	snprintf(stubs.device_event, sizeof(stubs.device_event), "%s %s", row->kind,
		 row->reason);
}

void event_weigh_stranger(struct event_log *log, const struct event_row *row)
{
	stubs.weighed++;
}

void event_put_stranger(struct event_log *log, const struct event_row *row,
			unsigned window_s)
{
	strcpy(stubs.event, row->text);
	stubs.event_credential = row->credential_id;
}
