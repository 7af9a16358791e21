/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/main.c - Plays one play: 0 when every expectation came true. */

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "scenario/stage.h"

int main(int argc, char **argv)
{
	struct play play;
	struct stage stage;

	bool verbose = argc == 3 && strcmp(argv[1], "-v") == 0;

	if (argc != 2 + verbose) {
		fputs("usage: scenario [-v] FILE.play\n", stderr);
		return 2;
	}
	log_set_level(verbose ? LOG_DEBUG : LOG_WARN);
	play_read(&play, argv[1 + verbose]);
	stage_open(&stage, verbose);
	for (unsigned i = 0; i < play.count; i++)
		stage_play(&stage, play.statements[i]);
	if (play.count)
		stage_check_end(&stage, play.statements[play.count - 1]);
	stage_close(&stage);
	play_free(&play);
	return 0;
}
