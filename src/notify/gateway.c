/* SPDX-License-Identifier: Apache-2.0 */
/* notify/gateway.c - Messages through an HTTP gateway, one request each. */

#include <stdio.h>

#include "notify/backend.h"
#include "notify/request.h"
#include "notify/template.h"

_Static_assert((int)SMS_REASON_SIZE == (int)REQUEST_REASON_SIZE, "reasons are handed on");

static enum sms_verdict send_filled(const struct sms_gateway *g, const char *url,
				    const struct buf *body, char reason[SMS_REASON_SIZE])
{
	struct request r = { .url = url,
			     .method = g->method,
			     .content_type = g->content_type,
			     .headers = g->headers,
			     .header_count = g->header_count,
			     .body = buf_text(body),
			     .timeout_s = g->timeout_s };
	int status = request_send(&r, reason);

	if (status < 0)
		return SMS_AGAIN;
	if (status >= 200 && status < 300)
		return SMS_SENT;
	snprintf(reason, SMS_REASON_SIZE, "the gateway answered %d", status);
	return status >= 500 || status == 429 || status == 408 ? SMS_AGAIN : SMS_REFUSED;
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
		verdict = send_filled(g, url.p, &body, reason);
	buf_free_secret(&url);
	buf_free_secret(&body);
	return verdict;
}

const struct sms_backend sms_http = { .name = "http", .send = gateway_send };
