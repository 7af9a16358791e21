/* SPDX-License-Identifier: Apache-2.0 */
/* ops/client.h - The CLI's end of admin.sock. Waits. */
#ifndef OPS_CLIENT_H
#define OPS_CLIENT_H

#include <jansson.h>

/* A connected socket; -ENOENT or -ECONNREFUSED: no server runs; -EACCES ... */
int client_connect(const char *path);
/* Sends one request (with a file's descriptor, or -1) and waits for its answer, a new
 * reference. 0; -EPIPE: the server is gone; -EBADMSG, -EMSGSIZE, -ENOMEM. */
int client_ask(int fd, const json_t *request, int file, json_t **answer);

#endif
