/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_config.c - cli/config*.c: what is wrong is named with line, key and what
 * was expected. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/config.h"
#include "unit.h"

static int load(const char *text, struct config *c, struct config_faults *f)
{
	char path[64];
	int error;

	unit_write(text, path);
	error = config_load(path, c, f);
	unlink(path);
	return error;
}

#define D "domain: x.example\n"

static const struct {
	const char *what, *file;
	unsigned line;
	const char *key, *text;
} bad[] = {
	{ "a missing domain", "country: CH\n", 0, "domain", "missing" },
	{ "an empty file", "", 0, "domain", "missing" },
	{ "a misspelt key", "domian: x.example\n", 1, "domian", "did you mean domain?" },
	{ "a misspelt key in a group", D "edge: {listne: []}\n", 2, "edge.listne",
	  "did you mean edge.listen?" },
	{ "a key far from any", D "purple: 1\n", 2, "purple", "unknown key" },
	{ "a key twice", D "domain: y.example\n", 2, "domain", "twice" },
	{ "a group without keys", D "edge: 5\n", 2, "edge", "expected a mapping" },
	{ "a list for a value", D "country: [CH]\n", 2, "country", "found a list" },
	{ "a value for a list", D "edge:\n  listen: udp:*:5060\n", 3, "edge.listen",
	  "expected a list" },
	{ "a mapping in a list", D "edge:\n  listen: [{a: b}]\n", 3, "edge.listen",
	  "found a mapping" },
	{ "a domain with a blank", "domain: x example\n", 1, "domain", "a domain name" },
	{ "a country in small letters", D "country: ch\n", 2, "country", "two capital" },
	{ "a long currency", D "currency: CHFR\n", 2, "currency", "three capital" },
	{ "an unknown zone", D "timezone: Europe/Zuerich\n", 2, "timezone", "time zone" },
	{ "an unknown database", D "store: mysql:x\n", 2, "store", "sqlite:FILE" },
	{ "an unknown level", D "log: loud\n", 2, "log", "debug, info, warn or error" },
	{ "no address", D "edge:\n  listen: [\"udp:nowhere:port\"]\n", 3, "edge.listen",
	  "found udp:nowhere:port" },
	{ "no port", D "edge:\n  listen: [\"udp:0.0.0.0\"]\n", 3, "edge.listen",
	  "an address and port" },
	{ "a port too large", D "edge:\n  listen: [\"udp:0.0.0.0:65536\"]\n", 3,
	  "edge.listen", "an address and port" },
	{ "a WebSocket without TLS for everybody",
	  D "edge:\n  listen: [\"ws:0.0.0.0:5066\"]\n", 3, "edge.listen",
	  "ws: on a loopback address" },
	{ "on every address", D "edge:\n  listen: [\"ws:*:5066\"]\n", 3, "edge.listen",
	  "ws: on a loopback address" },
	{ "an origin with a path", D "edge:\n  origins: [https://a.example/b]\n", 3,
	  "edge.origins", "such as https://phone.example.ch, or none" },
	{ "an origin without scheme", D "edge:\n  origins: [a.example]\n", 3,
	  "edge.origins", "such as https://phone.example.ch, or none" },
	{ "half a certificate", D "edge:\n  certificates: [{cert: a.crt}]\n", 3,
	  "edge.certificates.key", "missing" },
	{ "another transport", D "edge:\n  listen: [\"sctp:0.0.0.0:5060\"]\n", 3,
	  "edge.listen", "udp:ADDRESS:PORT, tcp:, tls: or wss:" },
	{ "nobody listens", D "edge:\n  listen: []\n", 0, "edge.listen", "at least one" },
	{ "a word for a number", D "edge:\n  workers: many\n", 3, "edge.workers",
	  "a number from 0 to 64" },
	{ "too many", D "edge:\n  workers: 65\n", 3, "edge.workers",
	  "a number from 0 to 64" },
	{ "an address with port", D "edge:\n  advertise: 192.0.2.1:5060\n", 3,
	  "edge.advertise", "without port" },
	{ "the portal everywhere", D "portal:\n  listen: https:*:8443\n", 3,
	  "portal.listen", "https:ADDRESS:PORT" },
	{ "the portal nowhere", D "portal:\n  listen: 8443\n", 3, "portal.listen",
	  "https:ADDRESS:PORT" },
	{ "an origin with a path", D "portal:\n  origin: https://x.example/portal\n", 3,
	  "portal.origin", "nothing behind it" },
	{ "no network", D "portal:\n  trusted_proxies: [10.0.0.0/33]\n", 3,
	  "portal.trusted_proxies", "10.0.0.0/8" },
	{ "admin over TCP", D "admin:\n  listen: tcp:127.0.0.1:1\n", 3, "admin.listen",
	  "unix:FILE" },
	{ "SMPP is for later", D "sms: {via: smpp}\n", 2, "sms.via", "console or http" },
	{ "a gateway without URL", D "sms: {via: http}\n", 0, "sms.url", "missing" },
	{ "a gateway without text", D "sms: {via: http, url: \"http://g/{to}\"}\n", 0,
	  "sms.body", "{text}" },
	{ "another scheme", D "sms: {via: http, url: \"ftp://g/{to}{text}\"}\n", 2,
	  "sms.url", "https://" },
	{ "a header of two lines", D "sms: {headers: [\"A: b\\nC: d\"]}\n", 2,
	  "sms.headers", "Name: value" },
	{ "rtpengine nowhere", D "media: rtpengine\n", 0, "rtpengine.addresses",
	  "missing" },
	{ "a trunk's rtpengine nowhere",
	  D "trunks:\n  - {name: a, uri: \"sip:h\", media: rtpengine}\n", 0,
	  "rtpengine.addresses", "missing" },
	{ "rtpengine by name",
	  D "rtpengine: {addresses: [\"udp:rtp.example.ch:2223\"]}\n", 2,
	  "rtpengine.addresses", "udp:ADDRESS:PORT" },
	{ "rtpengine over TCP", D "rtpengine: {addresses: [\"tcp:127.0.0.1:2223\"]}\n", 2,
	  "rtpengine.addresses", "udp:ADDRESS:PORT" },
	{ "another way of sound", D "media: rtpproxy\n", 2, "media",
	  "direct, relay or rtpengine" },
	{ "an emergency number with a 0", D "emergency_numbers: [0911]\n", 2,
	  "emergency_numbers", "3 to 6 digits" },
	{ "an emergency number too short", D "emergency_numbers: [11]\n", 2,
	  "emergency_numbers", "3 to 6 digits" },
	{ "a word for an emergency number", D "emergency_numbers: [help]\n", 2,
	  "emergency_numbers", "3 to 6 digits" },
	{ "too many emergency numbers",
	  D "emergency_numbers: [111111, 222222, 333333, 444444, 555555, 666666, 777777, "
	    "888888, 999999]\n",
	  2, "emergency_numbers", "at most 8" },
	{ "a codec of two words", D "media_codecs: [\"G 711\"]\n", 2, "media_codecs",
	  "PCMA" },
	{ "ports the wrong way round", D "media_ports: 4000-3000\n", 2, "media_ports",
	  "FIRST-LAST" },
	{ "expiries crossed", D "registrar: {expires_max_s: 3000}\n", 0,
	  "registrar.expires_default_s", "between" },
	/* RFC 3261 10.3 step 7: whoever asks for an hour is never told that it is too brief */
	{ "a shortest registration above an hour", D "registrar: {expires_min_s: 3601}\n",
	  2, "registrar.expires_min_s", "10 to 3600" },
	{ "session timers crossed",
	  D "calls: {session_expires_s: 100, session_min_s: 200}\n", 0,
	  "calls.session_min_s", "at most" },
	{ "two early dialogs", D "calls: {early_dialogs: two}\n", 2,
	  "calls.early_dialogs", "single" },
	{ "trunks that are no list", D "trunks: {name: a}\n", 2, "trunks", "a list" },
	{ "a trunk without uri", D "trunks:\n  - name: a\n", 3, "trunks.uri", "missing" },
	{ "a trunk's unknown key",
	  D "trunks:\n  - {name: a, uri: \"sip:h\", prefixs: []}\n", 3, "prefixs",
	  "did you mean prefixes?" },
	{ "a trunk by tel:", D "trunks:\n  - {name: a, uri: \"tel:+41\"}\n", 3,
	  "trunks.uri", "sip:HOST" },
	{ "a prefix without +",
	  D "trunks:\n  - {name: a, uri: \"sip:h\", prefixes: [41]}\n", 3,
	  "trunks.prefixes", "\"+\" for all" },
	{ "a network that is none",
	  D "trunks:\n  - {name: a, uri: \"sip:h\",\n     sources: [10.0.0.0/33]}\n", 4,
	  "trunks.sources", "at most 16 addresses or networks" },
	{ "a certificate's name",
	  D "trunks:\n  - {name: a, uri: \"sip:h\", certificate: a b}\n", 3,
	  "trunks.certificate", "a domain name" },
	{ "yes is not true", D "trunks:\n  - {name: a, uri: \"sip:h\", emergency: yes}\n",
	  3, "trunks.emergency", "false, true or last" },
	{ "an origin with a blank", D "portal:\n  origin: https://x y\n", 3,
	  "portal.origin", "https://HOST" },
	{ "two documents", D "---\ndomain: y.example\n", 3, "", "one document" },
	{ "no YAML", "domain: [x\n", 2, "", "not YAML" },
	{ "a tab", "domain: x.example\n\tcountry: CH\n", 2, "", "not YAML" },
	{ "a list", "- a\n", 1, "", "keys and values" },
};

static bool named(const struct config_faults *f, size_t i)
{
	for (unsigned k = 0; k < f->count && k < CONFIG_FAULTS_MAX; k++) {
		if (f->faults[k].line == bad[i].line &&
		    strcmp(f->faults[k].key, bad[i].key) == 0 &&
		    strstr(f->faults[k].text, bad[i].text))
			return true;
	}
	return false;
}

static void test_bad_files(void **state)
{
	struct config_faults *f = calloc(1, sizeof(*f));
	struct config *c = calloc(1, sizeof(*c));

	for (size_t i = 0; i < COUNT(bad); i++) {
		int error = load(bad[i].file, c, f);

		if (error != -EINVAL || !named(f, i))
			fail_msg("%s: %d, line %u: %s: %s", bad[i].what, error,
				 f->faults[0].line, f->faults[0].key, f->faults[0].text);
	}
	free(c);
	free(f);
}

static void test_all_faults_at_once(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(load(D "country: x\ncurrency: y\nlog: z\n", &c, &f), -EINVAL);
	assert_int_equal(f.count, 3);
}

static void test_secrets_are_not_repeated(void **state)
{
	struct config_faults f;
	struct config c;
	char file[400] = D "trunks:\n  - {name: a, uri: \"sip:h\", password: \"";

	memset(file + strlen(file), 's', 200);
	strcat(file, "\"}\n");
	assert_int_equal(load(file, &c, &f), -EINVAL);
	assert_string_equal(f.faults[0].key, "trunks.password");
	assert_null(strstr(f.faults[0].text, "ssss"));
}

static void test_no_url_is_repeated(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(
		load(D "store: mysql://own:hunter22@host/db\n"
		       "sms: {via: http, url: \"ftp://u:hunter22@g/{to}{text}\"}\n",
		     &c, &f),
		-EINVAL);
	assert_true(f.count >= 2);
	for (unsigned i = 0; i < f.count; i++)
		assert_null(strstr(f.faults[i].text, "hunter22"));
}

static void test_emergency_numbers(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(
		load(D "emergency_numbers: [911, \"1414\"]\ncountry: LI\n", &c, &f), 0);
	assert_string_equal(c.plan, "LI 911 1414");
}

static void test_defaults(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(load(D, &c, &f), 0);
	assert_string_equal(c.realm, "x.example");
	assert_string_equal(c.country, "CH");
	assert_string_equal(c.plan, "CH");
	assert_string_equal(c.store, "sqlite:ownline.db");
	assert_string_equal(c.portal.origin, "https://x.example");
	assert_true(c.portal.listen.tls);
	assert_int_equal(c.portal.listen.addr.port, 8443);
	assert_int_equal(c.listen_count, 4);
	assert_int_equal(c.listen[0].transport, TRANSPORT_UDP);
	assert_int_equal(c.listen[1].transport, TRANSPORT_TCP);
	assert_int_equal(c.listen[1].addr.port, 5060);
	assert_int_equal(c.listen[2].transport, TRANSPORT_TLS);
	assert_int_equal(c.listen[2].addr.port, 5061);
	assert_int_equal(c.listen[3].transport, TRANSPORT_WSS);
	assert_int_equal(c.listen[3].addr.port, 5066);
	assert_int_equal(c.certificate_count, 0);
	assert_int_equal(c.origin_count, 0);
	assert_int_equal(c.media, MEDIA_RELAY);
	assert_int_equal(c.media_port_min, 30000);
	assert_int_equal(c.log, LOG_INFO);
	assert_int_equal(c.sms.via, SMS_CONSOLE);
	assert_int_equal(c.expires_default_s, 3600);
	assert_string_equal(c.admin, "admin.sock");
	assert_int_equal(c.trunk_count, 0);
}

static void test_certificates_and_origins(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(load(D
			      "tls: {ca: /etc/ca.crt}\n"
			      "edge:\n  listen: [\"ws:127.0.0.1:5066\", \"tls:*:5061\"]\n"
			      "  certificates: [{cert: b.crt, key: b.key}, "
			      "{cert: c.crt, key: c.key}]\n"
			      "  origins: [\"https://a.example:8443\", none]\n",
			      &c, &f),
			 0);
	assert_string_equal(c.tls_ca, "/etc/ca.crt");
	assert_int_equal(c.listen[0].transport, TRANSPORT_WS);
	assert_true(c.listen[1].both);
	assert_int_equal(c.certificate_count, 2);
	assert_string_equal(c.certificates[1].cert, "c.crt");
	assert_string_equal(c.certificates[1].key, "c.key");
	assert_int_equal(c.origin_count, 2);
	assert_string_equal(c.origins[0], "https://a.example:8443");
	assert_string_equal(c.origins[1], "none");
}

static void test_values(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(
		load("domain: voip.example.ch\nrealm: r.example\nlog: debug\n"
		     "edge:\n  listen: [\"udp:*:5070\", \"tcp:[::1]:0\"]\n  workers: 3\n"
		     "portal:\n  listen: http:127.0.0.1:8080\n  trusted_proxies: "
		     "[\"10.0.0.0/8\", \"2001:db8::1\"]\n"
		     "sms:\n  via: http\n  url: \"https://g.example/\"\n"
		     "  body: '{\"to\":\"{to}\",\"text\":\"{text}\"}'\n"
		     "  headers: [\"X-Token: abc\"]\n"
		     "media: direct\n"
		     "trunks:\n  - name: pstn\n    uri: \"sip:192.0.2.1;transport=tcp\"\n"
		     "    prefixes: [\"+41\", \"+423\"]\n    emergency: true\n",
		     &c, &f),
		0);
	assert_string_equal(c.realm, "r.example");
	assert_int_equal(c.log, LOG_DEBUG);
	assert_true(c.listen[0].both);
	assert_int_equal(c.listen[0].addr.port, 5070);
	assert_int_equal(c.listen[1].addr.family, AF_INET6);
	assert_int_equal(c.workers, 3);
	assert_false(c.portal.listen.tls);
	assert_int_equal(c.portal.proxy_count, 2);
	assert_int_equal(c.portal.proxies[0].bits, 8);
	assert_int_equal(c.portal.proxies[1].bits, 128);
	assert_string_equal(c.sms.content_type, "application/json");
	assert_string_equal(c.sms.headers[0], "X-Token: abc");
	assert_int_equal(c.media, MEDIA_DIRECT);
	assert_int_equal(c.trunks[0].prefix_count, 2);
	assert_string_equal(c.trunks[0].prefixes[1], "+423");
	assert_true(c.trunks[0].emergency);
	assert_false(c.trunks[0].national);
}

static void test_a_relative_state_dir_is_beside_the_file(void **state)
{
	struct config_faults f;
	struct config c;
	char path[2 * CONFIG_PATH_SIZE];

	assert_int_equal(load(D "state_dir: state\n", &c, &f), 0);
	assert_string_equal(c.state_dir, "/tmp/state");
	assert_string_equal(config_in_state(&c, "vault.key", path),
			    "/tmp/state/vault.key");
	assert_string_equal(config_in_state(&c, "/etc/vault.key", path),
			    "/etc/vault.key");
}

static void test_files_that_cannot_be_read(void **state)
{
	struct config_faults f;
	struct config c;

	assert_int_equal(config_load("/nonexistent/ownline.yaml", &c, &f), -ENOENT);
	assert_int_equal(f.count, 1);
}

/* Behind the keys a comment of so many bytes. */
static int load_long(size_t len, bool piped, struct config_faults *f)
{
	char path[64];
	struct config c;
	char *bytes = malloc(len);
	int fds[2], error;

	memset(bytes, '#', len);
	memcpy(bytes, D, sizeof(D) - 1);
	if (piped)
		assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	else
		fds[0] = fds[1] = memfd_create("ownline.yaml", MFD_CLOEXEC);
	assert_int_equal(write(fds[1], bytes, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	if (piped)
		close(fds[1]);
	error = config_load(path, &c, f);
	close(fds[0]);
	free(bytes);
	return error;
}

static void test_files_of_any_length_and_kind(void **state)
{
	struct config_faults f;

	assert_int_equal(load_long(sizeof(D) - 1, false, &f), 0);
	assert_int_equal(load_long(5000, false, &f), 0);
	assert_int_equal(load_long(5000, true, &f), 0);
	assert_int_equal(load_long(CONFIG_FILE_MAX, false, &f), 0);
	assert_int_equal(load_long(CONFIG_FILE_MAX + 1, false, &f), -EFBIG);
	assert_int_equal(f.count, 1);
}

static void collect(void *arg, const char *text)
{
	strcat(arg, text);
}

static void test_warnings(void **state)
{
	char warnings[2000] = "";
	struct config_faults f;
	struct config c;

	load(D "portal: {listen: \"http:0.0.0.0:80\"}\n", &c, &f);
	config_warn(&c, collect, warnings);
	assert_non_null(strstr(warnings, "NO TRUNK CARRIES EMERGENCY CALLS"));
	assert_non_null(strstr(warnings, "console"));
	assert_non_null(strstr(warnings, "in the clear"));
	warnings[0] = '\0';
	load(D "sms: {via: http, url: \"http://g/{to}{text}\"}\n"
	       "trunks: [{name: a, uri: \"sip:h\", emergency: true}]\n",
	     &c, &f);
	config_warn(&c, collect, warnings);
	assert_string_equal(warnings, "");
	load(D "sms: {via: http, url: \"http://g/{to}{text}\"}\n"
	       "trunks:\n"
	       "  - {name: a, uri: \"sips:h\", emergency: true, user: u}\n"
	       "  - {name: b, uri: \"sip:h\", certificate: sbc.example.net}\n"
	       "  - {name: c, uri: \"sips:h\", certificate: sbc.example.net}\n",
	     &c, &f);
	config_warn(&c, collect, warnings);
	assert_non_null(strstr(warnings, "Trunk a is reached over TLS"));
	assert_non_null(strstr(warnings, "Trunk a has a user without a password"));
	assert_non_null(strstr(warnings, "Trunk b has a certificate"));
	assert_null(strstr(warnings, "Trunk c"));
	warnings[0] = '\0';
	load(D "media_codecs: [PCMA, G722]\n"
	       "trunks:\n"
	       "  - {name: a, uri: \"sip:h\", emergency: true, codecs: [pcma, G729]}\n",
	     &c, &f);
	config_warn(&c, collect, warnings);
	assert_non_null(strstr(warnings, "Trunk a: codec G729 is not among"));
	assert_null(strstr(warnings, "pcma"));
	load(D "trunks: [{name: a, uri: \"sip:h\", register: true}]\n", &c, &f);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.faults[0].key, "trunks.register");
}

int config_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_all_faults_at_once),
		cmocka_unit_test(test_secrets_are_not_repeated),
		cmocka_unit_test(test_no_url_is_repeated),
		cmocka_unit_test(test_emergency_numbers),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_certificates_and_origins),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_a_relative_state_dir_is_beside_the_file),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_files_of_any_length_and_kind),
		cmocka_unit_test(test_warnings),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
