-- A file is one shard, so its tables need no column for it.
CREATE TABLE deployment (shards INTEGER NOT NULL CHECK (shards = 1)) STRICT;
INSERT INTO deployment (shards) VALUES (1);

CREATE TABLE segment_count (
    segment_id INTEGER PRIMARY KEY,
    member_count INTEGER NOT NULL,
    counted_at TEXT NOT NULL
) STRICT;
INSERT INTO segment_count (segment_id, member_count, counted_at)
SELECT id, member_count, counted_at FROM segment WHERE counted_at IS NOT NULL;
ALTER TABLE segment DROP COLUMN member_count;
ALTER TABLE segment DROP COLUMN counted_at;
