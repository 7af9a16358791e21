/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_keys.c - Every key with type, default, bounds and help. ownline.yaml(5) and
 * data/ownline.yaml are checked against this table. */

#include "cli/config_key.h"

#define AT(field_) offsetof(struct config, field_), sizeof(((struct config *)0)->field_)
#define TRUNK(field_)                                                                    \
	offsetof(struct trunk_config, field_), sizeof(((struct trunk_config *)0)->field_)
#define CERTIFICATE(field_)                                                              \
	offsetof(struct config_certificate, field_),                                     \
		sizeof(((struct config_certificate *)0)->field_)

static const char *const log_levels[] = { "debug", "info", "warn", "error", NULL };
static const char *const vias[] = { "console", "http", NULL };
static const char *const onnets[] = {
	[CONFIG_ONNET_LOCAL] = "local", [CONFIG_ONNET_TRUNK] = "trunk", NULL
};
static const char *const locations[] = { [TRUNK_LOCATION_NONE] = "none",
					 [TRUNK_LOCATION_GEOLOCATION] = "geolocation",
					 [TRUNK_LOCATION_PANI] = "pani",
					 [TRUNK_LOCATION_BOTH] = "both",
					 NULL };
static const char *const identities[] = { [TRUNK_IDENTITY_PAI] = "pai",
					  [TRUNK_IDENTITY_RPID] = "rpid",
					  [TRUNK_IDENTITY_FROM] = "from",
					  NULL };
static const char *const diversions[] = { [TRUNK_DIVERSION_NONE] = "none",
					  [TRUNK_DIVERSION_DIVERSION] = "diversion",
					  [TRUNK_DIVERSION_HISTORY] = "history-info",
					  [TRUNK_DIVERSION_BOTH] = "both",
					  NULL };
static const char *const emergencies[] = { [TRUNK_EMERGENCY_NO] = "false",
					   [TRUNK_EMERGENCY_YES] = "true",
					   [TRUNK_EMERGENCY_LAST] = "last",
					   NULL };
static const char *const early_dialogs[] = { "many", "single", NULL };
static const char *const redirects[] = { "refuse", "follow", NULL };
static const char *const callers[] = { "caller", "line", NULL };
static const char *const medias[] = { [MEDIA_DIRECT] = "direct",
				      [MEDIA_RELAY] = "relay",
				      [MEDIA_RTPENGINE] = "rtpengine",
				      NULL };
static const char *const trunk_medias[] = { "default", "direct", "relay", "rtpengine",
					    NULL };
static const char *const on_failures[] = { "refuse", "signal", NULL };

static const struct config_entries trunks = {
	CONFIG_TRUNK_KEYS,
	sizeof(struct trunk_config),
	offsetof(struct config, trunk_count),
	TRUNKS_MAX,
	"at most 32 trunks {name: ..., uri: ...}",
};
static const struct config_entries pushes = {
	CONFIG_PUSH_KEYS,
	sizeof(struct push_provider),
	offsetof(struct config, push_count),
	PUSH_PROVIDERS_MAX,
	"at most 8 webhooks {provider: ..., url: ...}",
};
static const struct config_entries certificates = {
	CONFIG_CERTIFICATE_KEYS,
	sizeof(struct config_certificate),
	offsetof(struct config, certificate_count),
	CONFIG_CERTIFICATES_MAX,
	"at most 15 certificates {cert: ..., key: ...}",
};

const struct config_key CONFIG_KEYS[] = {
	{ "domain", config_take_domain, NULL, AT(domain),
	  .help = "SIP domain: what stands behind the @ of your customers' addresses." },
	{ "realm", config_take_domain, "", AT(realm),
	  .help = "Digest realm; fixed once credentials exist. Default: the domain." },
	{ "country", config_take_country, "CH", AT(country),
	  .help = "ISO 3166 code of the number plan." },
	{ "emergency_numbers", config_take_emergency_number, "", AT(emergency_numbers),
	  .shape = CONFIG_LIST,
	  .help = "Further emergency numbers, besides those of the country's plan." },
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
	{ "log", config_take_choice, "info", AT(log), .choices = log_levels, .live = true,
	  .help = "Least level of the lines on standard error." },
	{ "tls.cert", config_take_text, "tls.crt", AT(tls_cert), .min = 1,
	  .help = "Certificate chain of the portal and of SIP over TLS, PEM." },
	{ "tls.key", config_take_text, "tls.key", AT(tls_key), .min = 1,
	  .help = "Its private key, PEM." },
	{ "tls.ca", config_take_text, "", AT(tls_ca), .live = true,
	  .help = "Authorities that trunks' certificates are checked by, PEM. Default: "
		  "the system's." },
	{ "edge.listen", config_take_edge_listen,
	  "udp:0.0.0.0:5060 tcp:0.0.0.0:5060 tls:0.0.0.0:5061 wss:0.0.0.0:5066",
	  AT(listen), .shape = CONFIG_LIST,
	  .help = "Where SIP is spoken: udp:ADDRESS:PORT, tcp:, tls:, wss: (WebSocket); "
		  "ws: on loopback only; [::] for IPv6, * for both families; port 0 "
		  "takes "
		  "a free one." },
	{ "edge.certificates", NULL, "", AT(certificates), .shape = CONFIG_ENTRIES,
	  .entries = &certificates, .live = true,
	  .help = "Further certificates for SIP, chosen by the name that a device asks "
		  "for (SNI)." },
	{ "edge.origins", config_take_ws_origin, "", AT(origins), .shape = CONFIG_LIST,
	  .help = "Web pages beside the portal that may open a WebSocket; none stands "
		  "for clients that do not say where they come from." },
	{ "edge.advertise", config_take_advertise, "", AT(advertise),
	  .help = "Address or name put into Via, Contact and SDP. Default: the address "
		  "that "
		  "a message came to." },
	{ "edge.workers", config_take_number, "0", AT(workers), 0, NET_WORKERS_MAX,
	  .help = "Threads that speak SIP; 0: one per core." },
	{ "edge.path_from", config_take_path_from, "", AT(path_from),
	  .shape = CONFIG_LIST,
	  .help = "Addresses or networks of your edge proxies, whose Path (RFC 3327) is "
		  "believed." },
	{ "edge.require_tls", config_take_flag, "false", AT(require_tls),
	  .help = "Devices sign in and call by TLS and WSS only; emergency calls pass "
		  "by any." },
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
	  .help = "relay: sound passes through this server; rtpengine: through one; "
		  "direct: between the devices." },
	{ "media_ports", config_take_ports, "30000-39999",
	  offsetof(struct config, media_port_min), 0,
	  .help = "First and last UDP port of the relay." },
	{ "calls.redirect", config_take_choice, "refuse", AT(redirect),
	  .choices = redirects,
	  .help = "What a device's 3xx does: refuse, or follow as a forwarding of its "
		  "line." },
	{ "calls.forwarded_caller", config_take_choice, "caller", AT(forwarded_caller),
	  .choices = callers,
	  .help = "Whose number a trunk is shown for a forwarded call: the caller's, or "
		  "the line's that forwards." },
	{ "media_codecs", config_take_codec, "", AT(codecs), .shape = CONFIG_LIST,
	  .help = "Codecs that may be spoken, such as [opus, G722, PCMA, PCMU, "
		  "telephone-event, CN]; none: all." },
	{ "rtpengine.addresses", config_take_rtpengine, "", AT(rtpengine),
	  .shape = CONFIG_LIST,
	  .help = "Where rtpengine listens for ng commands: udp:ADDRESS:PORT each. With "
		  "media: relay it serves calls of which one side speaks WebRTC or "
		  "SRTP." },
	{ "rtpengine.on_failure", config_take_choice, "refuse", AT(rtpengine_on_failure),
	  .choices = on_failures,
	  .help = "When none answers: refuse the call (503), or signal it with the "
		  "descriptions as they are." },
	{ "registrar.expires_min_s", config_take_number, "60", AT(expires_min_s), 10,
	  3600, .help = "Shortest registration; shorter ones are answered 423." },
	{ "registrar.expires_max_s", config_take_number, "7200", AT(expires_max_s), 10,
	  86400, .help = "Longest registration that is granted." },
	{ "registrar.expires_default_s", config_take_number, "3600",
	  AT(expires_default_s), 10, 86400,
	  .help = "Granted to a device that asks for none in particular." },
	{ "registrar.nat_keepalive_s", config_take_number, "28", AT(nat_keepalive_s), 0,
	  600,
	  .help = "How often a device behind a NAT is sent a blank datagram; 0: never." },
	{ "registrar.flow_timer_s", config_take_number, "120", AT(flow_timer_s), 0, 3600,
	  .help = "How long a device that keeps its flow open (RFC 5626) may be silent; "
		  "0: it is told nothing." },
	{ "calls.ring_s", config_take_number, "180", AT(ring_s), 10, 600,
	  .help = "How long a call rings before it is given up." },
	{ "calls.duration_max_s", config_take_number, "14400", AT(duration_max_s), 60,
	  604800, .help = "Longest call; emergency calls have no end." },
	{ "calls.silence_max_s", config_take_number, "300", AT(silence_max_s), 30, 86400,
	  .help = "A call in which no sound has passed for so long is ended, unless it "
		  "is on "
		  "hold." },
	{ "calls.session_expires_s", config_take_number, "1800", AT(session_expires_s),
	  90, 86400,
	  .help = "How long a call lives on without being refreshed (RFC 4028), where "
		  "the "
		  "device or trunk knows session timers." },
	{ "calls.session_min_s", config_take_number, "90", AT(session_min_s), 90, 3600,
	  .help = "Shortest such interval that is granted; shorter ones are answered "
		  "422." },
	{ "calls.early_dialogs", config_take_choice, "many", AT(early_dialogs),
	  .choices = early_dialogs,
	  .help = "many: each device that rings may send sound of its own before it "
		  "answers; "
		  "single: for callers that take one early dialog only." },
	{ "onnet", config_take_choice, "local", AT(onnet), .choices = onnets,
	  .help = "Calls between two of our lines: local, or trunk: by your voice "
		  "network, "
		  "which hands them back." },
	{ "push", NULL, "", AT(push), .shape = CONFIG_ENTRIES, .entries = &pushes,
	  .help = "Webhooks that wake apps (RFC 8599), one for each push service." },
	{ "push_wait_s", config_take_number, "8", AT(push_wait_s), 1, 30,
	  .help = "How long a call waits for an app that was woken." },
	{ "push_timeout_s", config_take_number, "5", AT(push_timeout_s), 1, 30,
	  .help = "Seconds that a webhook has for an answer." },
	{ "trunks", NULL, "", AT(trunks), .shape = CONFIG_ENTRIES, .entries = &trunks,
	  .help = "Ways into the voice network." },
	{ 0 },
};

#define PUSH(field_)                                                                     \
	offsetof(struct push_provider, field_),                                          \
		sizeof(((struct push_provider *)0)->field_)

const struct config_key CONFIG_PUSH_KEYS[] = {
	{ "provider", config_take_trunk_name, NULL, PUSH(name),
	  .help = "What apps name in pn-provider: apns, fcm ..." },
	{ "url", config_take_url, NULL, PUSH(url), .min = 1,
	  .help = "Where the request goes, https://..." },
	{ "headers", config_take_push_header, "", PUSH(headers), .shape = CONFIG_LIST,
	  .help = "Headers of the request, such as \"Authorization: Bearer ...\"." },
	{ 0 },
};

const struct config_key CONFIG_TRUNK_KEYS[] = {
	{ "name", config_take_trunk_name, NULL, TRUNK(name),
	  .help = "For logs and CDRs." },
	{ "uri", config_take_trunk_uri, NULL, TRUNK(uri),
	  .help = "sip:HOST[:PORT][;transport=udp, tcp or tls], or sips:HOST." },
	{ "prefixes", config_take_prefix, "", offsetof(struct trunk_config, prefixes), 0,
	  .shape = CONFIG_LIST, .help = "E.164 prefixes that it carries; \"+\": all." },
	{ "priority", config_take_number, "0", TRUNK(priority), 0, TRUNK_PRIORITY_MAX,
	  .help = "Among trunks of one prefix: the lowest is asked first." },
	{ "weight", config_take_number, "0", TRUNK(weight), 0, TRUNK_WEIGHT_MAX,
	  .help = "Its share of the calls among those of one prefix and priority." },
	{ "calls_max", config_take_number, "0", TRUNK(calls_max), 0, 1000000,
	  .help = "Calls at a time, in and out; 0: no bound." },
	{ "health_s", config_take_number, "0", TRUNK(health_s), 0, 3600,
	  .help = "Seconds between two OPTIONS that ask whether it is there; 0: none." },
	{ "register", config_take_flag, "false", TRUNK(registers),
	  .help = "We register with it, as user." },
	{ "expires_s", config_take_number, "3600", TRUNK(expires_s), 60, 86400,
	  .help = "For how long we register." },
	{ "account", config_take_text, "", TRUNK(account),
	  .help = "What stands before the @ of the address that we register; empty: "
		  "user." },
	{ "sources", config_take_source, "", offsetof(struct trunk_config, sources), 0,
	  .shape = CONFIG_LIST,
	  .help = "Addresses or networks that its calls come from, besides uri's own." },
	{ "certificate", config_take_domain, "", TRUNK(certificate),
	  .help = "Over TLS: the name that its certificate must be for; then it is known "
		  "by nothing else." },
	{ "national", config_take_flag, "false", TRUNK(national),
	  .help = "Takes short codes and helplines." },
	{ "emergency", config_take_choice, "false", TRUNK(emergency),
	  .choices = emergencies,
	  .help = "Takes emergency calls; last: when all others have failed." },
	{ "location", config_take_choice, "geolocation", TRUNK(location),
	  .choices = locations,
	  .help = "How it is told where an emergency call comes from." },
	{ "access_info", config_take_text,
	  "IEEE-802.3;eth-location=\"{location_ref}\";network-provided",
	  TRUNK(access_info), .min = 1,
	  .help = "P-Access-Network-Info of location: pani, with {location_ref} and "
		  "{number}." },
	{ "identity", config_take_choice, "pai", TRUNK(identity), .choices = identities,
	  .help = "How it is told who calls: pai, rpid or from." },
	{ "diversion", config_take_choice, "diversion", TRUNK(diversion),
	  .choices = diversions, .help = "How it is told of forwarded calls." },
	{ "media", config_take_choice, "default", TRUNK(media), .choices = trunk_medias,
	  .help = "What its calls' sound passes through; default: as media says." },
	{ "codecs", config_take_codec, "", TRUNK(codecs), .shape = CONFIG_LIST,
	  .help = "Codecs of media_codecs that may be spoken with it; none: all of "
		  "them." },
	{ "user", config_take_text, "", TRUNK(user),
	  .help = "For its digest challenge; empty: it knows us by address." },
	{ "password", config_take_text, "", TRUNK(password), .help = "Likewise." },
	{ "realm", config_take_text, "", TRUNK(realm),
	  .help = "Of that challenge; empty: the host of uri. No other is answered." },
	{ 0 },
};

const struct config_key CONFIG_CERTIFICATE_KEYS[] = {
	{ "cert", config_take_text, NULL, CERTIFICATE(cert), .min = 1,
	  .help = "Certificate chain, PEM." },
	{ "key", config_take_text, NULL, CERTIFICATE(key), .min = 1,
	  .help = "Its private key, PEM." },
	{ 0 },
};

/* config_read.c notes for each key whether it was there. */
#define FITS(table)                                                                      \
	_Static_assert(sizeof(table) / sizeof(*(table)) <= CONFIG_KEYS_MAX, #table)
FITS(CONFIG_KEYS);
FITS(CONFIG_PUSH_KEYS);
FITS(CONFIG_TRUNK_KEYS);
FITS(CONFIG_CERTIFICATE_KEYS);
