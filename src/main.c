/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - ownline: one binary, all commands. */

#include "cli/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
