/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/main.c - Runs the groups. */

#include "rig.h"

int main(void)
{
	return outcome_group() + device_group() + fork_group() + answer_group() +
	       dialog_group() + reinvite_group() + offer_group() + trunk_group() +
	       charge_group() + end_group() + engine_group() + media_group() +
	       memory_group() + carry_group();
}
