/* SPDX-License-Identifier: Apache-2.0 */
/* cli/certificates.c - Which files, and when they end. */

#include "cli/certificates.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sip/uri.h"

enum { SOON_S = 14 * 86400 };

bool certificates_of_trunk(const struct trunk_config *t)
{
	struct sip_uri uri;
	struct text transport;

	if (sip_uri_decode(text_of(t->uri), &uri) < 0)
		return false;
	return uri.scheme == SIP_SCHEME_SIPS ||
	       (sip_uri_param(&uri, TEXT("transport"), &transport) &&
		text_eq_nocase(transport, TEXT("tls")));
}

bool certificates_needed(const struct config *c)
{
	bool needed = false;

	for (unsigned i = 0; i < c->listen_count; i++)
		needed |= transport_secure((uint8_t)c->listen[i].transport);
	for (unsigned i = 0; i < c->trunk_count; i++)
		needed |= certificates_of_trunk(&c->trunks[i]);
	return needed;
}

static void warn(struct net_tls *tls)
{
	int64_t left_s = net_tls_ends_at(tls) - clock_wall_s(clock_real());

	if (left_s < 0)
		log_error("tls certificate=ended days_ago=%lld",
			  (long long)-left_s / 86400);
	else if (left_s < SOON_S)
		log_warn("tls certificate=ends_soon days_left=%lld",
			 (long long)left_s / 86400);
}

struct paths {
	char cert[2 * CONFIG_PATH_SIZE], key[2 * CONFIG_PATH_SIZE];
};

static struct net_tls_pair place(const struct config *c, const char *cert,
				 const char *key, struct paths *paths)
{
	config_in_state(c, cert, paths->cert);
	config_in_state(c, key, paths->key);
	return (struct net_tls_pair){ paths->cert, paths->key };
}

int certificates_load(const struct config *c, struct net_tls *tls,
		      char reason[CERTIFICATES_REASON_SIZE])
{
	struct paths paths[NET_TLS_PAIRS_MAX];
	struct net_tls_files files = { .pair_count = 1 };
	char ca[2 * CONFIG_PATH_SIZE], why[NET_TLS_REASON_SIZE];
	int error;

	files.pairs[0] = place(c, c->tls_cert, c->tls_key, &paths[0]);
	for (unsigned i = 0; i < c->certificate_count; i++, files.pair_count++)
		files.pairs[i + 1] = place(c, c->certificates[i].cert,
					   c->certificates[i].key, &paths[i + 1]);
	files.ca = c->tls_ca[0] ? config_in_state(c, c->tls_ca, ca) : "";
	error = net_tls_load(tls, &files, why);
	if (error)
		snprintf(reason, CERTIFICATES_REASON_SIZE, "%s%s", why,
			 error == -EACCES
				 ? " (the user of the core must be able to read it)"
				 : "");
	else
		warn(tls);
	return error;
}

void certificates_renew(struct net_tls *tls)
{
	char why[NET_TLS_REASON_SIZE];

	if (net_tls_load(tls, NULL, why) < 0)
		log_error("tls result=kept_old reason=\"%s\"", why);
	else
		warn(tls);
}
