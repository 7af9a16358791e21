/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/replay.c - Plays every file of the given folders to a fuzz target, without a
 * fuzzer: what it once found stays found. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

/* In memory of exactly its size, so that the sanitizer sees a read past the end. */
static int play(const char *path)
{
	static uint8_t storage[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	uint8_t *copy;
	size_t n;

	if (!f) {
		perror(path);
		return -1;
	}
	n = fread(storage, 1, sizeof(storage), f);
	fclose(f);
	copy = malloc(n ? n : 1);
	if (!copy)
		return -1;
	for (size_t i = 0; i < n; i++)
		copy[i] = storage[i];
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	return 0;
}

static int play_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	char path[1024];
	int played = 0;

	if (!dir) {
		perror(folder);
		return -1;
	}
	for (struct dirent *e; (e = readdir(dir)) && played >= 0;) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		played = play(path) < 0 ? -1 : played + 1;
	}
	closedir(dir);
	return played;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int played = play_folder(argv[i]);

		if (played <= 0) {
			fprintf(stderr, "%s: nothing played\n", argv[i]);
			return 1;
		}
		total += played;
	}
	printf("%d inputs\n", total);
	return total > 0 ? 0 : 1;
}
