-- The first schema. {int}, {text}, {blob} and {table} are replaced by the dialect's words
-- (src/store/migrate.c). Customer data is keyed by the customer first; names that are
-- unique everywhere have a table of their own, keyed by the name. Times are microseconds
-- since 1970 (0: never), days count from 1970-01-01, money is in millionths.

CREATE TABLE meta (
	name {text} NOT NULL,
	value {text} NOT NULL,
	PRIMARY KEY (name)
){table};

CREATE TABLE customer (
	id {int} NOT NULL,
	ref {text} NOT NULL,
	name {text} NOT NULL,
	segment {int} NOT NULL,
	language {text} NOT NULL,
	street {text} NOT NULL,
	house {text} NOT NULL,
	postcode {text} NOT NULL,
	town {text} NOT NULL,
	location_ref {text} NOT NULL,
	created_at {int} NOT NULL,
	PRIMARY KEY (id)
){table};

CREATE TABLE customer_ref (
	ref {text} NOT NULL,
	customer_id {int} NOT NULL,
	PRIMARY KEY (ref)
){table};

CREATE TABLE login (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	name {text} NOT NULL,
	password_hash {text} NOT NULL,
	mobile {text} NOT NULL,
	language {text} NOT NULL,
	disabled {int} NOT NULL,
	created_at {int} NOT NULL,
	last_login_at {int} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};
CREATE INDEX login_id ON login (id);

CREATE TABLE login_name (
	name {text} NOT NULL,
	customer_id {int} NOT NULL,
	login_id {int} NOT NULL,
	PRIMARY KEY (name)
){table};

CREATE TABLE product (
	name {text} NOT NULL,
	segment {int} NOT NULL,
	tariff {text} NOT NULL,
	credentials_from {int} NOT NULL,
	PRIMARY KEY (name, segment)
){table};

CREATE TABLE line (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	number {text} NOT NULL,
	product {text} NOT NULL,
	from_day {int} NOT NULL,
	to_day {int} NOT NULL,
	frozen {int} NOT NULL,
	clir {int} NOT NULL,
	created_at {int} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};
CREATE INDEX line_id ON line (id);
CREATE INDEX line_of_number ON line (number, from_day);

-- The line that had the number last.
CREATE TABLE line_number (
	number {text} NOT NULL,
	customer_id {int} NOT NULL,
	line_id {int} NOT NULL,
	from_day {int} NOT NULL,
	to_day {int} NOT NULL,
	PRIMARY KEY (number)
){table};

CREATE TABLE consent (
	customer_id {int} NOT NULL,
	line_id {int} NOT NULL,
	id {int} NOT NULL,
	login_id {int} NOT NULL,
	version {text} NOT NULL,
	language {text} NOT NULL,
	reach {text} NOT NULL,
	accepted_at {int} NOT NULL,
	PRIMARY KEY (customer_id, line_id, id)
){table};

CREATE TABLE credential (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	line_id {int} NOT NULL,
	auth_name {text} NOT NULL,
	label {text} NOT NULL,
	profile {text} NOT NULL,
	realm {text} NOT NULL,
	kind {int} NOT NULL,
	status {int} NOT NULL,
	generation {int} NOT NULL,
	pinned_algorithm {int} NOT NULL,
	sealed {blob} NOT NULL,
	created_at {int} NOT NULL,
	created_by {int} NOT NULL,
	status_at {int} NOT NULL,
	last_registered_at {int} NOT NULL,
	last_call_at {int} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};
CREATE INDEX credential_id ON credential (id);
CREATE INDEX credential_of_line ON credential (line_id, id);

-- Never deleted from: an auth name is unique for ever.
CREATE TABLE auth_name (
	name {text} NOT NULL,
	customer_id {int} NOT NULL,
	credential_id {int} NOT NULL,
	PRIMARY KEY (name)
){table};

CREATE TABLE binding (
	credential_id {int} NOT NULL,
	contact {text} NOT NULL,
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
	PRIMARY KEY (credential_id, contact)
){table};

CREATE TABLE rate (
	tariff {text} NOT NULL,
	prefix {text} NOT NULL,
	valid_from {int} NOT NULL,
	class {text} NOT NULL,
	setup_micros {int} NOT NULL,
	per_minute_micros {int} NOT NULL,
	first_s {int} NOT NULL,
	next_s {int} NOT NULL,
	PRIMARY KEY (tariff, prefix, valid_from)
){table};

CREATE TABLE cdr (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	line_id {int} NOT NULL,
	credential_id {int} NOT NULL,
	direction {int} NOT NULL,
	from_number {text} NOT NULL,
	to_number {text} NOT NULL,
	class {text} NOT NULL,
	tariff {text} NOT NULL,
	started_at {int} NOT NULL,
	answered_at {int} NOT NULL,
	ended_at {int} NOT NULL,
	charge_micros {int} NOT NULL,
	cause {text} NOT NULL,
	source {text} NOT NULL,
	user_agent {text} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};
CREATE INDEX cdr_id ON cdr (id);
CREATE INDEX cdr_of_line ON cdr (line_id, id);

-- Append only. The debit of a call has the call's id, so it is booked once.
CREATE TABLE ledger (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	cdr_id {int} NOT NULL,
	line_id {int} NOT NULL,
	amount_micros {int} NOT NULL,
	at {int} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};

CREATE TABLE event (
	customer_id {int} NOT NULL,
	id {int} NOT NULL,
	at {int} NOT NULL,
	line_id {int} NOT NULL,
	credential_id {int} NOT NULL,
	kind {text} NOT NULL,
	who {text} NOT NULL,
	source {text} NOT NULL,
	text {text} NOT NULL,
	PRIMARY KEY (customer_id, id)
){table};
CREATE INDEX event_id ON event (id);

-- The change feed between nodes (PostgreSQL only; with SQLite it stays in the process).
-- txid is the transaction's, seq counts inside it.
CREATE TABLE change (
	txid {int} NOT NULL,
	seq {int} NOT NULL,
	topic {text} NOT NULL,
	key {int} NOT NULL,
	at {int} NOT NULL,
	PRIMARY KEY (txid, seq)
){table};
CREATE INDEX change_at ON change (at);
