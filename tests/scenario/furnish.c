/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/furnish.c - What stands in the house before the curtain rises: the statements
 * domain, advertise, set, product, rate, customer, line, credential, trunk. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "scenario/house.h"
#include "scenario/words.h"

static void must_store(struct house *h, const struct statement *s,
		       int (*fn)(struct store_db *db, void *arg), void *row)
{
	int r = house_ask(h, STORE_WRITE, fn, row);

	if (r < 0)
		play_fail(s, 0, "cannot be stored: %s", strerror(-r));
}

static enum segment segment_of(const struct statement *s, const char *word)
{
	static const char *const names[] = {
		[SEGMENT_RES] = "RES", [SEGMENT_SME] = "SME", [SEGMENT_ENT] = "ENT"
	};

	for (unsigned i = SEGMENT_RES; i <= SEGMENT_ENT; i++) {
		if (strcmp(word, names[i]) == 0)
			return (enum segment)i;
	}
	play_fail(s, 0, "%s is no segment: RES, SME or ENT", word);
}

static int32_t day_of(const struct statement *s, const char *word)
{
	int32_t day;

	if (date_day_decode(text_of(word), &day) < 0)
		play_fail(s, 0, "%s is no day", word);
	return day;
}

static int64_t money_of(const struct statement *s, const char *word)
{
	int64_t micros;

	if (money_decode(text_of(word), &micros) < 0)
		play_fail(s, 0, "%s is no money", word);
	return micros;
}

static unsigned number_of(const struct statement *s, const char *word)
{
	return words_has(s, word) ? (unsigned)atoi(words_need(s, word)) : 0;
}

/* domain voip.example.ch */
static void furnish_domain(struct house *h, const struct statement *s)
{
	if (h->credential_count)
		play_fail(s, 0, "the domain comes before the first credential");
	h->domain = words_need(s, "domain");
}

/* advertise phone.example.ch */
static void furnish_advertise(struct house *h, const struct statement *s)
{
	h->advertise = words_need(s, "advertise");
}

/* PCMA,telephone-event */
static void codecs_of(const struct statement *s, struct sdp_codecs *ret)
{
	struct text list = text_of(words_need(s, "codecs")), name;

	while (list.len && ret->count < SDP_CODECS_MAX) {
		text_split(list, ',', &name, &list);
		text_copy(ret->names[ret->count++], SDP_CODEC_SIZE, name);
	}
}

/* set ring 30s; set session 10m; set early single; set T1 100ms; set onnet trunk;
 * set redirect follow; set forwarded-caller line; set require-tls; set codecs PCMA,opus;
 * set workers 2; set media rtpengine */
static void furnish_set(struct house *h, const struct statement *s)
{
	if (words_has(s, "require-tls"))
		h->require_tls = true;
	else if (words_has(s, "codecs"))
		codecs_of(s, &h->codecs);
	else if (words_has(s, "media"))
		h->media.mode = strcmp(words_need(s, "media"), "rtpengine") == 0
					? MEDIA_RTPENGINE
					: MEDIA_DIRECT;
	else if (words_has(s, "onnet"))
		h->onnet_by_trunk = strcmp(words_need(s, "onnet"), "trunk") == 0;
	else if (words_has(s, "ring"))
		h->ring_s = (unsigned)(words_time_us(s, words_need(s, "ring")) / 1000000);
	else if (words_has(s, "session"))
		h->session_s =
			(unsigned)(words_time_us(s, words_need(s, "session")) / 1000000);
	else if (words_has(s, "early"))
		h->single_early = strcmp(words_need(s, "early"), "single") == 0;
	else if (words_has(s, "redirect"))
		h->policy.follow_redirects =
			strcmp(words_need(s, "redirect"), "follow") == 0;
	else if (words_has(s, "forwarded-caller"))
		h->policy.show_forwarder =
			strcmp(words_need(s, "forwarded-caller"), "line") == 0;
	else if (words_has(s, "workers"))
		h->workers = number_of(s, "workers");
	else if (words_has(s, "keepalive"))
		h->keepalive_s = (unsigned)(words_time_us(s, words_need(s, "keepalive")) /
					    1000000);
	else
		h->t1_ms = (unsigned)(words_time_us(s, words_need(s, "T1")) / 1000);
}

/* push apns: a webhook that answers 200 */
static void furnish_push(struct house *h, const struct statement *s)
{
	words_copy(s, words_need(s, "push"), h->push_provider.name,
		   sizeof(h->push_provider.name));
}

/* path-from 203.0.113.50: an edge proxy of ours */
static void furnish_path_from(struct house *h, const struct statement *s)
{
	if (addr_network_decode(text_of(words_need(s, "path-from")), &h->path_from) < 0)
		play_fail(s, 0, "expected: path-from ADDRESS");
}

static int put_product(struct store_db *db, void *row)
{
	return store_product_put(db, row);
}

/* product "inOne home" for RES with tariff home [from 2017-04-01] */
static void furnish_product(struct house *h, const struct statement *s)
{
	struct product_row row = { .segment = segment_of(s, words_need(s, "for")),
				   .credentials_from = day_of(s, "2017-04-01") };

	words_copy(s, words_need(s, "product"), row.name, sizeof(row.name));
	words_copy(s, words_need(s, "tariff"), row.tariff, sizeof(row.tariff));
	if (words_has(s, "from"))
		row.credentials_from = day_of(s, words_need(s, "from"));
	must_store(h, s, put_product, &row);
}

static int put_rate(struct store_db *db, void *row)
{
	return store_rate_put(db, row);
}

/* rate home +41 fixed setup 0 per-minute 0.079 every 60/60 */
static void furnish_rate(struct house *h, const struct statement *s)
{
	struct rate_row row = { .valid_from = day_of(s, "2017-01-01"),
				.setup_micros = money_of(s, words_need(s, "setup")),
				.per_minute_micros =
					money_of(s, words_need(s, "per-minute")) };

	if (s->word_count < 4)
		play_fail(s, 0, "expected: rate TARIFF PREFIX CLASS ...");
	words_copy(s, s->words[1], row.tariff, sizeof(row.tariff));
	words_copy(s, s->words[2], row.prefix, sizeof(row.prefix));
	words_copy(s, s->words[3], row.class_, sizeof(row.class_));
	if (sscanf(words_need(s, "every"), "%u/%u", &row.first_s, &row.next_s) != 2)
		play_fail(s, 0, "every what? 60/60");
	must_store(h, s, put_rate, &row);
}

static int put_customer(struct store_db *db, void *row)
{
	return store_customer_put(db, row);
}

/* customer muster RES [at LOCATION] */
static void furnish_customer(struct house *h, const struct statement *s)
{
	struct customer_row row = { .id = id_new(h->ids),
				    .language = "de",
				    .created_at = clock_wall_us(&h->clock.clock) };

	words_copy(s, words_need(s, "customer"), row.ref, sizeof(row.ref));
	words_copy(s, row.ref, row.name, sizeof(row.name));
	row.segment = segment_of(s, s->word_count > 2 ? s->words[2] : "RES");
	if (words_has(s, "at"))
		words_copy(s, words_need(s, "at"), row.location_ref,
			   sizeof(row.location_ref));
	must_store(h, s, put_customer, &row);
}

struct owner {
	const char *ref;
	struct customer_row row;
};

static int get_customer(struct store_db *db, void *arg)
{
	struct owner *o = arg;

	return store_customer_by_ref(db, o->ref, &o->row);
}

static int put_line(struct store_db *db, void *row)
{
	return store_line_put(db, row);
}

static int put_consent(struct store_db *db, void *row)
{
	return store_consent_put(db, row);
}

static void furnish_consent(struct house *h, const struct statement *s,
			    const struct line_row *line)
{
	struct consent_row row = { .id = id_new(h->ids),
				   .customer_id = line->customer_id,
				   .line_id = line->id,
				   .accepted_at = clock_wall_us(&h->clock.clock) };

	words_copy(s, words_need(s, "reach"), row.reach, sizeof(row.reach));
	must_store(h, s, put_consent, &row);
}

/* forward-busy +41445550103 ... [after 10s] */
static void forward_of(const struct statement *s, struct line_row *row)
{
	const struct {
		const char *word;
		char *to;
	} kinds[] = {
		{ "forward-always", row->forward_always },
		{ "forward-busy", row->forward_busy },
		{ "forward-no-answer", row->forward_no_answer },
		{ "forward-unreachable", row->forward_unreachable },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (words_has(s, kinds[i].word))
			words_copy(s, words_need(s, kinds[i].word), kinds[i].to,
				   E164_SIZE);
	}
	if (words_has(s, "after"))
		row->forward_after_s =
			(int32_t)(words_time_us(s, words_need(s, "after")) / 1000000);
}

/* line +41445550101 of muster with "inOne home" [clir] [frozen] [until 2020-01-01]
 * [forward-always +41...] */
static void furnish_line(struct house *h, const struct statement *s)
{
	struct owner owner = { .ref = words_need(s, "of") };
	struct line_row row = { .id = id_new(h->ids),
				.from_day = day_of(s, "2010-01-01"),
				.to_day = DATE_DAY_NEVER,
				.clir = words_has(s, "clir"),
				.frozen = words_has(s, "frozen"),
				.created_at = clock_wall_us(&h->clock.clock) };

	if (house_ask(h, STORE_READ, get_customer, &owner) < 0)
		play_fail(s, 0, "there is no customer \"%s\"", owner.ref);
	row.customer_id = owner.row.id;
	words_copy(s, words_need(s, "line"), row.number, sizeof(row.number));
	words_copy(s, words_need(s, "with"), row.product, sizeof(row.product));
	if (words_has(s, "until"))
		row.to_day = day_of(s, words_need(s, "until"));
	forward_of(s, &row);
	must_store(h, s, put_line, &row);
	if (words_has(s, "reach"))
		furnish_consent(h, s, &row);
}

struct found_line {
	const char *number;
	struct line_row row;
};

static int get_line(struct store_db *db, void *arg)
{
	struct found_line *l = arg;

	return store_line_by_number(db, l->number, &l->row);
}

static int put_credential(struct store_db *db, void *row)
{
	return store_credential_put(db, row);
}

static void seal(struct house *h, const struct statement *s,
		 const struct house_credential *c, struct credential_row *row)
{
	struct text name = text_of(c->auth_name), domain = text_of(h->domain);
	struct vault_ha1s ha1s;
	struct vault_sealed sealed;

	if (vault_ha1s_of_password(name, domain, domain, text_of(c->password), &ha1s) <
		    0 ||
	    vault_seal(h->vault, c->id, name, domain, &ha1s, &sealed) < 0)
		play_fail(s, 0, "the vault does not take it");
	memcpy(row->sealed, sealed.bytes, sealed.len);
	row->sealed_len = sealed.len;
}

static struct house_credential *new_credential(struct house *h, const struct statement *s)
{
	struct house_credential *c = &h->credentials[h->credential_count];

	if (h->credential_count++ == HOUSE_CREDENTIALS_MAX)
		play_fail(s, 0, "too many credentials");
	c->id = id_new(h->ids);
	words_copy(s, words_need(s, "credential"), c->name, sizeof(c->name));
	words_copy(s, words_need(s, "name"), c->auth_name, sizeof(c->auth_name));
	words_copy(s, words_need(s, "password"), c->password, sizeof(c->password));
	words_copy(s, words_need(s, "on"), c->number, sizeof(c->number));
	return c;
}

/* credential phone on +41445550101, name k7m2x9qd, password ... [pinned] [frozen] */
static void furnish_credential(struct house *h, const struct statement *s)
{
	struct house_credential *c = new_credential(h, s);
	struct found_line line = { .number = c->number };
	struct credential_row row = { .id = c->id,
				      .kind = CREDENTIAL_DEVICE,
				      .status = CREDENTIAL_ACTIVE,
				      .generation = 1,
				      .pinned_algorithm = words_has(s, "pinned"),
				      .created_at = clock_wall_us(&h->clock.clock),
				      .profile = "generic" };

	if (house_ask(h, STORE_READ, get_line, &line) < 0)
		play_fail(s, 0, "there is no line %s", c->number);
	row.customer_id = line.row.customer_id;
	row.line_id = line.row.id;
	if (words_has(s, "frozen"))
		row.status = CREDENTIAL_FROZEN;
	if (words_has(s, "revoked"))
		row.status = CREDENTIAL_REVOKED;
	words_copy(s, c->auth_name, row.auth_name, sizeof(row.auth_name));
	words_copy(s, c->name, row.label, sizeof(row.label));
	words_copy(s, h->domain, row.realm, sizeof(row.realm));
	seal(h, s, c, &row);
	must_store(h, s, put_credential, &row);
}

static void furnish_share(struct trunk_config *t, const struct statement *s)
{
	t->priority = number_of(s, "priority");
	t->weight = number_of(s, "weight");
	t->calls_max = number_of(s, "max");
	if (words_has(s, "health"))
		t->health_s =
			(unsigned)(words_time_us(s, words_need(s, "health")) / 1000000);
	t->location =
		words_has(s, "pani") ? TRUNK_LOCATION_PANI : TRUNK_LOCATION_GEOLOCATION;
	text_copy(t->access_info, sizeof(t->access_info),
		  TEXT("IEEE-802.3;eth-location=\"{location_ref}\""));
	if (words_has(s, "access"))
		words_copy(s, words_need(s, "access"), t->access_info,
			   sizeof(t->access_info));
	if (words_has(s, "rpid"))
		t->identity = TRUNK_IDENTITY_RPID;
	if (words_has(s, "from-only"))
		t->identity = TRUNK_IDENTITY_FROM;
	t->diversion = words_has(s, "history")        ? TRUNK_DIVERSION_HISTORY
		       : words_has(s, "no-diversion") ? TRUNK_DIVERSION_NONE
		       : words_has(s, "both")         ? TRUNK_DIVERSION_BOTH
						      : TRUNK_DIVERSION_DIVERSION;
	if (words_has(s, "codecs"))
		codecs_of(s, &t->codecs);
	t->registers = words_has(s, "registers");
	t->expires_s = words_has(s, "expires") ? number_of(s, "expires") : 3600;
	if (words_has(s, "last-resort"))
		t->emergency = TRUNK_EMERGENCY_LAST;
}

/* trunk pstn 203.0.113.10:5060 carries + [national] [emergency] [last-resort] [over tcp]
 * [codecs PCMA,telephone-event] [pani [access TEMPLATE]] [rpid] [from-only] [history|both|no-diversion]
 * [priority 1] [weight 3] [max 2] [health 30s] [registers [expires 600]] [as USER password PASSWORD realm REALM] */
static void furnish_trunk(struct house *h, const struct statement *s)
{
	struct trunk_config *t = &h->trunks[h->trunk_count];
	bool tcp = words_has(s, "over") && strcmp(words_need(s, "over"), "tcp") == 0;

	if (h->trunk_count++ == TRUNKS_MAX || s->word_count < 3)
		play_fail(s, 0, "expected: trunk NAME ADDRESS carries PREFIX");
	*t = (struct trunk_config){ .prefix_count = 1,
				    .national = words_has(s, "national"),
				    .emergency = words_has(s, "emergency") };
	furnish_share(t, s);
	words_copy(s, s->words[1], t->name, sizeof(t->name));
	snprintf(t->uri, sizeof(t->uri), "sip:%s%s", s->words[2],
		 tcp ? ";transport=tcp" : "");
	words_copy(s, words_need(s, "carries"), t->prefixes[0], sizeof(t->prefixes[0]));
	if (words_has(s, "as")) {
		words_copy(s, words_need(s, "as"), t->user, sizeof(t->user));
		words_copy(s, words_need(s, "password"), t->password,
			   sizeof(t->password));
		words_copy(s, words_need(s, "realm"), t->realm, sizeof(t->realm));
	}
}

static const struct {
	const char *word;
	void (*fn)(struct house *, const struct statement *);
} furniture[] = {
	{ "domain", furnish_domain },       { "set", furnish_set },
	{ "advertise", furnish_advertise }, { "product", furnish_product },
	{ "rate", furnish_rate },           { "customer", furnish_customer },
	{ "line", furnish_line },           { "credential", furnish_credential },
	{ "trunk", furnish_trunk },         { "path-from", furnish_path_from },
	{ "push", furnish_push },
};

bool house_furnish(struct house *h, const struct statement *s)
{
	for (size_t i = 0; i < sizeof(furniture) / sizeof(furniture[0]); i++) {
		if (strcmp(s->words[0], furniture[i].word) != 0)
			continue;
		if (h->edge)
			play_fail(s, 0, "the play has begun: %s comes before",
				  s->words[0]);
		furniture[i].fn(h, s);
		return true;
	}
	return false;
}
