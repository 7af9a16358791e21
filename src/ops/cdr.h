/* SPDX-License-Identifier: Apache-2.0 */
/* ops/cdr.h - A CDR as JSON. */
#ifndef OPS_CDR_H
#define OPS_CDR_H

#include "ops/call.h"

json_t *cdr_json(const struct ops *o, const struct cdr_row *r);
/* Whole seconds between answer and end, begun ones counted; 0 when never answered. */
int64_t cdr_duration_s(const struct cdr_row *r);

#endif
