/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return nonce_group() + replay_group() + probe_group() + auth_group() +
	       algorithm_group() + penalty_group() + again_group();
}
