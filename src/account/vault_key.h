/* SPDX-License-Identifier: Apache-2.0 */
/* account/vault_key.h - What the vault's two files share: the key in memory. */
#ifndef ACCOUNT_VAULT_KEY_H
#define ACCOUNT_VAULT_KEY_H

#include <stdint.h>

enum {
	VAULT_KEY_LEN = 32,
	VAULT_MARK_LEN = 4, /* tells keys apart; in every sealed row, and no secret */
};

/* Lives in sodium_malloc's memory: locked, guarded, in no core file. */
struct vault {
	uint8_t key[VAULT_KEY_LEN];
	uint8_t mark[VAULT_MARK_LEN];
};

#endif
