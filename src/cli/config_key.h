/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_key.h - The table of keys. */
#ifndef CLI_CONFIG_KEY_H
#define CLI_CONFIG_KEY_H

#include "cli/config.h"

struct config_key;

/* Takes a scalar into the key's place: NULL, or what was expected instead. */
typedef const char *config_take(void *base, const struct config_key *key,
				struct text value);

enum { CONFIG_KEYS_MAX = 64 }; /* of one table */

enum config_shape { CONFIG_ONE, CONFIG_LIST, CONFIG_ENTRIES };

/* A list of mappings: structs of "size" bytes from the key's offset on. */
struct config_entries {
	const struct config_key *keys;
	size_t size, count_at; /* of one; of the unsigned that counts them */
	unsigned max;
	const char *expected;
};

struct config_key {
	const char *name; /* "edge.listen"; NULL ends the table */
	config_take *take;
	const char *otherwise; /* the default, taken like a value; lists: items with ' ';
				* NULL: none, the key is required */
	size_t offset, size;   /* of the field in struct config (struct trunk_config) */
	int64_t min, max;
	const char *const *choices; /* NULL-terminated; the index is the value */
	enum config_shape shape;
	const struct config_entries *entries; /* of CONFIG_ENTRIES */
	bool live;                            /* a reload applies it */
	const char *help;
};

extern const struct config_key CONFIG_KEYS[];
extern const struct config_key CONFIG_PUSH_KEYS[];        /* of one entry of "push" */
extern const struct config_key CONFIG_TRUNK_KEYS[];       /* of one entry of "trunks" */
extern const struct config_key CONFIG_CERTIFICATE_KEYS[]; /* of "edge.certificates" */

config_take config_take_text, config_take_number, config_take_choice, config_take_flag,
	config_take_domain, config_take_country, config_take_emergency_number,
	config_take_currency, config_take_zone, config_take_store, config_take_advertise,
	config_take_edge_listen, config_take_portal_listen, config_take_origin,
	config_take_proxy, config_take_admin, config_take_header, config_take_ports,
	config_take_trunk_name, config_take_trunk_uri, config_take_source,
	config_take_prefix, config_take_url, config_take_ws_origin, config_take_codec,
	config_take_rtpengine, config_take_push_header, config_take_path_from;

#endif
