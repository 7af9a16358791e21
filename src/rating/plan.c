/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan.c - From what was dialled to a destination. */

#include "rating/plan.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "rating/plan_national.h"

enum {
	DIALLED_MAX = 64, /* characters that a person may dial, separators counted */
	DIGITS_SIZE = 24, /* and without them */
	E164_DIGITS = 15,
};

/* Where it is dialled. */
struct home {
	const struct plan_country *country;
	struct text added; /* emergency numbers of the operator's, a blank between */
};

/* A dialled string, taken apart. */
struct dialled {
	bool plus;      /* + in front, or a phone-context that is a number */
	bool any_trunk; /* the context says it: a national number needs no trunk prefix */
	bool clir_on;
	bool clir_off;
	size_t len;
	char digits[DIGITS_SIZE]; /* 0-9 * # */
};

static struct text digits_of(const struct dialled *d)
{
	return (struct text){ d->digits, d->len };
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3966 5.1.1, and the blanks that people write. */
static bool is_separator(char c)
{
	return c == '-' || c == '.' || c == '(' || c == ')' || c == ' ';
}

static int decode(struct text in, struct dialled *ret)
{
	struct dialled d = { 0 };

	if (in.len > DIALLED_MAX)
		return -ENOENT;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (is_separator(c))
			continue;
		if (c == '+' && d.len == 0 && !d.plus) {
			d.plus = true;
			continue;
		}
		if (!is_digit(c) && c != '*' && c != '#')
			return -EBADMSG;
		if (d.len == DIGITS_SIZE - 1)
			return -ENOENT;
		d.digits[d.len++] = c;
	}
	if (d.len == 0)
		return -EBADMSG;
	/* "Nothing more comes", of a phone that does not keep it to itself. */
	if (is_digit(d.digits[0]) && d.digits[d.len - 1] == '#')
		d.len--;
	*ret = d;
	return 0;
}

/* *31# and #31# in front ask for this call's CLIR; what follows is decoded anew, as it
 * may begin with a plus. */
static int decode_with_clir(struct text in, struct dialled *ret)
{
	bool on = text_starts(in, TEXT("*31#"));
	bool off = text_starts(in, TEXT("#31#"));
	int rc = decode(on || off ? text_from(in, 4) : in, ret);

	if (rc)
		return rc;
	ret->clir_on = on;
	ret->clir_off = off;
	return 0;
}

/* Both are short: what was dialled has DIGITS_SIZE at most. */
static void join(char dst[DESTINATION_SIZE], struct text prefix, struct text number)
{
	struct buf b = { .p = dst, .cap = DESTINATION_SIZE - 1, .fixed = true };

	buf_put(&b, prefix);
	buf_put(&b, text_sub(number, 0, b.cap - b.len));
	dst[b.len] = '\0';
}

static void fill(struct destination *ret, enum destination_kind kind, struct text prefix,
		 struct text number)
{
	ret->kind = kind;
	join(ret->key, prefix, number);
	join(ret->number, kind == DESTINATION_E164 ? TEXT("+") : TEXT_NONE, number);
}

static void fill_short(struct destination *ret, const struct home *home,
		       enum destination_kind kind, struct text digits)
{
	char prefix[] = { home->country->iso[0], home->country->iso[1], ':' };

	fill(ret, kind, (struct text){ prefix, sizeof(prefix) }, digits);
}

static int find_home(const char *country, struct home *ret)
{
	*ret = (struct home){ .country = plan_country_of(country) };
	text_split(text_of(country), ' ', NULL, &ret->added);
	return ret->country ? 0 : -ENOENT;
}

static bool is_added(const struct home *home, struct text digits)
{
	struct text rest = home->added, one;

	while (rest.len) {
		text_split(rest, ' ', &one, &rest);
		if (one.len && text_eq(one, digits))
			return true;
	}
	return false;
}

static bool find_short(const struct home *home, struct text digits,
		       enum destination_kind *ret)
{
	const struct plan_short *s;

	if (is_added(home, digits)) {
		*ret = DESTINATION_EMERGENCY;
		return true;
	}
	s = plan_short_of(home->country, digits);
	if (s)
		*ret = s->kind;
	return s != NULL;
}

static bool take_short(const struct home *home, struct text digits,
		       struct destination *ret)
{
	enum destination_kind kind;

	if (!find_short(home, digits, &kind))
		return false;
	fill_short(ret, home, kind, digits);
	return true;
}

/* Whoever dials an emergency number with something needless in front means it: it is no
 * number in any other way. */
static bool take_emergency(const struct home *home, struct text digits,
			   struct destination *ret)
{
	enum destination_kind kind;

	return find_short(home, digits, &kind) && kind == DESTINATION_EMERGENCY &&
	       take_short(home, digits, ret);
}

/* digits: behind the own country's code. */
static int take_national(const struct home *home, struct text digits,
			 struct destination *ret)
{
	char number[DESTINATION_SIZE];
	struct text trunk = text_of(plan_trunk_of(home->country));

	/* "+41 (0)44 ...": people write it, and no Swiss number begins with 0. */
	if (!plan_national_class(home->country, digits)) {
		if (!trunk.len || !text_starts(digits, trunk))
			return -ENOENT;
		digits = text_from(digits, trunk.len);
		if (!plan_national_class(home->country, digits))
			return -ENOENT;
	}
	join(number, text_of(home->country->code), digits);
	fill(ret, DESTINATION_E164, TEXT("+"), text_of(number));
	return 0;
}

/* digits: with the country's code. */
static int take_international(const struct home *home, struct text digits,
			      struct destination *ret)
{
	const struct plan_country *there = plan_country_of_number(digits);
	struct text rest;

	if (take_emergency(home, digits, ret))
		return 0;
	if (!there || digits.len > E164_DIGITS)
		return -ENOENT;
	rest = text_from(digits, strlen(there->code));
	if (strcmp(there->code, home->country->code) == 0)
		return take_short(home, rest, ret) ? 0 : take_national(home, rest, ret);
	if (!plan_length_possible(there->code, rest.len))
		return -ENOENT;
	fill(ret, DESTINATION_E164, TEXT("+"), digits);
	return 0;
}

static bool all_digits(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!is_digit(t.p[i]))
			return false;
	}
	return true;
}

static bool is_mark(char c)
{
	return c == '*' || c == '#';
}

static struct text without_marks(struct text t)
{
	while (t.len && is_mark(t.p[0]))
		t = text_from(t, 1);
	while (t.len && is_mark(t.p[t.len - 1]))
		t.len--;
	return t;
}

/* A service code: only the echo number is one of ours. No code is an emergency number: whoever
 * dials one between marks means it. */
static int take_service(const struct home *home, struct text digits,
			struct destination *ret)
{
	if (take_emergency(home, without_marks(digits), ret))
		return 0;
	if (!text_eq(digits, TEXT(PLAN_ECHO)))
		return -ENOENT;
	fill_short(ret, home, DESTINATION_ECHO, digits);
	return 0;
}

static int take_local(const struct home *home, const struct dialled *d,
		      struct destination *ret)
{
	struct text digits = digits_of(d), trunk = text_of(plan_trunk_of(home->country));

	if (take_short(home, digits, ret))
		return 0;
	if (text_starts(digits, text_of(home->country->abroad)))
		return take_international(
			home, text_from(digits, strlen(home->country->abroad)), ret);
	if (text_starts(digits, trunk)) {
		digits = text_from(digits, trunk.len);
		return take_emergency(home, digits, ret)
			       ? 0
			       : take_national(home, digits, ret);
	}
	return d->any_trunk ? take_national(home, digits, ret) : -ENOENT;
}

static int resolve(const struct dialled *d, const char *country, struct destination *ret)
{
	struct home home;
	struct destination to = { .clir_on = d->clir_on, .clir_off = d->clir_off };
	struct text digits = digits_of(d);
	int rc;

	if (find_home(country, &home) < 0)
		return -ENOENT;
	if (!all_digits(digits))
		rc = take_service(&home, digits, &to);
	else if (d->plus)
		rc = take_international(&home, digits, &to);
	else
		rc = take_local(&home, d, &to);
	if (!rc)
		*ret = to;
	return rc;
}

int plan_resolve_text(struct text dialled, const char *country, struct destination *ret)
{
	struct dialled d;
	int rc = decode_with_clir(text_trim(dialled), &d);

	return rc ? rc : resolve(&d, country, ret);
}

/* A local number with the context that makes it one (RFC 3966 5.1.5). A context that is
 * a domain name says: as dialled here. */
static int apply_context(struct dialled *d, struct text context, const char *country)
{
	struct dialled whole;
	struct home home;
	int rc;

	if (!text_starts(context, TEXT("+")) || d->plus || find_home(country, &home) < 0)
		return 0;
	if (text_eq(text_from(context, 1), text_of(home.country->code)) ||
	    take_emergency(&home, digits_of(d), &(struct destination){ 0 })) {
		d->any_trunk = true;
		return 0;
	}
	rc = decode(context, &whole);
	if (rc)
		return rc;
	if (whole.len + d->len >= DIGITS_SIZE)
		return -ENOENT;
	memcpy(whole.digits + whole.len, d->digits, d->len);
	whole.len += d->len;
	whole.clir_on = d->clir_on;
	whole.clir_off = d->clir_off;
	*d = whole;
	return 0;
}

/* urn:service:sos and what is below it (RFC 5031). */
static int resolve_service(struct text name, const char *country, struct destination *ret)
{
	static const struct {
		struct text name;
		const char *digits;
	} services[] = {
		{ TEXT_INIT("service:sos.police"), "117" },
		{ TEXT_INIT("service:sos.fire"), "118" },
		{ TEXT_INIT("service:sos.ambulance"), "144" },
	};
	struct home home;

	if (!text_eq_nocase(name, TEXT("service:sos")) &&
	    !text_starts_nocase(name, TEXT("service:sos.")))
		return -ENOENT;
	if (find_home(country, &home) < 0)
		return -ENOENT;
	*ret = (struct destination){ 0 };
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (text_eq_nocase(name, services[i].name) &&
		    take_emergency(&home, text_of(services[i].digits), ret))
			return 0;
	}
	return take_emergency(&home, TEXT("112"), ret) ? 0 : -ENOENT;
}

static bool context_of(struct text params, struct text *ret)
{
	struct text param;

	while (params.len) {
		text_split(params, ';', &param, &params);
		if (text_starts_nocase(param, TEXT("phone-context="))) {
			*ret = text_from(param, sizeof("phone-context=") - 1);
			return true;
		}
	}
	return false;
}

/* The digits behind the marks in front. */
static struct text code_digits(struct text t)
{
	size_t n = 0;

	while (t.len && is_mark(t.p[0]))
		t = text_from(t, 1);
	while (n < t.len && is_digit(t.p[n]))
		n++;
	return text_sub(t, 0, n);
}

enum plan_code plan_code_of(const struct sip_uri *uri)
{
	static const struct {
		struct text digits;
		enum plan_code code;
	} codes[] = {
		{ TEXT_INIT("21"), PLAN_CODE_FORWARDING },  /* always */
		{ TEXT_INIT("61"), PLAN_CODE_FORWARDING },  /* no answer */
		{ TEXT_INIT("62"), PLAN_CODE_FORWARDING },  /* not reachable */
		{ TEXT_INIT("67"), PLAN_CODE_FORWARDING },  /* busy */
		{ TEXT_INIT("002"), PLAN_CODE_FORWARDING }, /* all of them */
		{ TEXT_INIT("004"), PLAN_CODE_FORWARDING }, /* all but the first */
		{ TEXT_INIT("31"), PLAN_CODE_CALLER_ID },
	};
	char user[2 * DIALLED_MAX];
	struct text dialled, code;

	if (uri->scheme == SIP_SCHEME_URN || uri->scheme == SIP_SCHEME_OTHER ||
	    sip_uri_user(uri, user, sizeof(user)) < 0)
		return PLAN_CODE_NONE;
	dialled = text_trim(text_of(user));
	if (!dialled.len || !is_mark(dialled.p[0]))
		return PLAN_CODE_NONE;
	code = code_digits(dialled);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (text_eq(code, codes[i].digits))
			return codes[i].code;
	}
	return PLAN_CODE_OTHER;
}

int plan_resolve(const struct sip_uri *uri, const char *country, struct destination *ret)
{
	char user[2 * DIALLED_MAX];
	struct text number, params, context;
	struct dialled d;
	int rc;

	if (uri->scheme == SIP_SCHEME_URN)
		return resolve_service(uri->user, country, ret);
	if (uri->scheme == SIP_SCHEME_OTHER)
		return -EBADMSG;
	rc = sip_uri_user(uri, user, sizeof(user));
	if (rc)
		return -EBADMSG;
	/* In sip: the number's parameters stand in the user part (RFC 3261 19.1.6). */
	text_split(text_of(user), ';', &number, &params);
	rc = decode_with_clir(number, &d);
	if (!rc && (context_of(params, &context) || context_of(uri->params, &context)))
		rc = apply_context(&d, context, country);
	return rc ? rc : resolve(&d, country, ret);
}
