/* SPDX-License-Identifier: Apache-2.0 */
/* edge/dispatch.c - Which request goes to which room (RFC 3261 8.2, 12.2.2). */

#include "edge/worker.h"

/* A To tag asks for a dialog, and there can be none. */
static void no_dialog(struct edge_worker *w, const struct flow *from,
		      const struct sip_msg *m)
{
	edge_answer(w, from, m, 481, TEXT_NONE, TEXT_NONE);
}

static void not_allowed(struct edge_worker *w, const struct flow *from,
			const struct sip_msg *m)
{
	edge_answer_allow(w, from, m, 405);
	edge_log_refused(w, from, m, "method_not_allowed");
}

/* No event package is offered: whoever asks is told so and stops asking (RFC 6665 4.2.1.3,
 * RFC 3903 6). Without a digest, as it says the same to everybody. */
static void bad_event(struct edge_worker *w, const struct flow *from,
		      const struct sip_msg *m)
{
	edge_answer(w, from, m, 489, TEXT("Allow-Events"), TEXT_NONE);
	edge_log_refused(w, from, m, "no_event_package");
}

static void not_implemented(struct edge_worker *w, const struct flow *from,
			    const struct sip_msg *m)
{
	edge_answer_allow(w, from, m, 501);
	edge_log_refused(w, from, m, "unknown_method");
}

static void drop_ack(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m)
{
	edge_tally_add(&w->tally.stray_acks);
}

/* An ACK cannot be asked for a digest: one that describes something counts only from where
 * its peer is, else the 2xx comes again and asks for another. */
static void in_dialog(struct edge_worker *w, const struct flow *from,
		      const struct sip_msg *m)
{
	bool good = m->method == SIP_ACK ? m->body.len == 0 || edge_is_source(w, from, m)
					 : !edge_check_extensions(w, from, m) &&
						   edge_check_source(w, from, m);

	if (good)
		call_in_dialog(w->calls, from, m);
	else if (m->method == SIP_ACK)
		edge_tally_add(&w->tally.stray_acks);
}

/* Nothing is relayed that is not a call: what devices could send each other past the
 * operator is refused. CANCEL does not come here. */
static const struct room {
	void (*outside)(struct edge_worker *, const struct flow *,
			const struct sip_msg *);
	void (*in_dialog)(struct edge_worker *, const struct flow *,
			  const struct sip_msg *);
	bool checked; /* edge_check comes before the room outside */
} rooms[SIP_METHOD_OTHER + 1] = {
	[SIP_INVITE] = { edge_invite, in_dialog, true },
	[SIP_ACK] = { drop_ack, in_dialog },
	[SIP_BYE] = { no_dialog, in_dialog },
	[SIP_CANCEL] = { no_dialog, no_dialog },
	[SIP_REGISTER] = { edge_register, edge_register, true },
	[SIP_OPTIONS] = { edge_options, in_dialog, true },
	[SIP_INFO] = { no_dialog, in_dialog },
	[SIP_PRACK] = { no_dialog, in_dialog },
	[SIP_UPDATE] = { no_dialog, in_dialog },
	[SIP_REFER] = { not_allowed, in_dialog },
	[SIP_NOTIFY] = { no_dialog, in_dialog },
	[SIP_SUBSCRIBE] = { bad_event, in_dialog },
	[SIP_MESSAGE] = { not_allowed, in_dialog },
	[SIP_PUBLISH] = { bad_event, bad_event },
	[SIP_METHOD_OTHER] = { not_implemented, not_implemented },
};

void edge_dispatch(void *arg, const struct flow *from, const struct sip_msg *m)
{
	struct edge_worker *w = arg;
	const struct room *room = &rooms[m->method];

	if (edge_follow(w, from, m))
		return;
	if (m->to.tag.len > 0 && m->method != SIP_REGISTER)
		room->in_dialog(w, from, m);
	else if (!room->checked || !edge_check(w, from, m))
		room->outside(w, from, m);
}
