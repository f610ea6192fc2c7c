-- Instants within the years that every program of ours can read, as intake has always asked for. PostgreSQL knows others:
-- infinity, and years before 1 and after 9999.
ALTER TABLE users ADD CONSTRAINT users_instants CHECK (
    created_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
    AND last_activity_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
);
ALTER TABLE user_stats ADD CONSTRAINT user_stats_instants CHECK (
    last_quiz_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
);
ALTER TABLE quiz_attempts ADD CONSTRAINT quiz_attempts_instants CHECK (
    completed_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
);
