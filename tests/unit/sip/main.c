/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/main.c - Tests of src/sip: one group per source file. */

#include "help.h"

int main(void)
{
	int failed = test_header() + test_param() + test_uri() + test_via() +
		     test_address() + test_msg() + test_frame() + test_encode() +
		     test_digest() + test_md5() + test_sdp() + test_sdp_codec() +
		     test_shape() + test_body();

	exact_free_all();
	return failed;
}
