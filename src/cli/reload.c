/* SPDX-License-Identifier: Apache-2.0 */
/* cli/reload.c - What has changed, key by key. */

#include "cli/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config_key.h"

static bool differs(const struct config_key *key, const struct config *a,
		    const struct config *b)
{
	if (key->take == config_take_ports)
		return a->media_port_min != b->media_port_min ||
		       a->media_port_max != b->media_port_max;
	return memcmp((const char *)a + key->offset, (const char *)b + key->offset,
		      key->size) != 0;
}

static void compare(const struct config *running, const struct config *fresh,
		    struct buf *note)
{
	bool first = true;

	for (const struct config_key *k = CONFIG_KEYS; k->name; k++) {
		if (k->live || !differs(k, running, fresh))
			continue;
		buf_printf(note, "%s%s", first ? "needs a restart: " : ", ", k->name);
		first = false;
	}
	if (first)
		buf_puts(note, "applied");
}

static bool take_over(const struct config *running, const struct config *fresh,
		      char reason[200])
{
	struct buf note = { .p = reason, .cap = 199, .fixed = true };

	log_set_level((enum log_level)fresh->log);
	compare(running, fresh, &note);
	reason[note.len] = '\0';
	log_info("reload result=ok note=\"%s\"", reason);
	return true;
}

static bool refuse(const struct config_faults *f, char reason[200])
{
	const struct config_fault *first = &f->faults[0];
	char line[24] = "";

	if (first->line)
		snprintf(line, sizeof(line), "line %u: ", first->line);
	snprintf(reason, 200, "%s%.60s%s%.110s", line, first->key,
		 first->key[0] ? ": " : "", first->text);
	log_error("reload result=refused reason=\"%s\"", reason);
	return false;
}

static bool exchange(const struct config *running, const struct config *fresh,
		     struct net_tls *tls, char reason[200])
{
	char why[CERTIFICATES_REASON_SIZE];

	if (!tls || certificates_load(fresh, tls, why) == 0)
		return take_over(running, fresh, reason);
	snprintf(reason, 200, "%.199s", why);
	log_error("reload result=refused reason=\"%s\"", reason);
	return false;
}

bool reload_run(const struct config *running, struct net_tls *tls, char reason[200])
{
	struct config_faults *f = calloc(1, sizeof(*f));
	struct config *fresh = calloc(1, sizeof(*fresh));
	bool good = false;

	snprintf(reason, 200, "out of memory");
	if (f && fresh)
		good = config_load(running->path, fresh, f)
			       ? refuse(f, reason)
			       : exchange(running, fresh, tls, reason);
	if (fresh)
		config_wipe(fresh);
	free(fresh);
	free(f);
	return good;
}
