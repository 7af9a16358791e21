/* SPDX-License-Identifier: Apache-2.0 */
/* media/rtcp.c - Reads sender and receiver reports. */

#include "media/rtcp.h"

#include <errno.h>

enum {
	HEADER = 8, /* with the SSRC of its sender */
	SENDER_INFO = 20,
	BLOCK = 24,
	TYPE_SR = 200,
	TYPE_RR = 201,
};

static uint32_t u32(struct text t, size_t at)
{
	const uint8_t *p = (const uint8_t *)t.p + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void take_block(struct text block, struct rtcp_report *r)
{
	uint32_t lost = u32(block, 4) & 0xffffff;

	r->received = true;
	r->fraction_lost = (uint8_t)block.p[4];
	r->lost = lost & 0x800000 ? 0 : lost; /* signed: duplicates were counted */
	r->jitter = u32(block, 12);
	r->last_sr = u32(block, 16);
	r->delay = u32(block, 20);
}

/* One packet of the compound, header and all. */
static int take_packet(struct text packet, struct rtcp_report *r)
{
	uint8_t type = (uint8_t)packet.p[1];
	unsigned blocks = (uint8_t)packet.p[0] & 31u;
	size_t at = type == TYPE_SR ? HEADER + SENDER_INFO : HEADER;

	if (type != TYPE_SR && type != TYPE_RR)
		return 0;
	if (packet.len < at + blocks * BLOCK)
		return -EBADMSG;
	if (type == TYPE_SR) {
		r->sent = true;
		r->stamp = u32(packet, HEADER) << 16 | u32(packet, HEADER + 4) >> 16;
	}
	if (blocks > 0 && !r->received)
		take_block(text_from(packet, at), r);
	return 0;
}

int rtcp_report_decode(struct text packet, struct rtcp_report *ret)
{
	struct rtcp_report r = { 0 };

	if (packet.len < HEADER)
		return -EBADMSG;
	while (packet.len >= HEADER / 2) {
		size_t len =
			4 *
			(((size_t)(uint8_t)packet.p[2] << 8 | (uint8_t)packet.p[3]) + 1);

		if ((uint8_t)packet.p[0] >> 6 != 2 || len > packet.len ||
		    take_packet(text_sub(packet, 0, len), &r) < 0)
			return -EBADMSG;
		packet = text_from(packet, len);
	}
	*ret = r;
	return 0;
}
