/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/main.c - Runs the groups. */

#include "unit.h"

int main(void)
{
	return vault_group() + book_group() + eligible_group() + create_group() +
	       import_group() + import_customers_group() + import_credentials_group();
}
