/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config.h - ownline.yaml: read by a table of keys, each with type, default, bounds
 * and help; what is wrong is named with line, key and what was expected. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/log.h"
#include "call/call.h"
#include "net/socket.h"
#include "notify/sms.h"
#include "trunk/trunk.h"

enum {
	CONFIG_PATH_SIZE = 512,
	CONFIG_HOST_SIZE = 128,
	CONFIG_PROXIES_MAX = 16,
	CONFIG_FAULTS_MAX = 50,
	CONFIG_FILE_MAX = 1 << 20,
};

struct config_listener {
	enum transport transport;
	bool both; /* "*": both families, addr.family 0 */
	bool tls;  /* the portal's https */
	struct addr addr;
};

struct config_proxy { /* 10.0.0.0/8 */
	struct addr addr;
	unsigned bits;
};

struct config_portal {
	struct config_listener listen;
	unsigned code_s;  /* how long a code lives */
	char origin[256]; /* "https://portal.example.ch" */
	char pages[CONFIG_PATH_SIZE];
	struct config_proxy proxies[CONFIG_PROXIES_MAX];
	unsigned proxy_count;
};

struct config_sms {
	unsigned via; /* enum sms_via */
	char url[512];
	char method[8];
	char content_type[64];
	char body[1024];
	char from[32];
	char headers[SMS_HEADERS_MAX][512];
	unsigned header_count;
	unsigned timeout_s;
};

struct config {
	char path[CONFIG_PATH_SIZE]; /* of the file itself */
	char domain[CONFIG_HOST_SIZE];
	char realm[CONFIG_HOST_SIZE];
	char country[3];
	char timezone[64];
	char currency[4];
	char state_dir[CONFIG_PATH_SIZE];
	char store[CONFIG_PATH_SIZE];
	char vault_key[CONFIG_PATH_SIZE];
	char consent[CONFIG_PATH_SIZE]; /* "": what is built in */
	char user[64], web_user[64];
	unsigned log; /* enum log_level */
	char tls_cert[CONFIG_PATH_SIZE], tls_key[CONFIG_PATH_SIZE];
	struct config_listener listen[NET_LISTENERS_MAX];
	unsigned listen_count;
	char advertise[CONFIG_HOST_SIZE];
	unsigned workers;
	struct config_portal portal;
	char admin[CONFIG_PATH_SIZE];
	struct config_sms sms;
	unsigned media; /* enum call_media_mode */
	uint16_t media_port_min, media_port_max;
	unsigned expires_min_s, expires_max_s, expires_default_s;
	struct trunk_config trunks[TRUNKS_MAX];
	unsigned trunk_count;
};

struct config_fault {
	unsigned line; /* 0: none in particular */
	char key[64];  /* "edge.listen"; "" */
	char text[240];
};

struct config_faults {
	unsigned count; /* all; the first CONFIG_FAULTS_MAX are kept */
	struct config_fault faults[CONFIG_FAULTS_MAX];
};

/* Reads the file. 0; -EINVAL with faults; -ENOENT, -EACCES, -EFBIG (faults has a sentence
 * as well). On error *ret is not to be used. Wipe it with config_wipe. */
int config_load(const char *path, struct config *ret, struct config_faults *faults);
void config_wipe(struct config *c); /* gateway tokens, trunk passwords */
/* What is allowed but dangerous, one sentence each: fn is called for every one. */
void config_warn(const struct config *c, void (*fn)(void *arg, const char *text),
		 void *arg);
/* The file inside state_dir, unless it is absolute. */
const char *config_in_state(const struct config *c, const char *file,
			    char dst[2 * CONFIG_PATH_SIZE]);

#endif
