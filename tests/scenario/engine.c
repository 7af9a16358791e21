/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/engine.c - Offers and answers to rtpengine, answered. */

#include "scenario/engine.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/bencode.h"
#include "sip/sdp.h"

enum { FIRST_PORT = 40000 };

static struct text value(struct text dictionary, const char *key)
{
	struct text found;

	return bencode_find_text(dictionary, key, &found) == 0 ? found : TEXT_NONE;
}

/* Side A's tags begin with an a. */
static bool is_callers(struct text tag)
{
	return text_starts(tag, TEXT("a"));
}

/* Who is told: the caller, by one of its answerers, or an answerer. */
static void name(struct text dictionary, char ret[ENGINE_KEY_SIZE])
{
	struct text from = value(dictionary, "from-tag"),
		    to = value(dictionary, "to-tag");
	bool offer = text_eq(value(dictionary, "command"), TEXT("offer"));
	bool to_caller = is_callers(from) != offer;
	bool common = !to_caller && value(dictionary, "via-branch").len > 0;
	struct text answerer = is_callers(from) ? to : from;

	snprintf(ret, ENGINE_KEY_SIZE, "%.*s %s %.*s",
		 TEXT_ARG(value(dictionary, "call-id")),
		 to_caller ? "caller" : "answerer",
		 TEXT_ARG(common ? TEXT_NONE : answerer));
}

static uint16_t port_of(struct test_engine *e, struct text dictionary)
{
	char key[ENGINE_KEY_SIZE];
	unsigned i = 0;

	name(dictionary, key);
	while (i < e->count && strcmp(e->told[i], key) != 0)
		i++;
	if (i == ENGINE_PORTS_MAX)
		abort();
	if (i == e->count)
		memcpy(e->told[e->count++], key, sizeof(key));
	return (uint16_t)(FIRST_PORT + 2 * i);
}

static void describe(struct text sdp, uint16_t port, struct buf *b)
{
	struct sdp_target targets[SDP_MEDIA_MAX];
	struct buf own = BUF_GROWING;
	struct sdp in;

	if (sdp_decode(sdp, &in) < 0)
		abort();
	for (size_t i = 0; i < SDP_MEDIA_MAX; i++)
		targets[i] = (struct sdp_target){ .host = TEXT("198.18.0.1"),
						  .family = AF_INET,
						  .port = port };
	sdp_rewrite(&own, &in, targets);
	bencode_put_pair(b, "sdp", buf_text(&own));
	buf_free(&own);
}

void test_engine_answer(struct test_engine *e, struct text datagram, struct buf *ret)
{
	struct text cookie, dictionary, sdp;

	if (!text_split(datagram, ' ', &cookie, &dictionary))
		abort();
	sdp = value(dictionary, "sdp");
	buf_put(ret, cookie);
	buf_puts(ret, " d6:result2:ok");
	if (sdp.len)
		describe(sdp, port_of(e, dictionary), ret);
	buf_putc(ret, 'e');
}
