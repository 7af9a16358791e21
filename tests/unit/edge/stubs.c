/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/stubs.c - Rooms that only write down who came. */

#include "unit/edge/stubs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rating/plan.h"

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
						     .auth_name = "k7m2x9qd",
						     .number = "+41445550101" } };
}

void auth_spare(struct auth *a,
		bool (*bound)(void *arg, int64_t credential_id,
			      const struct addr *source),
		void *arg)
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
			    struct buf *b)
{
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

int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret)
{
	char text[ADDR_TEXT_SIZE];

	if (!stubs.trunk_source ||
	    strcmp(addr_encode(text, &from->remote), stubs.trunk_source) != 0)
		return -ENOENT;
	*ret = 5;
	return 0;
}

struct call_engine {
	int nothing;
};

struct call_engine *call_engine_new(const struct call_config *cfg)
{
	return calloc(1, sizeof(struct call_engine));
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

void event_put_stranger(struct event_log *log, const struct event_row *row,
			unsigned window_s)
{
	strcpy(stubs.event, row->text);
	stubs.event_credential = row->credential_id;
}
