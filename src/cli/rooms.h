/* SPDX-License-Identifier: Apache-2.0 */
/* cli/rooms.h - All rooms of a running core, on top of the house: what speaks SIP, what
 * charges, what answers the portal and the CLI. */
#ifndef CLI_ROOMS_H
#define CLI_ROOMS_H

#include "auth/auth.h"
#include "cli/bind.h"
#include "cli/house.h"
#include "edge/edge.h"
#include "ops/consent.h"
#include "ops/link.h"

struct rooms {
	const struct config *config;
	struct bound *bound;
	struct house house;
	struct auth *auth;
	uint8_t gruu_key[REGISTRAR_GRUU_KEY_LEN];
	struct push *push;
	struct registrar *registrar;
	struct trunk_set *trunks;
	struct tariff_book *tariffs;
	struct journal *journal;
	struct net_tls *tls; /* NULL: nobody speaks it */
	struct timer renewal;
	const char *origins[CONFIG_ORIGINS_MAX + 1];
	struct media_relay *media;
	struct edge *edge;
	struct sms *sms;
	struct consent_texts consent;
	struct ops *ops;
	struct admin *admin;
	char journal_dir[2 * CONFIG_PATH_SIZE];
	char portal_host[CONFIG_HOST_SIZE];
	char proxy_host[CONFIG_HOST_SIZE];
	/* Set by the caller before: */
	bool (*reload)(void *arg, char reason[200]);
	void *arg;
};

/* Opens the rooms in order. On error (negative errno, a plain sentence in reason) what is
 * open stays open for rooms_close. */
int rooms_open(struct rooms *r, char reason[HOUSE_REASON_SIZE]);
void rooms_close(struct rooms *r);

#endif
