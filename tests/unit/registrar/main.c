/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/main.c - Runs the groups. */

#include "rig.h"

int main(void)
{
	return register_group() + lives_group() + keep_group() + callback_group();
}
