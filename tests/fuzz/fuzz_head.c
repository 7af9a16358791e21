/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_head.c - The head of an HTTP request, as libmicrohttpd has read it: one that is
 * believed has one host at most and a body that it announced. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "http/head.h"

static void *begin(void *arg, const char *uri, struct MHD_Connection *c)
{
	*(const char **)arg = uri;
	return NULL;
}

static enum MHD_Result take(void *arg, struct MHD_Connection *c, const char *url,
			    const char *method, const char *version, const char *body,
			    size_t *size, void **state)
{
	const char *uri = *(const char **)arg;
	struct head_line line = { method, uri, version, uri ? strlen(uri) : 0 };
	struct head head;

	if (head_read(c, &line, TEXT("__Host-session"), &head) == 0)
		assert(head.has_length || head.body_len == 0);
	return MHD_NO;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *uri = NULL;
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
						take, &uri, MHD_OPTION_STRICT_FOR_CLIENT,
						1, MHD_OPTION_URI_LOG_CALLBACK, begin,
						&uri, MHD_OPTION_END);
	struct sockaddr_storage peer = { .ss_family = AF_INET };
	int pair[2];

	if (!d || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	if (write(pair[1], data, size) < 0 || shutdown(pair[1], SHUT_WR) < 0)
		abort();
	if (MHD_add_connection(d, pair[0], (struct sockaddr *)&peer, sizeof(peer)) ==
	    MHD_YES)
		for (unsigned i = 0; i < 4; i++)
			MHD_run(d);
	MHD_stop_daemon(d);
	close(pair[1]);
	return 0;
}
