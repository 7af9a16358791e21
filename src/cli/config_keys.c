/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_keys.c - Every key with type, default, bounds and help. ownline.yaml(5) and
 * data/ownline.yaml are checked against this table. */

#include "cli/config_key.h"

#define AT(field_) offsetof(struct config, field_), sizeof(((struct config *)0)->field_)
#define TRUNK(field_)                                                                    \
	offsetof(struct trunk_config, field_), sizeof(((struct trunk_config *)0)->field_)

static const char *const log_levels[] = { "debug", "info", "warn", "error", NULL };
static const char *const vias[] = { "console", "http", NULL };
static const char *const medias[] = { "direct", "relay", NULL };

const struct config_key CONFIG_KEYS[] = {
	{ "domain", config_take_domain, NULL, AT(domain),
	  .help = "SIP domain: what stands behind the @ of your customers' addresses." },
	{ "realm", config_take_domain, "", AT(realm),
	  .help = "Digest realm; fixed once credentials exist. Default: the domain." },
	{ "country", config_take_country, "CH", AT(country),
	  .help = "ISO 3166 code of the number plan." },
	{ "timezone", config_take_zone, "Europe/Zurich", AT(timezone),
	  .help = "In which days begin and end." },
	{ "currency", config_take_currency, "CHF", AT(currency),
	  .help = "ISO 4217 code of all amounts." },
	{ "state_dir", config_take_text, "/var/lib/ownline", AT(state_dir), .min = 1,
	  .help = "Where the server keeps its files; relative paths of other keys are "
		  "inside "
		  "it. A relative one is beside the configuration file." },
	{ "store", config_take_store, "sqlite:ownline.db", AT(store),
	  .help = "sqlite:FILE or postgresql://user@host/name." },
	{ "vault_key", config_take_text, "vault.key", AT(vault_key), .min = 1,
	  .help = "File of the vault's key; only the core reads it." },
	{ "consent", config_take_text, "", AT(consent),
	  .help = "Directory with de.json, fr.json, it.json and en.json: your own terms "
		  "instead of those built in." },
	{ "user", config_take_text, "ownline", AT(user), .min = 1,
	  .help = "User of the core when started as root." },
	{ "web_user", config_take_text, "ownline-web", AT(web_user), .min = 1,
	  .help = "User of the web process when started as root." },
	{ "log", config_take_choice, "info", AT(log), .choices = log_levels,
	  .help = "Least level of the lines on standard error." },
	{ "tls.cert", config_take_text, "tls.crt", AT(tls_cert), .min = 1,
	  .help = "Certificate chain of the portal, PEM." },
	{ "tls.key", config_take_text, "tls.key", AT(tls_key), .min = 1,
	  .help = "Its private key, PEM." },
	{ "edge.listen", config_take_edge_listen, "udp:0.0.0.0:5060 tcp:0.0.0.0:5060",
	  AT(listen), .shape = CONFIG_LIST,
	  .help = "Where SIP is spoken: udp:ADDRESS:PORT, tcp:ADDRESS:PORT; [::] for "
		  "IPv6, * "
		  "for both families; port 0 takes a free one." },
	{ "edge.advertise", config_take_advertise, "", AT(advertise),
	  .help = "Address or name put into Via, Contact and SDP. Default: the address "
		  "that "
		  "a message came to." },
	{ "edge.workers", config_take_number, "0", AT(workers), 0, NET_WORKERS_MAX,
	  .help = "Threads that speak SIP; 0: one per core." },
	{ "portal.listen", config_take_portal_listen, "https:0.0.0.0:8443",
	  AT(portal.listen),
	  .help = "https:ADDRESS:PORT, or http:ADDRESS:PORT behind a reverse proxy." },
	{ "portal.origin", config_take_origin, "", AT(portal.origin),
	  .help = "How browsers name the portal. Default: https:// and the domain." },
	{ "portal.pages", config_take_text, OWNLINE_PAGES, AT(portal.pages),
	  .help = "Directory of the portal's pages." },
	{ "portal.code_s", config_take_number, "300", AT(portal.code_s), 1, 600,
	  .help = "How long a code sent by SMS can be used." },
	{ "portal.trusted_proxies", config_take_proxy, "", AT(portal.proxies),
	  .shape = CONFIG_LIST,
	  .help = "Addresses or networks (10.0.0.0/8) whose X-Forwarded-For is "
		  "believed." },
	{ "admin.listen", config_take_admin, "unix:admin.sock", AT(admin),
	  .help = "Where the CLI asks the running server: unix:FILE." },
	{ "sms.via", config_take_choice, "console", AT(sms.via), .choices = vias,
	  .help = "console prints each SMS on standard output; http asks a gateway." },
	{ "sms.url", config_take_url, "", AT(sms.url),
	  .help = "The gateway's URL; {to}, {text} and {from} are filled in." },
	{ "sms.method", config_take_text, "POST", AT(sms.method), .min = 3,
	  .help = "Method of the request." },
	{ "sms.headers", config_take_header, "", AT(sms.headers), .shape = CONFIG_LIST,
	  .help = "Further headers, \"Name: value\" each." },
	{ "sms.content_type", config_take_text, "", AT(sms.content_type),
	  .help = "Of the body, and how values are escaped in it. Default: "
		  "application/json "
		  "when the body begins with {, else "
		  "application/x-www-form-urlencoded." },
	{ "sms.body", config_take_text, "", AT(sms.body),
	  .help = "The request's body; {to}, {text} and {from} are filled in." },
	{ "sms.from", config_take_text, "", AT(sms.from),
	  .help = "What {from} stands for." },
	{ "sms.timeout_s", config_take_number, "5", AT(sms.timeout_s), 1, 60,
	  .help = "Seconds that the gateway has for an answer." },
	{ "media", config_take_choice, "relay", AT(media), .choices = medias,
	  .help = "relay: sound passes through this server; direct: between the "
		  "devices." },
	{ "media_ports", config_take_ports, "30000-39999",
	  offsetof(struct config, media_port_min), 0,
	  .help = "First and last UDP port of the relay." },
	{ "registrar.expires_min_s", config_take_number, "60", AT(expires_min_s), 10,
	  86400, .help = "Shortest registration; shorter ones are answered 423." },
	{ "registrar.expires_max_s", config_take_number, "7200", AT(expires_max_s), 10,
	  86400, .help = "Longest registration that is granted." },
	{ "registrar.expires_default_s", config_take_number, "3600",
	  AT(expires_default_s), 10, 86400,
	  .help = "Granted to a device that asks for none in particular." },
	{ "trunks", NULL, "", AT(trunks), .shape = CONFIG_TRUNKS,
	  .help = "Ways into the voice network." },
	{ 0 },
};

const struct config_key CONFIG_TRUNK_KEYS[] = {
	{ "name", config_take_trunk_name, NULL, TRUNK(name),
	  .help = "For logs and CDRs." },
	{ "uri", config_take_trunk_uri, NULL, TRUNK(uri),
	  .help = "sip:HOST[:PORT][;transport=tcp]." },
	{ "prefixes", config_take_prefix, "", offsetof(struct trunk_config, prefixes), 0,
	  .shape = CONFIG_LIST, .help = "E.164 prefixes that it carries; \"+\": all." },
	{ "national", config_take_flag, "false", TRUNK(national),
	  .help = "Takes short codes and helplines." },
	{ "emergency", config_take_flag, "false", TRUNK(emergency),
	  .help = "Takes emergency calls." },
	{ "user", config_take_text, "", TRUNK(user),
	  .help = "For its digest challenge; empty: it knows us by address." },
	{ "password", config_take_text, "", TRUNK(password), .help = "Likewise." },
	{ "realm", config_take_text, "", TRUNK(realm),
	  .help = "Of that challenge; empty: the host of uri. No other is answered." },
	{ 0 },
};

/* config_read.c notes for each key whether it was there. */
#define FITS(table)                                                                      \
	_Static_assert(sizeof(table) / sizeof(*(table)) <= CONFIG_KEYS_MAX, #table)
FITS(CONFIG_KEYS);
FITS(CONFIG_TRUNK_KEYS);
