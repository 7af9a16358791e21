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

enum config_shape { CONFIG_ONE, CONFIG_LIST, CONFIG_TRUNKS };

struct config_key {
	const char *name; /* "edge.listen"; NULL ends the table */
	config_take *take;
	const char *otherwise; /* the default, taken like a value; lists: items with ' ';
				* NULL: none, the key is required */
	size_t offset, size;   /* of the field in struct config (struct trunk_config) */
	int64_t min, max;
	const char *const *choices; /* NULL-terminated; the index is the value */
	enum config_shape shape;
	const char *help;
};

extern const struct config_key CONFIG_KEYS[];
extern const struct config_key CONFIG_TRUNK_KEYS[]; /* of one entry of "trunks" */

config_take config_take_text, config_take_number, config_take_choice, config_take_flag,
	config_take_domain, config_take_country, config_take_currency, config_take_zone,
	config_take_store, config_take_advertise, config_take_edge_listen,
	config_take_portal_listen, config_take_origin, config_take_proxy,
	config_take_admin, config_take_header, config_take_ports, config_take_trunk_name,
	config_take_trunk_uri, config_take_prefix, config_take_url;

#endif
