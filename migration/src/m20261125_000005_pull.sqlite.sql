-- How far each query of a host database has been read. A round reads all rows up to a ceiling, in order; `settled` is the
-- ceiling of the latest one that came to its end.
CREATE TABLE pull_progress (
    source TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('users', 'attempts')),
    query_hash TEXT NOT NULL,
    settled INTEGER,
    ceiling INTEGER,
    at_watermark INTEGER,
    at_id TEXT,
    at_user TEXT,
    -- Counts every write, so that of two pulls at once one notices the other.
    step INTEGER NOT NULL,
    pulled_at TEXT,
    PRIMARY KEY (source, part)
) STRICT, WITHOUT ROWID;

-- Users who were not there when their attempts were read. Once they are, their attempts are read again.
CREATE TABLE pull_waiting (
    source TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (source, user_id)
) STRICT, WITHOUT ROWID;
