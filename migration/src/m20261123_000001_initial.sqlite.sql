-- Instants are RFC 3339 text in UTC, which sorts as time does. STRICT keeps every column to its type; SQLite compares text
-- by bytes of itself.

CREATE TABLE users (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    first_name TEXT,
    first_name_folded TEXT,
    last_name TEXT,
    last_name_folded TEXT,
    plan TEXT NOT NULL,
    role TEXT NOT NULL,
    current_streak INTEGER NOT NULL,
    total_points INTEGER NOT NULL,
    level INTEGER NOT NULL,
    random_bucket INTEGER NOT NULL,
    last_activity_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX users_created_at ON users (created_at);
CREATE INDEX users_last_activity_at ON users (last_activity_at);

CREATE TABLE quiz_attempts (
    user_no INTEGER NOT NULL REFERENCES users (no) ON DELETE CASCADE,
    id TEXT NOT NULL,
    certification TEXT NOT NULL,
    certification_folded TEXT NOT NULL,
    provider INTEGER NOT NULL,
    score REAL,
    completed_at TEXT NOT NULL,
    PRIMARY KEY (user_no, id)
) STRICT, WITHOUT ROWID;
-- The latest attempts of a user, and counts in a window, are answered from this index alone.
CREATE INDEX quiz_attempts_latest ON quiz_attempts (user_no, completed_at, id, provider);

CREATE TABLE user_stats (
    user_no INTEGER PRIMARY KEY REFERENCES users (no) ON DELETE CASCADE,
    quiz_count INTEGER NOT NULL DEFAULT 0,
    last_quiz_at TEXT,
    recent_total INTEGER NOT NULL DEFAULT 0,
    recent_aws INTEGER NOT NULL DEFAULT 0,
    recent_azure INTEGER NOT NULL DEFAULT 0,
    recent_gcp INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A sequence number is drawn anew whenever a user is marked, so that a mark is cleared only if it is the one that was read.
CREATE TABLE user_dirty (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    user_no INTEGER NOT NULL UNIQUE REFERENCES users (no) ON DELETE CASCADE
) STRICT;

-- Ids up to 1000 are kept for system segments.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    segment_type TEXT NOT NULL,
    segment_value TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1,
    member_count INTEGER NOT NULL DEFAULT 0,
    counted_at TEXT,
    failure TEXT,
    resend_audience_id TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (segment_type, segment_value)
) STRICT;
INSERT INTO sqlite_sequence (name, seq) VALUES ('segment', 1000);

CREATE TABLE user_segment (
    user_no INTEGER NOT NULL REFERENCES users (no) ON DELETE CASCADE,
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    added_at TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (user_no, segment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_segment_members ON user_segment (segment_id, user_no) WHERE removed_at IS NULL;
CREATE INDEX user_segment_removed ON user_segment (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE custom_segment (
    id TEXT PRIMARY KEY,
    segment_id INTEGER NOT NULL UNIQUE REFERENCES segment (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    description TEXT,
    criteria TEXT NOT NULL,
    combine_with TEXT NOT NULL CHECK (combine_with IN ('AND', 'OR')),
    version INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE custom_segment_version (
    custom_segment_id TEXT NOT NULL REFERENCES custom_segment (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    criteria TEXT NOT NULL,
    combine_with TEXT NOT NULL CHECK (combine_with IN ('AND', 'OR')),
    author TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (custom_segment_id, version)
) STRICT, WITHOUT ROWID;

-- Append-only. No foreign keys: the ledger outlives users and segments, so that totals stay true.
CREATE TABLE segment_event (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    user_no INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    at TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('run', 'user_run', 'admin', 'segment_saved', 'segment_deleted', 'sync', 'erasure')),
    run_id INTEGER,
    actor TEXT
) STRICT;
CREATE INDEX segment_event_of_user ON segment_event (user_no, segment_id);
CREATE INDEX segment_event_history ON segment_event (segment_id, at);

CREATE TABLE segment_override (
    user_no INTEGER NOT NULL REFERENCES users (no) ON DELETE CASCADE,
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    decision TEXT NOT NULL CHECK (decision IN ('include', 'exclude')),
    actor TEXT NOT NULL,
    reason TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    PRIMARY KEY (user_no, segment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segmentation_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'abandoned')),
    "trigger" TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('full', 'incremental')),
    as_of TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    lease_until TEXT NOT NULL,
    owner TEXT NOT NULL,
    users_total INTEGER NOT NULL DEFAULT 0,
    users_processed INTEGER NOT NULL DEFAULT 0,
    segments_created INTEGER NOT NULL DEFAULT 0,
    segments_removed INTEGER NOT NULL DEFAULT 0,
    unknown_plans INTEGER NOT NULL DEFAULT 0,
    errors TEXT NOT NULL DEFAULT '[]',
    failure TEXT
) STRICT;
-- One run at a time. The id is the fence: a writer whose run is no longer the running one changes nothing.
CREATE UNIQUE INDEX segmentation_run_one_running ON segmentation_run (state) WHERE state = 'running';

CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('ADMIN', 'SUPERADMIN')),
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
) STRICT;

CREATE TABLE audit_log (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    request_id TEXT,
    detail TEXT
) STRICT;
CREATE INDEX audit_log_at ON audit_log (at);

-- Memberships with the names that people and BI tools know.
CREATE VIEW user_segment_by_name AS
SELECT users.id AS user_id, segment.segment_type, segment.segment_value, segment.resend_audience_id,
       user_segment.added_at, user_segment.removed_at
FROM user_segment
JOIN users ON users.no = user_segment.user_no
JOIN segment ON segment.id = user_segment.segment_id;
