-- Where a line's calls go on to, in E.164 ('': nowhere), and after how many seconds of
-- ringing (0: the default).

ALTER TABLE line ADD COLUMN forward_always {text} NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN forward_busy {text} NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN forward_no_answer {text} NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN forward_unreachable {text} NOT NULL DEFAULT '';
ALTER TABLE line ADD COLUMN forward_after_s {int} NOT NULL DEFAULT 0;
