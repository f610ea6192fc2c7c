-- How far a run is in each shard, and who works on it. A file has one.
CREATE TABLE run_shard (
    run_id INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('waiting', 'counting', 'counted', 'writing', 'done', 'lost')),
    -- Drawn anew by everyone who takes the shard.
    fence INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until TEXT,
    users_total INTEGER NOT NULL DEFAULT 0,
    users_processed INTEGER NOT NULL DEFAULT 0,
    memberships_created INTEGER NOT NULL DEFAULT 0,
    memberships_removed INTEGER NOT NULL DEFAULT 0,
    unknown_plans INTEGER NOT NULL DEFAULT 0,
    -- Changes of each segment, and members who would leave it because data changed.
    changes TEXT NOT NULL DEFAULT '{}',
    leaving TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, shard)
) STRICT, WITHOUT ROWID;

-- What all engines of a run keep to.
ALTER TABLE segmentation_run ADD COLUMN plan TEXT;
