/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config.h - ownline.yaml: read by a table of keys, each with type, default, bounds
 * and help; what is wrong is named with line, key and what was expected. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/log.h"
#include "call/call.h"
#include "net/socket.h"
#include "net/tls.h"
#include "notify/push.h"
#include "notify/sms.h"
#include "trunk/trunk.h"

enum {
	CONFIG_PATH_SIZE = 512,
	CONFIG_HOST_SIZE = 128,
	CONFIG_PROXIES_MAX = 16, /* and TRUNK_SOURCES_MAX */
	CONFIG_CERTIFICATES_MAX = NET_TLS_PAIRS_MAX - 1,
	CONFIG_ORIGINS_MAX = 16,
	CONFIG_FAULTS_MAX = 50,
	CONFIG_FILE_MAX = 1 << 20,
};

struct config_listener {
	enum transport transport;
	bool both; /* "*": both families, addr.family 0 */
	bool tls;  /* the portal's https */
	struct addr addr;
};

struct config_portal {
	struct config_listener listen;
	unsigned code_s;  /* how long a code lives */
	char origin[256]; /* "https://portal.example.ch" */
	char pages[CONFIG_PATH_SIZE];
	struct addr_network proxies[CONFIG_PROXIES_MAX];
	unsigned proxy_count;
};

struct config_certificate {
	char cert[CONFIG_PATH_SIZE], key[CONFIG_PATH_SIZE];
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

enum config_onnet { CONFIG_ONNET_LOCAL, CONFIG_ONNET_TRUNK };
enum config_redirect { CONFIG_REFUSE, CONFIG_FOLLOW };
enum config_forwarded_caller { CONFIG_CALLER, CONFIG_LINE };

struct config {
	char path[CONFIG_PATH_SIZE]; /* of the file itself */
	char domain[CONFIG_HOST_SIZE];
	char realm[CONFIG_HOST_SIZE];
	char country[3];
	char emergency_numbers[PLAN_COUNTRY_SIZE - 2]; /* " 911 1414" */
	char plan[PLAN_COUNTRY_SIZE]; /* both, as rating/plan.h wants it */
	char timezone[64];
	char currency[4];
	char state_dir[CONFIG_PATH_SIZE];
	char store[CONFIG_PATH_SIZE];
	char vault_key[CONFIG_PATH_SIZE];
	char consent[CONFIG_PATH_SIZE]; /* "": what is built in */
	char user[64], web_user[64];
	unsigned log; /* enum log_level */
	char tls_cert[CONFIG_PATH_SIZE], tls_key[CONFIG_PATH_SIZE];
	char tls_ca[CONFIG_PATH_SIZE]; /* "": the system's authorities */
	struct config_listener listen[NET_LISTENERS_MAX];
	unsigned listen_count;
	struct config_certificate certificates[CONFIG_CERTIFICATES_MAX];
	unsigned certificate_count;
	char origins[CONFIG_ORIGINS_MAX][256]; /* beside the portal's */
	unsigned origin_count;
	char advertise[CONFIG_HOST_SIZE];
	unsigned workers;
	struct addr_network path_from[CONFIG_PROXIES_MAX];
	unsigned path_from_count;
	bool require_tls;
	struct config_portal portal;
	char admin[CONFIG_PATH_SIZE];
	struct config_sms sms;
	unsigned media;            /* enum media_mode */
	unsigned redirect;         /* enum config_redirect */
	unsigned forwarded_caller; /* enum config_forwarded_caller */
	uint16_t media_port_min, media_port_max;
	struct sdp_codecs codecs;      /* none: all */
	struct ng_config rtpengine;    /* engines and count alone */
	unsigned rtpengine_on_failure; /* 0: refuse, 1: signal */
	unsigned expires_min_s, expires_max_s, expires_default_s;
	unsigned nat_keepalive_s, flow_timer_s;
	unsigned onnet; /* enum config_onnet */
	unsigned ring_s, duration_max_s, silence_max_s, session_expires_s, session_min_s;
	unsigned early_dialogs; /* 0: many, 1: single */
	struct push_provider push[PUSH_PROVIDERS_MAX];
	unsigned push_count;
	unsigned push_wait_s, push_timeout_s;
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
