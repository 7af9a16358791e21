/* SPDX-License-Identifier: Apache-2.0 */
/* unit/loop/loop_tests.h - The groups of this program; each returns how many failed. */
#ifndef LOOP_TESTS_H
#define LOOP_TESTS_H

int wheel_tests(void);
int loop_tests(void);
int pool_tests(void);

#endif
