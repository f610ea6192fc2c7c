-- Goals that admins keep under a name.
CREATE TABLE goal (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    -- As names are compared.
    name_folded text COLLATE "C" NOT NULL UNIQUE,
    -- What counts: see `GoalText`.
    definition jsonb NOT NULL,
    -- How long after an entry, such as 14d.
    within text COLLATE "C" NOT NULL,
    changed_by text COLLATE "C" NOT NULL,
    changed_at timestamptz NOT NULL
);

-- When the host application has seen users: the quarters of an hour that their last activity was found in.
CREATE TABLE user_seen (
    user_no bigint NOT NULL,
    at timestamptz NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (user_no, at, shard)
);
CREATE INDEX user_seen_at ON user_seen (at, user_no, shard);
