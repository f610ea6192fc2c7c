-- How far a run is in each shard, and who works on it. Beside the data, so that a write and its lease are on one server.
CREATE TABLE run_shard (
    run_id bigint NOT NULL,
    shard smallint NOT NULL,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('waiting', 'counting', 'counted', 'writing', 'done', 'lost')),
    -- Drawn anew by everyone who takes the shard.
    fence bigint NOT NULL DEFAULT 0,
    owner text,
    lease_until timestamptz,
    users_total bigint NOT NULL DEFAULT 0,
    users_processed bigint NOT NULL DEFAULT 0,
    memberships_created bigint NOT NULL DEFAULT 0,
    memberships_removed bigint NOT NULL DEFAULT 0,
    unknown_plans bigint NOT NULL DEFAULT 0,
    -- Changes of each segment, and members who would leave it because data changed.
    changes jsonb NOT NULL DEFAULT '{}',
    leaving jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, shard)
);

-- What all engines of a run keep to.
ALTER TABLE segmentation_run ADD COLUMN plan jsonb;
