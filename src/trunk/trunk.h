/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/trunk.h - Trunks to the voice network: which one carries a call, whether it may
 * be asked now, which source is one of theirs. Selection is safe from every thread. */
#ifndef TRUNK_TRUNK_H
#define TRUNK_TRUNK_H

#include "base/clock.h"
#include "base/random.h"
#include "loop/loop.h"
#include "net/flow.h"
#include "rating/plan.h"
#include "sip/msg.h"
#include "sip/sdp_codec.h"
#include "sip/uri.h"
#include "store/rows.h"

enum {
	TRUNKS_MAX = 32,
	TRUNK_PREFIXES_MAX = 32,
	TRUNK_NAME_SIZE = 32,
	TRUNK_URI_SIZE = 256,
	TRUNK_SOURCES_MAX = 16,
	TRUNK_WEIGHT_MAX = 1000,
	TRUNK_PRIORITY_MAX = 100,
};

enum trunk_emergency {
	TRUNK_EMERGENCY_NO,
	TRUNK_EMERGENCY_YES,
	TRUNK_EMERGENCY_LAST, /* when all that do have failed */
};

enum trunk_location { /* how it is told where an emergency call comes from */
		      TRUNK_LOCATION_NONE,
		      TRUNK_LOCATION_GEOLOCATION, /* RFC 6442 */
		      TRUNK_LOCATION_PANI,        /* P-Access-Network-Info, RFC 7315 */
		      TRUNK_LOCATION_BOTH,
};

enum trunk_identity {                      /* how it is told who calls */
		      TRUNK_IDENTITY_PAI,  /* P-Asserted-Identity, RFC 3325 */
		      TRUNK_IDENTITY_RPID, /* Remote-Party-ID, what came before */
		      TRUNK_IDENTITY_FROM, /* From alone */
};

enum trunk_diversion { /* how it is told of forwarded calls */
		       TRUNK_DIVERSION_NONE,
		       TRUNK_DIVERSION_DIVERSION, /* RFC 5806 */
		       TRUNK_DIVERSION_HISTORY,   /* RFC 7044 */
		       TRUNK_DIVERSION_BOTH,
};

struct trunk_config {
	char name[TRUNK_NAME_SIZE];
	char uri[TRUNK_URI_SIZE]; /* sip:host[:port][;transport=tcp] */
	char prefixes[TRUNK_PREFIXES_MAX][ROW_PREFIX_SIZE];
	unsigned prefix_count;
	unsigned priority;  /* among trunks of one prefix length: the lower first */
	unsigned weight;    /* its share among those of one priority */
	unsigned calls_max; /* at a time, in and out; 0: no bound */
	unsigned health_s;  /* between two OPTIONS; 0: none */
	bool registers;     /* we register with it, as user */
	unsigned expires_s; /* for so long */
	char account[64];   /* what is registered; empty: user */
	/* Besides the addresses of uri. */
	struct addr_network sources[TRUNK_SOURCES_MAX];
	unsigned source_count;
	/* TLS: known by a certificate for this name, and by nothing else; empty: by
	 * address. */
	char certificate[TRUNK_URI_SIZE];
	bool national;            /* takes short codes and helplines */
	unsigned emergency;       /* enum trunk_emergency */
	unsigned location;        /* enum trunk_location */
	char access_info[192];    /* of P-Access-Network-Info, with {location_ref} */
	unsigned identity;        /* enum trunk_identity */
	unsigned diversion;       /* enum trunk_diversion */
	unsigned media;           /* 0: as the house; else 1 + enum media_mode */
	struct sdp_codecs codecs; /* of those that the house allows; none: all of them */
	char user[64], password[128]; /* for its challenge; empty: by address */
	char realm
		[128]; /* of its challenge; empty: the URI's host. No other is answered */
};

struct trunk_set;

struct trunk_set_config {
	const struct trunk_config *trunks; /* copied */
	unsigned count;
	struct loop *loop;
	const struct clock *clock;
	struct random *random;
	unsigned transports; /* that we speak: 1 << TRANSPORT_UDP ...; 0: UDP and TCP */
	/* Tests: "host:port,..." instead of the system's name servers. */
	const char *nameservers;
	unsigned dns_timeout_ms; /* of one question; 0: 2000 */
};

/* Resolves hosts (c-ares, asynchronously, again as names age); literal addresses at once.
 * -EINVAL: a URI that is none. */
int trunk_set_new(const struct trunk_set_config *cfg, struct trunk_set **ret);
void trunk_set_free(struct trunk_set *s);

struct trunk_target {
	unsigned index;
	char name[TRUNK_NAME_SIZE];
	enum transport transport;
	struct addr addr;
	char host[TRUNK_URI_SIZE]; /* for the Request-URI: host[:port] */
};

/* Trunks for that destination: longest prefix first, then by priority, then by weight
 * (order.h); each with its addresses in a row, as RFC 3263 and RFC 2782 order them.
 * Addresses that rest (503 with Retry-After, no answer) are left out unless all do. Emergency
 * calls: the trunks marked for them first, then national ones, and any at all where none of
 * these has an address; those that rest come behind the others of their kind. Returns how many; 0: none carries
 * it, or none that does has an address. */
size_t trunk_select(struct trunk_set *s, const struct destination *d,
		    struct trunk_target *ret, size_t max);
/* One is configured for it, whether it has an address now or not. */
bool trunk_carries(const struct trunk_set *s, const struct destination *d);
/* What came of a call to that address: it rests after no answer (status 0), 408 or 503,
 * for retry_after_s (0: 30 s), and ends its rest after any other. */
void trunk_report(struct trunk_set *s, unsigned index, const struct addr *addr,
		  unsigned status, unsigned retry_after_s);

/* Seconds of a response's Retry-After, an hour at most however many it names; 0: none that
 * can be read. */
unsigned trunk_retry_after_s(const struct sip_msg *m);

/* A call begins over the trunk. False: it has as many as it may (calls_max), and the call
 * is none that must pass. Else trunk_call_end once. */
bool trunk_call_begin(struct trunk_set *s, unsigned index, bool must_pass);
void trunk_call_end(struct trunk_set *s, unsigned index);

/* The trunk that it comes from, or -ENOENT: by its certificate (bit i of flow.peers is the
 * i-th trunk's) where it has one; else by its addresses, on loopback, which devices and
 * trunk may share, by port as well; or by its networks. */
int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret);
/* The flow's other end is an address of that trunk's uri: who may see our digests. */
bool trunk_is_hop(struct trunk_set *s, unsigned index, const struct flow *from);
/* That very trunk sends over it, as trunk_of_source knows it. */
bool trunk_sends(struct trunk_set *s, unsigned index, const struct flow *from);
/* The address is one of the trunk's, or in one of its networks. */
bool trunk_is_own(struct trunk_set *s, unsigned index, const struct addr *a);

/* What an operator wants to see: a row for each address, one without for a trunk that has
 * none. */
struct trunk_info {
	char name[TRUNK_NAME_SIZE];
	char uri[TRUNK_URI_SIZE];
	char address[ADDR_TEXT_SIZE]; /* "": none is known */
	const char *transport;
	const char *state;      /* up, busy, failed, silent, unknown, unregistered */
	int64_t rests_s;        /* seconds left of busy and failed, else 0 */
	int64_t answered_at;    /* last answer, wall us; 0: never */
	const char *registered; /* "", no, asking, yes, waiting */
	unsigned status;        /* last answer to REGISTER; 0: none */
	unsigned calls, calls_max;
	bool emergency;
};
size_t trunk_list(struct trunk_set *s, struct trunk_info *ret, size_t max);

/* As configured, but with its realm filled in. */
const struct trunk_config *trunk_get(const struct trunk_set *s, unsigned index);

#endif
