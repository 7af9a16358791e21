/* SPDX-License-Identifier: Apache-2.0 */
/* sip/lookup.c - Finds header fields in a decoded message. */

#include <errno.h>

#include "sip/msg.h"

const struct sip_header *sip_msg_header_named(const struct sip_msg *m, struct text name)
{
	enum sip_header_id id = sip_header_id_of(name);
	const struct sip_header *h = sip_msg_header(m, id);

	while (h && id == SIP_HDR_OTHER && !text_eq_nocase(h->name, name))
		h = sip_msg_header_next(m, h);
	return h;
}

bool sip_msg_has_token(const struct sip_msg *m, enum sip_header_id id, struct text token)
{
	const struct sip_header *h = sip_msg_header(m, id);

	for (; h; h = sip_msg_header_next(m, h)) {
		struct text list = h->value, element;

		while (sip_list_next(&list, &element)) {
			if (text_eq_nocase(element, token))
				return true;
		}
	}
	return false;
}

bool sip_msg_has_several(const struct sip_msg *m, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(m, id);
	struct text list = h ? h->value : TEXT_NONE, element;

	return h && (h->next ||
		     (sip_list_next(&list, &element) && sip_list_next(&list, &element)));
}

int sip_msg_number(const struct sip_msg *m, enum sip_header_id id, uint32_t *ret)
{
	const struct sip_header *h = sip_msg_header(m, id);
	struct text number;

	if (!h)
		return -ENOENT;
	/* Retry-After and Session-Expires have parameters, Retry-After a comment. */
	text_split(h->value, ';', &number, NULL);
	text_split(number, '(', &number, NULL);
	return text_to_u32(text_trim_lws(number), UINT32_MAX, ret);
}
