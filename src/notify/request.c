/* SPDX-License-Identifier: Apache-2.0 */
/* notify/request.c - One HTTP request (libcurl). */

#include "notify/request.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>

static size_t discard(char *bytes, size_t size, size_t n, void *arg)
{
	return size * n;
}

static struct curl_slist *headers_of(const struct request *r)
{
	struct curl_slist *list = NULL;
	char type[160];

	for (unsigned i = 0; i < r->header_count; i++)
		list = curl_slist_append(list, r->headers[i]);
	snprintf(type, sizeof(type), "Content-Type: %s", r->content_type);
	return curl_slist_append(list, type);
}

static void set_up(CURL *c, const struct request *r, struct curl_slist *headers)
{
	curl_easy_setopt(c, CURLOPT_URL, r->url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)r->timeout_s);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Ownline");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, discard);
	if (r->body.len > 0) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body.p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)r->body.len);
	}
}

static int perform(CURL *c, char reason[REQUEST_REASON_SIZE])
{
	CURLcode code = curl_easy_perform(c);
	long status = 0;

	if (code != CURLE_OK) {
		/* curl's own texts name no URL and no header. */
		snprintf(reason, REQUEST_REASON_SIZE, "%s", curl_easy_strerror(code));
		return -EIO;
	}
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

int request_send(const struct request *r, char reason[REQUEST_REASON_SIZE])
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = headers_of(r);
	int status = -EIO;

	if (c && headers) {
		set_up(c, r, headers);
		status = perform(c, reason);
	} else {
		snprintf(reason, REQUEST_REASON_SIZE, "out of memory");
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return status;
}
