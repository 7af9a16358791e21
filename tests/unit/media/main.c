/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/main.c - Tests of src/media. */

#include "help.h"

int main(void)
{
	return test_bencode() + test_latch() + test_ports() + test_rtcp() +
	       test_rtpengine() + test_session();
}
