/* SPDX-License-Identifier: Apache-2.0 */
/* media/bencode.h - The encoding of rtpengine's control protocol: strings "5:hello",
 * integers "i42e", lists "l...e", dictionaries "d...e". Read in place. */
#ifndef MEDIA_BENCODE_H
#define MEDIA_BENCODE_H

#include "base/buf.h"
#include "base/text.h"

enum { BENCODE_DEPTH_MAX = 16 }; /* of lists and dictionaries within each other */

/* "key" and "value" of a dictionary that the caller opens with 'd' and ends with 'e'. */
void bencode_put(struct buf *b, struct text t);
void bencode_put_pair(struct buf *b, const char *key, struct text value);

/* The value of a dictionary's key, still encoded. 0; -ENOENT; -EBADMSG: it is no dictionary,
 * or broken before the key was found. */
int bencode_find(struct text dictionary, struct text key, struct text *ret);
/* What is encoded. 0 or -EBADMSG. */
int bencode_text(struct text value, struct text *ret);
int bencode_number(struct text value, uint64_t *ret);
/* Both in one. */
int bencode_find_text(struct text dictionary, const char *key, struct text *ret);

#endif
