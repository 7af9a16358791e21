/* SPDX-License-Identifier: Apache-2.0 */
/* cli/rooms.c - The rooms, one short function each, opened by a table. */

#include "cli/rooms.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/advertise.h"
#include "cli/certificates.h"
#include "ops/ops.h"

enum { SMS_THREADS = 2, PUSH_THREADS = 4, RENEWAL_S = 12 * 3600 };

static int open_house(struct rooms *r, char *reason)
{
	return house_open(r->config, &r->house, reason);
}

static int open_auth(struct rooms *r, char *reason)
{
	struct auth_config cfg = { .book = r->house.book,
				   .vault = r->house.vault,
				   .clock = r->house.clock,
				   .random = r->house.random,
				   .realm = r->config->realm,
				   .domain = r->config->domain,
				   .calling_code = plan_calling_code(r->config->plan),
				   .devices = account_credential_count(r->house.book) };

	r->auth = auth_new(&cfg);
	return r->auth ? 0 : -ENOMEM;
}

static int open_push(struct rooms *r, char *reason)
{
	struct push_config cfg = { .providers = r->config->push,
				   .provider_count = r->config->push_count,
				   .timeout_s = r->config->push_timeout_s,
				   .threads = PUSH_THREADS };

	return r->config->push_count ? push_new(&cfg, &r->push) : 0;
}

static int open_registrar(struct rooms *r, char *reason)
{
	struct registrar_config cfg = {
		.store = r->house.store,
		.events = r->house.events,
		.loop = r->house.loop,
		.clock = r->house.clock,
		.random = r->house.random,
		.domain = r->config->domain,
		.advertise = r->config->advertise,
		.country = r->config->plan,
		.expires_min_s = r->config->expires_min_s,
		.expires_max_s = r->config->expires_max_s,
		.expires_default_s = r->config->expires_default_s,
		.gruu_key = r->gruu_key,
		.push = r->push,
		.path_from = r->config->path_from,
		.path_from_count = r->config->path_from_count,
		.nat_keepalive_s = r->config->nat_keepalive_s,
		.flow_timer_s = r->config->flow_timer_s,
	};
	int error;

	vault_derive(r->house.vault, "own-gruu", r->gruu_key);
	error = registrar_new(&cfg, &r->registrar);

	if (error)
		return error;
	error = registrar_load(r->registrar);
	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "bindings cannot be read: %s",
			 strerror(-error));
	return error;
}

static int open_trunks(struct rooms *r, char *reason)
{
	struct trunk_set_config cfg = {
		.trunks = r->config->trunks,
		.count = r->config->trunk_count,
		.loop = r->house.loop,
		.clock = r->house.clock,
		.random = r->house.random,
		.transports = 1u << TRANSPORT_UDP | 1u << TRANSPORT_TCP |
			      (certificates_needed(r->config) ? 1u << TRANSPORT_TLS : 0)
	};
	int error = trunk_set_new(&cfg, &r->trunks);

	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "trunks: %s", strerror(-error));
	return error;
}

static int open_tariffs(struct rooms *r, char *reason)
{
	return tariff_book_open(r->house.store, r->house.loop, r->house.clock,
				r->config->timezone, &r->tariffs, reason);
}

static int open_journal(struct rooms *r, char *reason)
{
	struct journal_config cfg = {
		.dir = config_in_state(r->config, "journal", r->journal_dir),
		.store = r->house.store,
		.events = r->house.events,
		.loop = r->house.loop,
		.clock = r->house.clock,
	};

	return journal_open(&cfg, &r->journal, reason);
}

/* The echo is the relay's, whoever carries the calls. */
static bool needs_relay(const struct config *c)
{
	bool needed = c->media != MEDIA_DIRECT;

	for (unsigned i = 0; i < c->trunk_count; i++)
		needed = needed || c->trunks[i].media == 1 + MEDIA_RELAY;
	return needed;
}

static int open_media(struct rooms *r, char *reason)
{
	struct media_config cfg = { .port_min = r->config->media_port_min,
				    .port_max = r->config->media_port_max,
				    .clock = r->house.clock,
				    .random = r->house.random };
	int error;

	if (!needs_relay(r->config))
		return 0;
	advertise_media(r->config, r->bound, &cfg);
	error = media_relay_new(&cfg, &r->media);
	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "the media relay: %s",
			 strerror(-error));
	return error;
}

/* A trunk may prove by its certificate who calls (trunk/source.c). */
static int ask_trunks(struct rooms *r)
{
	const char *names[NET_TLS_PEERS_MAX];
	unsigned n = 0;

	for (; n < r->config->trunk_count && n < NET_TLS_PEERS_MAX; n++)
		names[n] = r->config->trunks[n].certificate;
	return net_tls_ask_peers(r->tls, names, n);
}

static void renew(struct timer *t)
{
	struct rooms *r = container_of(t, struct rooms, renewal);

	certificates_renew(r->tls);
	timer_start(r->house.loop, t, RENEWAL_S * 1000LL, renew);
}

static int open_tls(struct rooms *r, char *reason)
{
	char why[CERTIFICATES_REASON_SIZE];
	int error;

	if (!certificates_needed(r->config))
		return 0;
	r->tls = net_tls_new();
	error = r->tls ? ask_trunks(r) : -ENOMEM;
	if (error)
		return error;
	error = certificates_load(r->config, r->tls, why);
	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "%.250s", why);
	else
		timer_start(r->house.loop, &r->renewal, RENEWAL_S * 1000LL, renew);
	return error;
}

static struct net_shared share(struct rooms *r)
{
	unsigned n = 0;

	r->origins[n++] = r->config->portal.origin;
	for (unsigned i = 0; i < r->config->origin_count; i++)
		r->origins[n++] = r->config->origins[i];
	return (struct net_shared){ r->tls, r->origins, n };
}

static int open_edge(struct rooms *r, char *reason)
{
	struct edge_config cfg = {
		.workers = r->bound->workers,
		.listeners = r->bound->listeners,
		.listener_count = r->bound->count,
		.shared = share(r),
		.clock = r->house.clock,
		.random = r->house.random,
		.ids = r->house.ids,
		.book = r->house.book,
		.auth = r->auth,
		.registrar = r->registrar,
		.trunks = r->trunks,
		.tariffs = r->tariffs,
		.journal = r->journal,
		.events = r->house.events,
		.media = r->media,
		.media_mode = (enum media_mode)r->config->media,
		.onnet_by_trunk = r->config->onnet == CONFIG_ONNET_TRUNK,
		.policy = { .follow_redirects = r->config->redirect == CONFIG_FOLLOW,
			    .show_forwarder =
				    r->config->forwarded_caller == CONFIG_LINE },
		.rtpengine = r->config->rtpengine.count ? &r->config->rtpengine : NULL,
		.media_signal = r->config->rtpengine_on_failure,
		.codecs = r->config->codecs.count ? &r->config->codecs : NULL,
		.domain = r->config->domain,
		.country = r->config->plan,
		.advertise = r->config->advertise,
		.ring_s = r->config->ring_s,
		.duration_max_s = r->config->duration_max_s,
		.silence_max_s = r->config->silence_max_s,
		.session_expires_s = r->config->session_expires_s,
		.session_min_s = r->config->session_min_s,
		.single_early = r->config->early_dialogs == 1,
		.push = r->push,
		.wake_s = r->config->push_wait_s,
		.nat_keepalive_s = r->config->nat_keepalive_s,
		.require_tls = r->config->require_tls,
	};
	int error = edge_start(&cfg, &r->edge);

	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "the SIP edge: %s", strerror(-error));
	return error;
}

static int open_sms(struct rooms *r, char *reason)
{
	const struct config_sms *s = &r->config->sms;
	struct sms_config cfg = {
		.via = (enum sms_via)s->via,
		.gateway = { .url = s->url,
			     .method = s->method,
			     .content_type = s->content_type,
			     .body = s->body,
			     .from = s->from,
			     .header_count = s->header_count,
			     .timeout_s = s->timeout_s },
		.loop = r->house.loop,
		.clock = r->house.clock,
		.random = r->house.random,
		.console_fd = STDOUT_FILENO,
		.threads = SMS_THREADS,
	};

	for (unsigned i = 0; i < s->header_count; i++)
		cfg.gateway.headers[i] = s->headers[i];
	return sms_new(&cfg, &r->sms);
}

static int open_consent(struct rooms *r, char *reason)
{
	return consent_load(r->config->consent, &r->consent, reason);
}

static int open_ops(struct rooms *r, char *reason)
{
	struct ops_config cfg = {
		.loop = r->house.loop,
		.clock = r->house.clock,
		.random = r->house.random,
		.ids = r->house.ids,
		.pool = r->house.pool,
		.store = r->house.store,
		.book = r->house.book,
		.desk = r->house.desk,
		.vault = r->house.vault,
		.events = r->house.events,
		.registrar = r->registrar,
		.edge = r->edge,
		.trunks = r->trunks,
		.journal = r->journal,
		.sms = r->sms,
		.consent = &r->consent,
		.domain = r->config->domain,
		.realm = r->config->realm,
		.country = r->config->plan,
		.timezone = r->config->timezone,
		.currency = r->config->currency,
		.code_s = r->config->portal.code_s,
		.portal_host = advertise_portal_host(r->config, r->portal_host),
		.proxy_host = advertise_proxy_host(r->config, r->bound, r->proxy_host),
		.proxy_port = advertise_proxy_port(r->bound),
		.version = OWNLINE_VERSION,
		.reload = r->reload,
		.reload_arg = r->arg,
	};

	return ops_new(&cfg, &r->ops);
}

static int open_admin(struct rooms *r, char *reason)
{
	char path[2 * CONFIG_PATH_SIZE];
	int error;

	config_in_state(r->config, r->config->admin, path);
	error = admin_new(r->ops, r->house.loop, path, &r->admin);
	if (error)
		snprintf(reason, HOUSE_REASON_SIZE, "%.180s: %s", path, strerror(-error));
	return error;
}

int rooms_open(struct rooms *r, char reason[HOUSE_REASON_SIZE])
{
	static int (*const steps[])(struct rooms *, char *) = {
		open_house,   open_auth,    open_push,  open_registrar, open_trunks,
		open_tariffs, open_journal, open_media, open_tls,       open_edge,
		open_sms,     open_consent, open_ops,   open_admin,
	};
	int error = 0;

	snprintf(reason, HOUSE_REASON_SIZE, "out of memory or descriptors");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !error; i++)
		error = steps[i](r, reason);
	return error;
}

/* The other way round, but that threads end before the memory that they use. */
void rooms_close(struct rooms *r)
{
	admin_free(r->admin);
	push_close(r->push);
	if (r->edge)
		edge_stop(r->edge);
	timer_stop(&r->renewal);
	net_tls_free(r->tls);
	house_rest(&r->house);
	sms_free(r->sms);
	ops_free(r->ops);
	consent_free(&r->consent);
	if (r->media)
		media_relay_free(r->media);
	if (r->journal)
		journal_close(r->journal);
	tariff_book_free(r->tariffs);
	trunk_set_free(r->trunks);
	registrar_free(r->registrar);
	push_free(r->push);
	auth_free(r->auth);
	house_close(&r->house);
}
