-- With each row that a run writes, these keys cost time. The functions that delete users and segments delete such rows too,
-- and `verify` looks for rows without a user or a segment. SQLite drops a key only with its table.
DROP VIEW user_segment_by_name;
CREATE TABLE new_user_segment (
    user_no INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (user_no, segment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_user_segment (user_no, segment_id, added_at, removed_at)
SELECT user_no, segment_id, added_at, removed_at FROM user_segment ORDER BY user_no, segment_id;
DROP TABLE user_segment;
ALTER TABLE new_user_segment RENAME TO user_segment;
CREATE INDEX user_segment_members ON user_segment (segment_id, user_no) WHERE removed_at IS NULL;
CREATE INDEX user_segment_removed ON user_segment (removed_at) WHERE removed_at IS NOT NULL;
CREATE VIEW user_segment_by_name AS
SELECT users.id AS user_id, segment.segment_type, segment.segment_value, segment.resend_audience_id,
       user_segment.added_at, user_segment.removed_at
FROM user_segment
JOIN users ON users.no = user_segment.user_no
JOIN segment ON segment.id = user_segment.segment_id;

-- A leave has the start of the stay that it ends, so that past members follow from leaves and present members alone.
ALTER TABLE segment_event ADD COLUMN since TEXT;
DROP INDEX segment_event_history;
UPDATE segment_event SET since = stay.since
FROM (
    SELECT no, entered, lag(at) OVER (PARTITION BY user_no, segment_id ORDER BY no) AS since FROM segment_event
) AS stay
WHERE NOT stay.entered AND stay.no = segment_event.no;
CREATE INDEX segment_event_stays ON segment_event (segment_id, at, user_no, since) WHERE NOT entered;

-- How many entered and left at each instant. All changes of a run have the same one.
CREATE TABLE segment_flow (
    segment_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    entries INTEGER NOT NULL,
    exits INTEGER NOT NULL,
    PRIMARY KEY (segment_id, at)
) STRICT, WITHOUT ROWID;
INSERT INTO segment_flow (segment_id, at, entries, exits)
SELECT segment_id, at, count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered)
FROM segment_event GROUP BY segment_id, at ORDER BY segment_id, at;

-- One row: the sum of all users, so that a run need not read them.
CREATE TABLE user_stats_total (without_provider INTEGER NOT NULL) STRICT;
INSERT INTO user_stats_total SELECT coalesce(sum(without_provider), 0) FROM user_stats;

-- The clock of the last run that did not hold the segment back. Unset, it is that of the last run.
ALTER TABLE segment ADD COLUMN followed_at TEXT;
