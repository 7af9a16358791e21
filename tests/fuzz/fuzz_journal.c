/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_journal.c - A line of the journal, as it is and under a good checksum. What was
 * read is written as the same. */

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "fuzz.h"
#include "rating/journal_line.h"

static void decode(struct text line)
{
	struct buf out = BUF_GROWING;
	enum journal_kind kind, kind_again;
	struct cdr_row call, again;

	if (journal_line_decode(line, &kind, &call) == 0) {
		journal_line_encode(&out, kind, &call);
		assert(journal_line_decode(text_sub(buf_text(&out), 0, out.len - 1),
					   &kind_again, &again) == 0);
		assert(kind == kind_again && memcmp(&call, &again, sizeof(call)) == 0);
	}
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sum[crypto_generichash_BYTES_MIN];
	struct buf line = BUF_GROWING;
	char hex[17];

	decode((struct text){ (const char *)data, size });
	crypto_generichash(sum, sizeof(sum), data, size, NULL, 0);
	text_hex_encode(hex, sum, 8);
	buf_put(&line, (struct text){ (const char *)data, size });
	buf_printf(&line, "\t%s", hex);
	decode(buf_text(&line));
	buf_free(&line);
	return 0;
}
