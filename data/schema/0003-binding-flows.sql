-- RFC 5626: one contact may be registered over several flows, so a binding is keyed by
-- instance and flow number as well. SQLite cannot change a key: the rows move over.
CREATE TABLE binding_of_flow (
	credential_id {int} NOT NULL,
	contact {text} NOT NULL,
	instance {text} NOT NULL,
	reg_id {int} NOT NULL,
	line_id {int} NOT NULL,
	call_id {text} NOT NULL,
	cseq {int} NOT NULL,
	q {int} NOT NULL,
	registered_at {int} NOT NULL,
	expires_at {int} NOT NULL,
	source {text} NOT NULL,
	local {text} NOT NULL,
	transport {text} NOT NULL,
	user_agent {text} NOT NULL,
	path {text} NOT NULL,
	PRIMARY KEY (credential_id, contact, instance, reg_id)
){table};
INSERT INTO binding_of_flow SELECT credential_id, contact, '', 0, line_id, call_id, cseq, q,
	registered_at, expires_at, source, local, transport, user_agent, path FROM binding;
DROP TABLE binding;
ALTER TABLE binding_of_flow RENAME TO binding;
