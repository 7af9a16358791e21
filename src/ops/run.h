/* SPDX-License-Identifier: Apache-2.0 */
/* ops/run.h - The functions of the table, one file per subject. Each answers its call
 * once, now or later. */
#ifndef OPS_RUN_H
#define OPS_RUN_H

struct op_call;

/* signin.c, session_ops.c */
void op_session_open(struct op_call *);
void op_session_code(struct op_call *);
void op_session_resend(struct op_call *);
void op_session_get(struct op_call *);
void op_session_close(struct op_call *);
/* line_list.c, line_freeze.c, forwarding.c, consent_ops.c */
void op_line_list(struct op_call *);
void op_line_show(struct op_call *);
void op_line_freeze(struct op_call *);
void op_line_unfreeze(struct op_call *);
void op_line_forward_get(struct op_call *);
void op_line_forward_set(struct op_call *);
void op_consent_get(struct op_call *);
void op_consent_record(struct op_call *);
/* credential_list.c, create.c, credential_status.c */
void op_credential_list(struct op_call *);
void op_credential_create(struct op_call *);
void op_credential_freeze(struct op_call *);
void op_credential_unfreeze(struct op_call *);
void op_credential_revoke(struct op_call *);
/* call_list.c, cdr_list.c, event_list.c, stream.c, attempts.c */
void op_line_calls(struct op_call *);
void op_call_list(struct op_call *);
void op_cdr_list(struct op_call *);
void op_event_list(struct op_call *);
void op_stream(struct op_call *);
void op_line_attempts(struct op_call *);
/* customer_ops.c, tariff_list.c, binding_list.c, trunk_list.c, status.c, import_op.c */
void op_customer_list(struct op_call *);
void op_customer_show(struct op_call *);
void op_tariff_list(struct op_call *);
void op_binding_list(struct op_call *);
void op_trunk_list(struct op_call *);
void op_status(struct op_call *);
void op_reload(struct op_call *);
void op_import(struct op_call *);

#endif
