/* SPDX-License-Identifier: Apache-2.0 */
/* media/rtcp.h - What RTCP says of a stream's quality (RFC 3550 6.4). No I/O. Internal to
 * media/. */
#ifndef MEDIA_RTCP_H
#define MEDIA_RTCP_H

#include "base/text.h"

/* Of one compound packet: its sender report's time, and its first report block. */
struct rtcp_report {
	bool sent;             /* it has a sender report */
	uint32_t stamp;        /* of which the peer will say in last_sr that it came */
	bool received;         /* it has a report block */
	uint8_t fraction_lost; /* of 256, since the report before */
	uint32_t lost;         /* since the beginning; 0 when more came than were sent */
	uint32_t jitter;       /* in units of the codec's clock */
	uint32_t last_sr;      /* 0: none came */
	uint32_t delay;        /* since then, in 1/65536 s */
};

/* 0, or -EBADMSG: no RTCP, or broken. */
int rtcp_report_decode(struct text packet, struct rtcp_report *ret);

#endif
