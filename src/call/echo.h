/* SPDX-License-Identifier: Apache-2.0 */
/* call/echo.h - The echo number: we answer ourselves and send back what comes. */
#ifndef CALL_ECHO_H
#define CALL_ECHO_H

#include "call/room.h"

void call_echo(struct call *c, const struct sip_msg *invite);

#endif
