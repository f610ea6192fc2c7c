-- An attempt that the host application has moved to another user is found by its id.
CREATE INDEX quiz_attempts_id ON quiz_attempts (id);
-- The source that pulled it. Two sources may use the same ids for different attempts.
ALTER TABLE quiz_attempts ADD COLUMN source TEXT;
