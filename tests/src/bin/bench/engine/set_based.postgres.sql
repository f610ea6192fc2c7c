-- A full run as one would write it by hand for PostgreSQL: the 13 rules as bits of a number for each user, against the bits
-- of the memberships that there are; only users who differ are written. One transaction, with the ledger, the counts,
-- the flow and the marks of change.
BEGIN;

CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
SELECT user_no, wanted & ~current AS enter, current & ~wanted AS leave
FROM (
    SELECT users.no AS user_no, coalesce(membership.current, 0) AS current,
           ((CASE plan WHEN 'FREE' THEN 1 << 1 WHEN 'PRO' THEN 1 << 2 WHEN 'PREMIUM' THEN 1 << 3 ELSE 0 END)
           | (CASE WHEN created_at >= timestamptz '{as_of}' - interval '7 days' THEN 1 << 4
                   WHEN coalesce(last_activity_at, created_at) >= timestamptz '{as_of}' - interval '7 days' THEN 1 << 5
                   WHEN coalesce(last_activity_at, created_at) >= timestamptz '{as_of}' - interval '30 days' THEN 1 << 6
                   ELSE 1 << 7 END)
           | (CASE WHEN quiz_count >= 50 THEN 1 << 8 WHEN quiz_count BETWEEN 1 AND 10 THEN 1 << 9 ELSE 0 END)
           | (CASE WHEN current_streak >= 7 THEN 1 << 10 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_aws >= 60 * recent_total THEN 1 << 11 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_azure >= 60 * recent_total THEN 1 << 12 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_gcp >= 60 * recent_total THEN 1 << 13 ELSE 0 END)
           | coalesce(decided.include, 0)) & ~coalesce(decided.exclude, 0) AS wanted
    FROM users
    JOIN user_stats ON user_stats.user_no = users.no
    LEFT JOIN (SELECT user_no, bit_or(1 << segment_id) AS current FROM user_segment
               WHERE removed_at IS NULL AND segment_id <= 13 GROUP BY user_no) AS membership ON membership.user_no = users.no
    LEFT JOIN (SELECT user_no, bit_or(CASE decision WHEN 'include' THEN 1 << segment_id ELSE 0 END) AS include,
                      bit_or(CASE decision WHEN 'exclude' THEN 1 << segment_id ELSE 0 END) AS exclude
               FROM segment_override
               WHERE segment_id <= 13 AND (expires_at IS NULL OR expires_at > timestamptz '{as_of}')
               GROUP BY user_no) AS decided ON decided.user_no = users.no
) AS evaluated
WHERE wanted <> current;

WITH entered AS (
    INSERT INTO user_segment (user_no, segment_id, shard, added_at)
    SELECT user_no, segment_id, 0, timestamptz '{as_of}' FROM difference, generate_series(1, 13) AS segment_id
    WHERE enter & (1 << segment_id) <> 0 ORDER BY user_no, segment_id
    ON CONFLICT (user_no, segment_id, shard) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL
    WHERE user_segment.removed_at IS NOT NULL
    RETURNING user_no, segment_id
), left_them AS (
    UPDATE user_segment SET removed_at = timestamptz '{as_of}' FROM difference
    WHERE user_segment.user_no = difference.user_no AND leave & (1 << segment_id) <> 0 AND removed_at IS NULL
    AND segment_id <= 13
    RETURNING user_segment.user_no, segment_id, added_at
), changed AS (
    SELECT user_no, segment_id, true AS entered, CAST(NULL AS timestamptz) AS since FROM entered
    UNION ALL SELECT user_no, segment_id, false, added_at FROM left_them
), logged AS (
    INSERT INTO segment_event (user_no, segment_id, shard, entered, at, cause, since)
    SELECT user_no, segment_id, 0, entered, timestamptz '{as_of}', 'run', since FROM changed
    RETURNING segment_id, entered
), counted AS (
    SELECT segment_id, count(*) FILTER (WHERE entered) AS entries, count(*) FILTER (WHERE NOT entered) AS exits
    FROM logged GROUP BY segment_id
), flow AS (
    INSERT INTO segment_flow (segment_id, shard, at, entries, exits)
    SELECT segment_id, 0, timestamptz '{as_of}', entries, exits FROM counted
    ON CONFLICT (segment_id, at, shard) DO UPDATE
    SET entries = segment_flow.entries + excluded.entries, exits = segment_flow.exits + excluded.exits
)
INSERT INTO segment_count (segment_id, shard, member_count, counted_at)
SELECT segment_id, 0, entries - exits, timestamptz '{as_of}' FROM counted
ON CONFLICT (segment_id, shard) DO UPDATE
SET member_count = segment_count.member_count + excluded.member_count, counted_at = excluded.counted_at;

DELETE FROM user_dirty;

COMMIT;
