/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/main.c - Runs the groups. */

#include "base/log.h"
#include "unit.h"

int main(void)
{
	log_set_level(LOG_ERROR);
	return code_group() + throttle_group() + session_group() + field_group() +
	       table_group() + frame_group() + message_group() + signin_group() +
	       step_up_group() + scope_group() + operator_group() + stream_group() +
	       link_group() + forwarding_group();
}
