-- Goals that admins keep under a name.
CREATE TABLE goal (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- As names are compared.
    name_folded TEXT NOT NULL UNIQUE,
    -- What counts: see `GoalText`.
    definition TEXT NOT NULL,
    -- How long after an entry, such as 14d.
    within TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When the host application has seen users: the quarters of an hour that their last activity was found in.
CREATE TABLE user_seen (
    user_no INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (user_no, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_seen_at ON user_seen (at);
