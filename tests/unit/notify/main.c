/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return cap_group() + template_group() + sms_group() + gateway_group() +
	       push_group();
}
