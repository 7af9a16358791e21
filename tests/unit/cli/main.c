/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/main.c - Runs the groups. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "unit.h"

char *unit_read(const char *path)
{
	FILE *f = fopen(path, "re");
	char *bytes = calloc(1, 1 << 18);

	if (!f)
		fail_msg("%s cannot be read", path);
	assert_true(fread(bytes, 1, (1 << 18) - 1, f) > 0);
	fclose(f);
	return bytes;
}

void unit_write(const char *text, char dst[64])
{
	int fd;

	strcpy(dst, "/tmp/ownline-cli-XXXXXX");
	fd = mkstemp(dst);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

int main(void)
{
	log_set_level(LOG_ERROR);
	assert_true(sodium_init() >= 0);
	return config_group() + manual_group() + args_group() + reload_group() +
	       print_group() + bind_group() + house_group();
}
