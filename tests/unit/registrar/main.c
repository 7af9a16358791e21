/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/main.c - Runs the groups. */

#include "rig.h"

int main(void)
{
	return register_group() + lives_group() + keep_group() + callback_group() +
	       flows_group() + keepalive_group() + path_group() + gruu_group();
}
