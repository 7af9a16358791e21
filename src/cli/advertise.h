/* SPDX-License-Identifier: Apache-2.0 */
/* cli/advertise.h - How others reach us: what SDP, devices and messages are told. */
#ifndef CLI_ADVERTISE_H
#define CLI_ADVERTISE_H

#include "cli/bind.h"
#include "media/media.h"

/* Fills in bind and advertise of both families: the configured address, else the edge's
 * own, else (any) the one by which this machine would reach the world. */
void advertise_media(const struct config *c, const struct bound *b,
		     struct media_config *ret);
/* The portal's name without scheme and port. */
const char *advertise_portal_host(const struct config *c, char dst[CONFIG_HOST_SIZE]);
/* What a device is told as outbound proxy. */
const char *advertise_proxy_host(const struct config *c, const struct bound *b,
				 char dst[CONFIG_HOST_SIZE]);
uint16_t advertise_proxy_port(const struct bound *b);

#endif
