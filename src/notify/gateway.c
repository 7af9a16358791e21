/* SPDX-License-Identifier: Apache-2.0 */
/* notify/gateway.c - Messages through an HTTP gateway (libcurl), one request each. Only
 * HTTP and HTTPS, no redirects: a token in a header goes where the operator wrote. */

#include <curl/curl.h>
#include <stdio.h>

#include "notify/backend.h"
#include "notify/template.h"

/* What the gateway answers is not kept. */
static size_t discard(char *bytes, size_t size, size_t n, void *arg)
{
	return size * n;
}

static struct curl_slist *headers_of(const struct sms_gateway *g)
{
	struct curl_slist *list = NULL;
	char type[160];

	for (unsigned i = 0; i < g->header_count; i++)
		list = curl_slist_append(list, g->headers[i]);
	snprintf(type, sizeof(type), "Content-Type: %s", g->content_type);
	return curl_slist_append(list, type);
}

static void set_up(CURL *c, const struct sms_gateway *g, const char *url,
		   const struct buf *body, struct curl_slist *headers)
{
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, g->method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)g->timeout_s);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Ownline");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, discard);
	if (body->len > 0) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body->p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body->len);
	}
}

static enum sms_verdict verdict_of(CURL *c, CURLcode code, char reason[SMS_REASON_SIZE])
{
	long status = 0;

	if (code != CURLE_OK) {
		/* curl's own texts name no URL and no header. */
		snprintf(reason, SMS_REASON_SIZE, "%s", curl_easy_strerror(code));
		return SMS_AGAIN;
	}
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return SMS_SENT;
	snprintf(reason, SMS_REASON_SIZE, "the gateway answered %ld", status);
	return status >= 500 || status == 429 || status == 408 ? SMS_AGAIN : SMS_REFUSED;
}

static enum sms_verdict request(const struct sms_gateway *g, const char *url,
				const struct buf *body, char reason[SMS_REASON_SIZE])
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = headers_of(g);
	enum sms_verdict verdict = SMS_AGAIN;

	if (c && headers) {
		set_up(c, g, url, body, headers);
		verdict = verdict_of(c, curl_easy_perform(c), reason);
	} else {
		snprintf(reason, SMS_REASON_SIZE, "out of memory");
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return verdict;
}

static enum sms_verdict gateway_send(const struct sms_config *cfg, struct text to,
				     struct text text, char reason[SMS_REASON_SIZE])
{
	const struct sms_gateway *g = &cfg->gateway;
	struct template_values values = { to, text, text_of(g->from) };
	struct buf url = BUF_SECRET, body = BUF_SECRET;
	enum sms_verdict verdict = SMS_REFUSED;

	template_fill(&url, text_of(g->url), TEMPLATE_PERCENT, &values);
	buf_putc(&url, '\0');
	template_fill(&body, text_of(g->body), template_escape_of(g->content_type),
		      &values);
	if (url.error || body.error || url.len + body.len > SMS_TEMPLATE_MAX)
		snprintf(reason, SMS_REASON_SIZE,
			 "the message is too long for a request");
	else
		verdict = request(g, url.p, &body, reason);
	buf_free_secret(&url);
	buf_free_secret(&body);
	return verdict;
}

const struct sms_backend sms_http = { .name = "http", .send = gateway_send };
