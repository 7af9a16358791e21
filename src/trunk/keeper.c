/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/keeper.c - The life of the keeper. */

#include "trunk/keeper.h"

#include <stdlib.h>

#include "trunk/keep.h"

struct trunk_keeper *trunk_keeper_new(const struct trunk_keeper_config *cfg)
{
	unsigned count = cfg->set ? cfg->set->count : 0;
	struct trunk_keeper *k = calloc(1, sizeof(*k) + count * sizeof(k->kept[0]));

	if (!k)
		return NULL;
	k->cfg = *cfg;
	k->count = count;
	for (unsigned i = 0; i < count; i++) {
		struct kept *kept = &k->kept[i];

		kept->keeper = k;
		kept->trunk = &cfg->set->trunks[i];
		if (kept->trunk->cfg.health_s)
			ping_start(kept);
		if (kept->trunk->cfg.registers)
			registration_start(kept);
	}
	return k;
}

void trunk_keeper_free(struct trunk_keeper *k)
{
	if (!k)
		return;
	for (unsigned i = 0; i < k->count; i++) {
		ping_stop(&k->kept[i]);
		if (k->kept[i].trunk->cfg.registers)
			registration_stop(&k->kept[i]);
	}
	free(k);
}

void trunk_keeper_flow_closed(struct trunk_keeper *k, const struct flow *f)
{
	for (unsigned i = 0; f->conn && i < k->count; i++) {
		if (k->kept[i].registration.flow.conn == f->conn)
			registration_renew(&k->kept[i]);
	}
}

void kept_own_host(const struct kept *k, const struct flow *f, char dst[ADDR_TEXT_SIZE])
{
	const struct trunk_keeper_config *cfg = &k->keeper->cfg;

	if (cfg->own_host)
		cfg->own_host(cfg->arg, f, dst);
	else
		addr_encode(dst, &f->local);
}

unsigned kept_retry_after_s(const struct sip_msg *m, unsigned otherwise)
{
	unsigned s = trunk_retry_after_s(m);

	return s ? s : otherwise;
}
