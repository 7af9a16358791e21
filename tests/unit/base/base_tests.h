/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/base_tests.h - The groups of this program; each returns how many failed. */
#ifndef BASE_TESTS_H
#define BASE_TESTS_H

int arena_tests(void);
int buf_tests(void);
int csv_tests(void);
int date_tests(void);
int e164_tests(void);
int id_tests(void);
int list_tests(void);
int log_tests(void);
int money_tests(void);
int random_tests(void);
int table_tests(void);
int text_tests(void);
int zone_tests(void);

#endif
