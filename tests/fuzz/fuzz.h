/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz.h - What libFuzzer calls, and replay.c without it. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
