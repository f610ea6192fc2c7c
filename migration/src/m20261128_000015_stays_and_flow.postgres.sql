-- With each row that a run or an import writes, these keys cost as much as the row itself. The functions that delete users
-- and segments delete such rows too, and `verify` looks for rows without a user or a segment.
ALTER TABLE user_segment DROP CONSTRAINT user_segment_user_no_fkey, DROP CONSTRAINT user_segment_segment_id_fkey;
ALTER TABLE quiz_attempts DROP CONSTRAINT quiz_attempts_user_no_fkey;

-- The key also finds attempts by id, and `quiz_attempts_latest` those of a user: one index less.
ALTER TABLE quiz_attempts DROP CONSTRAINT quiz_attempts_pkey, ADD PRIMARY KEY (id, user_no);
DROP INDEX quiz_attempts_id;

-- A leave has the start of the stay that it ends, so that past members follow from leaves and present members alone.
ALTER TABLE segment_event ADD COLUMN since timestamptz;
UPDATE segment_event SET since = stay.since
FROM (
    SELECT user_no, no, entered, lag(at) OVER (PARTITION BY user_no, segment_id ORDER BY no) AS since FROM segment_event
) AS stay
WHERE NOT stay.entered AND stay.user_no = segment_event.user_no AND stay.no = segment_event.no;
DROP INDEX segment_event_history;
CREATE INDEX segment_event_stays ON segment_event (segment_id, at) INCLUDE (user_no, since) WHERE NOT entered;

-- How many entered and left at each instant. All changes of a run have the same one.
CREATE TABLE segment_flow (
    segment_id integer NOT NULL,
    at timestamptz NOT NULL,
    entries bigint NOT NULL,
    exits bigint NOT NULL,
    PRIMARY KEY (segment_id, at)
);
INSERT INTO segment_flow (segment_id, at, entries, exits)
SELECT segment_id, at, count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered)
FROM segment_event GROUP BY segment_id, at ORDER BY segment_id, at;

-- One row: the sum of all users, so that a run need not read them.
CREATE TABLE user_stats_total (without_provider bigint NOT NULL);
INSERT INTO user_stats_total SELECT coalesce(sum(without_provider), 0) FROM user_stats;

-- The clock of the last run that did not hold the segment back. Unset, it is that of the last run.
ALTER TABLE segment ADD COLUMN followed_at timestamptz;
