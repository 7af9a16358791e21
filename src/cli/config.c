/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config.c - The configuration as a whole: defaults, what follows from other keys,
 * what is allowed but dangerous. */

#include "cli/config.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/certificates.h"
#include "cli/config_key.h"
#include "cli/config_read.h"

/* Lists' defaults are items with blanks between. */
static void take_default(void *base, const struct config_key *key)
{
	struct text rest = text_of(key->otherwise), item;

	if (key->shape != CONFIG_LIST) {
		key->take(base, key, rest);
		return;
	}
	while (rest.len > 0) {
		text_split(rest, ' ', &item, &rest);
		key->take(base, key, item);
	}
}

void config_defaults(void *base, const struct config_key *keys, const bool *seen)
{
	for (size_t i = 0; keys[i].name; i++) {
		if (!seen[i] && keys[i].otherwise && keys[i].take)
			take_default(base, &keys[i]);
	}
}

const char *config_in_state(const struct config *c, const char *file,
			    char dst[2 * CONFIG_PATH_SIZE])
{
	if (file[0] == '/')
		snprintf(dst, 2 * CONFIG_PATH_SIZE, "%s", file);
	else
		snprintf(dst, 2 * CONFIG_PATH_SIZE, "%s/%s", c->state_dir, file);
	return dst;
}

/* A relative state_dir is beside the configuration file. */
static void place_state_dir(struct config *c)
{
	const char *slash = strrchr(c->path, '/');
	char placed[2 * CONFIG_PATH_SIZE];

	if (c->state_dir[0] == '/' || !slash)
		return;
	snprintf(placed, sizeof(placed), "%.*s/%s", (int)(slash - c->path), c->path,
		 c->state_dir);
	text_copy(c->state_dir, sizeof(c->state_dir), text_of(placed));
}

static void follow(struct config *c)
{
	if (!c->realm[0])
		text_copy(c->realm, sizeof(c->realm), text_of(c->domain));
	if (!c->portal.origin[0])
		snprintf(c->portal.origin, sizeof(c->portal.origin), "https://%s",
			 c->domain);
	snprintf(c->plan, sizeof(c->plan), "%.2s%s", c->country, c->emergency_numbers);
	if (!c->sms.content_type[0])
		snprintf(c->sms.content_type, sizeof(c->sms.content_type), "%s",
			 c->sms.body[0] == '{' || c->sms.body[0] == '['
				 ? "application/json"
				 : "application/x-www-form-urlencoded");
	place_state_dir(c);
}

static bool has_place(const struct config_sms *s, const char *place)
{
	return strstr(s->url, place) || strstr(s->body, place);
}

static void check_trunks(const struct config *c, struct config_faults *f)
{
	for (unsigned i = 0; i < c->trunk_count; i++) {
		const struct trunk_config *t = &c->trunks[i];

		if (t->registers && !t->user[0])
			config_fault(f, 0, "trunks.register",
				     "%s: expected a user to register as", t->name);
	}
}

static bool needs_rtpengine(const struct config *c)
{
	bool needed = c->media == MEDIA_RTPENGINE;

	for (unsigned i = 0; i < c->trunk_count; i++)
		needed = needed || c->trunks[i].media == 1 + MEDIA_RTPENGINE;
	return needed;
}

static void check_together(const struct config *c, struct config_faults *f)
{
	check_trunks(c, f);
	if (c->listen_count == 0)
		config_fault(f, 0, "edge.listen", "expected at least one listener");
	if (c->sms.via == SMS_HTTP && !c->sms.url[0])
		config_fault(f, 0, "sms.url", "missing; expected the gateway's URL");
	else if (c->sms.via == SMS_HTTP &&
		 (!has_place(&c->sms, "{to}") || !has_place(&c->sms, "{text}")))
		config_fault(f, 0, "sms.body",
			     "expected {to} and {text} in it or in sms.url");
	if (c->session_min_s > c->session_expires_s)
		config_fault(f, 0, "calls.session_min_s",
			     "expected at most session_expires_s");
	if (c->rtpengine.count == 0 && needs_rtpengine(c))
		config_fault(f, 0, "rtpengine.addresses",
			     "missing; expected where rtpengine listens, such as "
			     "udp:127.0.0.1:2223");
	if (c->expires_min_s > c->expires_default_s ||
	    c->expires_default_s > c->expires_max_s)
		config_fault(f, 0, "registrar.expires_default_s",
			     "expected between expires_min_s and expires_max_s");
}

int config_load(const char *path, struct config *ret, struct config_faults *faults)
{
	int error;

	*ret = (struct config){ .domain = "" };
	*faults = (struct config_faults){ 0 };
	if (text_copy(ret->path, sizeof(ret->path), text_of(path))) {
		config_fault(faults, 0, "", "the file's path is too long");
		return -EINVAL;
	}
	error = config_read(path, ret, faults);
	if (error)
		return error;
	follow(ret);
	check_together(ret, faults);
	return faults->count ? -EINVAL : 0;
}

void config_wipe(struct config *c)
{
	sodium_memzero(c, sizeof(*c));
}

static void warn_trunk(const struct trunk_config *t,
		       void (*fn)(void *arg, const char *text), void *arg)
{
	char text[200];

	if (certificates_of_trunk(t) && !t->certificate[0]) {
		snprintf(text, sizeof(text),
			 "Trunk %s is reached over TLS, but its calls are believed by "
			 "their address: name its certificate.",
			 t->name);
		fn(arg, text);
	}
	if (t->certificate[0] && !certificates_of_trunk(t)) {
		snprintf(
			text, sizeof(text),
			"Trunk %s has a certificate, but its uri is not of TLS: calls to "
			"it cross the network in the clear.",
			t->name);
		fn(arg, text);
	}
	if (t->user[0] && !t->password[0]) {
		snprintf(text, sizeof(text), "Trunk %s has a user without a password.",
			 t->name);
		fn(arg, text);
	}
}

/* A trunk's list is a part of the house's. */
static void warn_codecs(const struct config *c, const struct trunk_config *t,
			void (*fn)(void *arg, const char *text), void *arg)
{
	char text[200];

	for (unsigned i = 0; i < t->codecs.count; i++) {
		const char *name = t->codecs.names[i];

		if (c->codecs.count == 0 || sdp_codec_allowed(&c->codecs, text_of(name)))
			continue;
		snprintf(text, sizeof(text),
			 "Trunk %s: codec %s is not among media_codecs and will not be "
			 "spoken.",
			 t->name, name);
		fn(arg, text);
	}
}

void config_warn(const struct config *c, void (*fn)(void *arg, const char *text),
		 void *arg)
{
	bool emergency = false;

	for (unsigned i = 0; i < c->trunk_count; i++)
		emergency = emergency || c->trunks[i].emergency == TRUNK_EMERGENCY_YES;
	if (!emergency)
		fn(arg, "NO TRUNK CARRIES EMERGENCY CALLS: 112, 117, 118 and 144 go to "
			"trunks that may not take them, or fail. Mark one with "
			"\"emergency: true\".");
	if (c->trunk_count == 0)
		fn(arg, "There is no trunk: calls can reach own lines only.");
	for (unsigned i = 0; i < c->trunk_count; i++) {
		warn_trunk(&c->trunks[i], fn, arg);
		warn_codecs(c, &c->trunks[i], fn, arg);
	}
	if (c->sms.via == SMS_CONSOLE)
		fn(arg, "sms.via is console: codes are printed, not sent. For trying out "
			"only.");
	if (!c->portal.listen.tls && !addr_is_loopback(&c->portal.listen.addr))
		fn(arg, "portal.listen is http: and not on loopback: passwords would "
			"cross the "
			"network in the clear.");
}
