/* SPDX-License-Identifier: Apache-2.0 */
/* scenario/main.c - Plays one play: 0 when every expectation came true. */

#include <stdio.h>

#include "base/log.h"
#include "scenario/stage.h"

int main(int argc, char **argv)
{
	struct play play;
	struct stage stage;

	if (argc != 2) {
		fputs("usage: scenario FILE.play\n", stderr);
		return 2;
	}
	log_set_level(LOG_WARN);
	play_read(&play, argv[1]);
	stage_open(&stage);
	for (unsigned i = 0; i < play.count; i++)
		stage_play(&stage, play.statements[i]);
	if (play.count)
		stage_check_end(&stage, play.statements[play.count - 1]);
	stage_close(&stage);
	play_free(&play);
	return 0;
}
