-- The clock at which a run last made the segment right for every user, and by which rule. An incremental run goes on from
-- there; unset, it starts anew.
ALTER TABLE segment ADD COLUMN settled_at timestamptz;
ALTER TABLE segment ADD COLUMN settled_rule text COLLATE "C";

-- Whose dates have been passed by the clock since then.
CREATE INDEX user_stats_last_quiz_at ON user_stats (last_quiz_at);
CREATE INDEX quiz_attempts_completed_at ON quiz_attempts (completed_at, user_no);
CREATE INDEX segment_override_expires_at ON segment_override (expires_at) WHERE expires_at IS NOT NULL;
-- Who is excluded from a segment, and what goes when a segment is deleted.
CREATE INDEX segment_override_segment ON segment_override (segment_id);
