-- No foreign key: the entry outlives the user.
ALTER TABLE audit_log ADD COLUMN user_no INTEGER;
CREATE INDEX audit_log_user ON audit_log (user_no) WHERE user_no IS NOT NULL;
