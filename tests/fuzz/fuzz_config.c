/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_config.c - ownline.yaml: what is refused is named, what is taken has its
 * defaults. */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/config.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config;
	static struct config_faults faults;
	int fd = memfd_create("ownline.yaml", MFD_CLOEXEC), rc;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	rc = config_load(path, &config, &faults);
	assert((rc == 0) == (faults.count == 0));
	assert(rc != 0 || (config.domain[0] && config.listen_count > 0));
	config_wipe(&config);
	close(fd);
	return 0;
}
