/* SPDX-License-Identifier: Apache-2.0 */
/* http/head.c - A table of the headers that count; everything else is only checked. */

#include "http/head.h"

#include <errno.h>
#include <string.h>

struct reading {
	struct head head;
	struct text cookie;
	const char *next; /* where the next line must begin */
	unsigned lines;
	unsigned hosts, types, cookies;
	bool bad;
};

static bool take_host(struct reading *r, struct text value)
{
	return ++r->hosts == 1;
}

static bool take_length(struct reading *r, struct text value)
{
	if (r->head.has_length || text_to_u64(value, INT64_MAX, &r->head.body_len))
		return false;
	r->head.has_length = true;
	return true;
}

/* No client of ours needs it, and chunks are where readings differ most. */
static bool take_encoding(struct reading *r, struct text value)
{
	return false;
}

static bool take_type(struct reading *r, struct text value)
{
	text_split(value, ';', &value, NULL);
	r->head.json = text_eq_nocase(text_trim(value), TEXT("application/json"));
	return ++r->types == 1;
}

static bool is_token(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (!((t.p[i] >= '0' && t.p[i] <= '9') ||
		      (t.p[i] >= 'a' && t.p[i] <= 'f')))
			return false;
	}
	return t.len == SESSION_TOKEN_SIZE - 1;
}

/* Two of one name: somebody planted one, and nobody knows which. */
static bool take_cookie(struct reading *r, struct text value)
{
	struct text pair, name, token;

	while (value.len > 0) {
		text_split(value, ';', &pair, &value);
		if (!text_split(pair, '=', &name, &token) ||
		    !text_eq(text_trim(name), r->cookie))
			continue;
		token = text_trim(token);
		r->head.session =
			++r->cookies == 1 && is_token(token) ? token : TEXT_NONE;
	}
	return true;
}

static bool take_csrf(struct reading *r, struct text value)
{
	r->head.csrf = value.len <= HEAD_CSRF_MAX ? value : TEXT_NONE;
	return true;
}

static bool take_agent(struct reading *r, struct text value)
{
	r->head.user_agent = value;
	return true;
}

static bool take_forwarded(struct reading *r, struct text value)
{
	struct head *h = &r->head;

	if (h->forwarded_count == HEAD_FORWARDED_MAX)
		memmove(h->forwarded, h->forwarded + 1,
			--h->forwarded_count * sizeof(h->forwarded[0]));
	h->forwarded[h->forwarded_count++] = value;
	return true;
}

static bool take_site(struct reading *r, struct text value)
{
	r->head.foreign = text_eq_nocase(value, TEXT("cross-site")) ||
			  text_eq_nocase(value, TEXT("same-site"));
	return true;
}

static const struct {
	struct text name;
	bool (*take)(struct reading *, struct text value);
} headers[] = {
	{ TEXT_INIT("Host"), take_host },
	{ TEXT_INIT("Content-Length"), take_length },
	{ TEXT_INIT("Transfer-Encoding"), take_encoding },
	{ TEXT_INIT("Content-Type"), take_type },
	{ TEXT_INIT("Cookie"), take_cookie },
	{ TEXT_INIT("X-CSRF-Token"), take_csrf },
	{ TEXT_INIT("User-Agent"), take_agent },
	{ TEXT_INIT("X-Forwarded-For"), take_forwarded },
	{ TEXT_INIT("Sec-Fetch-Site"), take_site },
};

static bool is_name(struct text t)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < t.len; i++) {
		char c = t.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || (c != '\0' && strchr(marks, c))))
			return false;
	}
	return t.len > 0;
}

static bool is_value(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool take_line(struct reading *r, struct text name, struct text value)
{
	if (++r->lines > HEAD_LINES_MAX || !is_name(name) || !is_value(value))
		return false;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (text_eq_nocase(name, headers[i].name))
			return headers[i].take(r, text_trim(value));
	}
	return true;
}

/* libmicrohttpd leaves the head where it was received and ends each line in place, so
 * lines that are one behind the other with two bytes between were sent with CRLF, were
 * not folded and hold no NUL. */
static enum MHD_Result see_line(void *arg, enum MHD_ValueKind kind, const char *name,
				size_t name_len, const char *value, size_t value_len)
{
	struct reading *r = arg;

	r->bad = r->bad || name != r->next || !value || value <= name + name_len ||
		 !take_line(r, (struct text){ name, name_len },
			    (struct text){ value, value_len });
	r->next = value + value_len + 2;
	return r->bad ? MHD_NO : MHD_YES;
}

static bool first_line_is_plain(const struct head_line *l)
{
	return is_name(text_of(l->method)) &&
	       l->uri == l->method + strlen(l->method) + 1 &&
	       l->version == l->uri + l->uri_len + 1 && l->uri[0] == '/';
}

int head_read(struct MHD_Connection *c, const struct head_line *line, struct text cookie,
	      struct head *ret)
{
	struct reading r = { .cookie = cookie, .next = line->version + 8 + 2 };
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	if (!size || !first_line_is_plain(line))
		return -EBADMSG;
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, see_line, &r);
	if (r.bad || r.next + 2 != line->method + size->header_size)
		return -EBADMSG;
	*ret = r.head;
	return 0;
}
