/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_take.c - Plain values: texts, numbers, choices, names. Each answers NULL or
 * what it expected. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "cli/config_key.h"

static void *place(void *base, const struct config_key *key)
{
	return (char *)base + key->offset;
}

const char *config_take_text(void *base, const struct config_key *key, struct text value)
{
	if ((int64_t)value.len < key->min)
		return "a text that is not empty";
	if (memchr(value.p ? value.p : "", '\0', value.len) ||
	    text_copy(place(base, key), key->size, value))
		return "a shorter text";
	return NULL;
}

const char *config_take_number(void *base, const struct config_key *key,
			       struct text value)
{
	static _Thread_local char expected[64];
	uint32_t n;

	if (text_to_u32(value, (uint32_t)key->max, &n) || n < key->min) {
		snprintf(expected, sizeof(expected), "a number from %lld to %lld",
			 (long long)key->min, (long long)key->max);
		return expected;
	}
	*(unsigned *)place(base, key) = n;
	return NULL;
}

const char *config_take_choice(void *base, const struct config_key *key,
			       struct text value)
{
	static _Thread_local char expected[96];
	struct buf b = BUF_FIXED(expected);

	for (unsigned i = 0; key->choices[i]; i++) {
		if (text_eq(value, text_of(key->choices[i]))) {
			*(unsigned *)place(base, key) = i;
			return NULL;
		}
		buf_printf(&b, "%s%s",
			   i == 0                ? ""
			   : key->choices[i + 1] ? ", "
						 : " or ",
			   key->choices[i]);
	}
	return expected;
}

const char *config_take_flag(void *base, const struct config_key *key, struct text value)
{
	bool yes = text_eq(value, TEXT("true"));

	if (!yes && !text_eq(value, TEXT("false")))
		return "true or false";
	*(bool *)place(base, key) = yes;
	return NULL;
}

static bool is_host(struct text t)
{
	if (t.len == 0 || t.p[0] == '.' || t.p[0] == '-')
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (!isalnum((unsigned char)t.p[i]) && t.p[i] != '.' && t.p[i] != '-')
			return false;
	}
	return true;
}

const char *config_take_domain(void *base, const struct config_key *key,
			       struct text value)
{
	bool may_be_empty = key->otherwise && key->otherwise[0] == '\0';

	if (value.len == 0 && may_be_empty)
		return NULL;
	if (!is_host(value) || text_copy(place(base, key), key->size, value))
		return "a domain name, such as voip.example.ch";
	return NULL;
}

static bool all_upper(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] < 'A' || t.p[i] > 'Z')
			return false;
	}
	return true;
}

const char *config_take_country(void *base, const struct config_key *key,
				struct text value)
{
	if (value.len != 2 || !all_upper(value))
		return "two capital letters, such as CH";
	text_copy(place(base, key), key->size, value);
	return NULL;
}

const char *config_take_emergency_number(void *base, const struct config_key *key,
					 struct text value)
{
	char *list = place(base, key);
	size_t len = strlen(list), digits = 0;

	while (digits < value.len && isdigit((unsigned char)value.p[digits]))
		digits++;
	if (value.len < 3 || value.len > PLAN_ADDED_DIGITS_MAX || digits != value.len ||
	    value.p[0] == '0' || len + 1 + value.len >= key->size)
		return "at most 8 numbers of 3 to 6 digits, such as 1414";
	snprintf(list + len, key->size - len, " %.*s", TEXT_ARG(value));
	return NULL;
}

const char *config_take_currency(void *base, const struct config_key *key,
				 struct text value)
{
	if (value.len != 3 || !all_upper(value))
		return "three capital letters, such as CHF";
	text_copy(place(base, key), key->size, value);
	return NULL;
}

const char *config_take_zone(void *base, const struct config_key *key, struct text value)
{
	if (text_copy(place(base, key), key->size, value) ||
	    !date_zone_known(place(base, key)))
		return "a time zone that this system knows, such as Europe/Zurich";
	return NULL;
}

const char *config_take_store(void *base, const struct config_key *key, struct text value)
{
	if (!text_starts(value, TEXT("sqlite:")) &&
	    !text_starts(value, TEXT("postgresql://")) &&
	    !text_starts(value, TEXT("postgres://")))
		return "sqlite:FILE or postgresql://user@host/name";
	return config_take_text(base, key, value);
}

const char *config_take_url(void *base, const struct config_key *key, struct text value)
{
	if (value.len > 0 && !text_starts(value, TEXT("https://")) &&
	    !text_starts(value, TEXT("http://")))
		return "a URL that begins with https:// or http://";
	return config_take_text(base, key, value);
}

/* HOST, HOST:PORT, [ADDRESS]:PORT. */
static bool is_origin_rest(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!isalnum((unsigned char)t.p[i]) && !strchr(".-:[]", t.p[i]))
			return false;
	}
	return t.len > 0;
}

const char *config_take_origin(void *base, const struct config_key *key,
			       struct text value)
{
	struct text rest = value;

	if (value.len == 0)
		return NULL;
	if (text_starts(value, TEXT("https://")))
		rest = text_from(value, 8);
	else if (text_starts(value, TEXT("http://")))
		rest = text_from(value, 7);
	if (rest.len == value.len || !is_origin_rest(rest))
		return "https://HOST or https://HOST:PORT, nothing behind it";
	return config_take_text(base, key, value);
}

const char *config_take_trunk_name(void *base, const struct config_key *key,
				   struct text value)
{
	if (!is_host(value) || value.len >= key->size)
		return "a short name of letters, digits, . and -";
	return config_take_text(base, key, value);
}

const char *config_take_prefix(void *base, const struct config_key *key,
			       struct text value)
{
	struct trunk_config *t = base;
	bool good = value.len > 0 && value.p[0] == '+' && value.len < ROW_PREFIX_SIZE;

	for (size_t i = 1; good && i < value.len; i++)
		good = isdigit((unsigned char)value.p[i]);
	if (!good || t->prefix_count >= TRUNK_PREFIXES_MAX)
		return "at most 32 prefixes such as \"+41\", or \"+\" for all";
	text_copy(t->prefixes[t->prefix_count++], ROW_PREFIX_SIZE, value);
	return NULL;
}

const char *config_take_header(void *base, const struct config_key *key,
			       struct text value)
{
	struct config_sms *sms = &((struct config *)base)->sms;

	if (text_find(value, ':') < 1 || value.len >= sizeof(sms->headers[0]) ||
	    sms->header_count >= SMS_HEADERS_MAX || text_find(value, '\n') >= 0 ||
	    text_find(value, '\r') >= 0)
		return "at most 16 headers of the form \"Name: value\"";
	text_copy(sms->headers[sms->header_count++], sizeof(sms->headers[0]), value);
	return NULL;
}

const char *config_take_codec(void *base, const struct config_key *key, struct text value)
{
	struct sdp_codecs *codecs = place(base, key);
	bool good = value.len > 0 && value.len < SDP_CODEC_SIZE;

	for (size_t i = 0; good && i < value.len; i++)
		good = isalnum((unsigned char)value.p[i]) ||
		       strchr("-.+_", value.p[i]) != NULL;
	if (!good || codecs->count >= SDP_CODECS_MAX)
		return "at most 32 names such as PCMA, opus or telephone-event";
	text_copy(codecs->names[codecs->count++], SDP_CODEC_SIZE, value);
	return NULL;
}

const char *config_take_push_header(void *base, const struct config_key *key,
				    struct text value)
{
	struct push_provider *p = base;

	if (text_find(value, ':') < 1 || value.len >= sizeof(p->headers[0]) ||
	    p->header_count >= PUSH_HEADERS_MAX || text_find(value, '\n') >= 0 ||
	    text_find(value, '\r') >= 0)
		return "at most 8 headers of the form \"Name: value\"";
	text_copy(p->headers[p->header_count++], sizeof(p->headers[0]), value);
	return NULL;
}
