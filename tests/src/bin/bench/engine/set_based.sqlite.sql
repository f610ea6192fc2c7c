-- A full run as one would write it by hand for SQLite: the 13 rules as bits of a number for each user, against the bits of
-- the memberships that there are; only users who differ are written. One transaction, with the ledger, the counts, the
-- flow and the marks of change.
BEGIN IMMEDIATE;

CREATE TEMPORARY TABLE difference AS
SELECT user_no, wanted & ~current AS enter, current & ~wanted AS leave
FROM (
    SELECT users.no AS user_no,
           coalesce((SELECT sum(1 << segment_id) FROM user_segment
                     WHERE user_segment.user_no = users.no AND removed_at IS NULL AND segment_id <= 13), 0) AS current,
           ((CASE plan WHEN 'FREE' THEN 1 << 1 WHEN 'PRO' THEN 1 << 2 WHEN 'PREMIUM' THEN 1 << 3 ELSE 0 END)
           | (CASE WHEN created_at >= '{week_ago}' THEN 1 << 4
                   WHEN coalesce(last_activity_at, created_at) >= '{week_ago}' THEN 1 << 5
                   WHEN coalesce(last_activity_at, created_at) >= '{month_ago}' THEN 1 << 6
                   ELSE 1 << 7 END)
           | (CASE WHEN quiz_count >= 50 THEN 1 << 8 WHEN quiz_count BETWEEN 1 AND 10 THEN 1 << 9 ELSE 0 END)
           | (CASE WHEN current_streak >= 7 THEN 1 << 10 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_aws >= 60 * recent_total THEN 1 << 11 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_azure >= 60 * recent_total THEN 1 << 12 ELSE 0 END)
           | (CASE WHEN recent_total > 0 AND 100 * recent_gcp >= 60 * recent_total THEN 1 << 13 ELSE 0 END)
           | coalesce(decided.include, 0)) & ~coalesce(decided.exclude, 0) AS wanted
    FROM users
    JOIN user_stats ON user_stats.user_no = users.no
    LEFT JOIN (SELECT user_no, sum(CASE decision WHEN 'include' THEN 1 << segment_id ELSE 0 END) AS include,
                      sum(CASE decision WHEN 'exclude' THEN 1 << segment_id ELSE 0 END) AS exclude
               FROM segment_override WHERE segment_id <= 13 AND (expires_at IS NULL OR expires_at > '{as_of}')
               GROUP BY user_no) AS decided ON decided.user_no = users.no
    ORDER BY users.no
) AS evaluated
WHERE wanted <> current;

CREATE TEMPORARY TABLE changed AS
SELECT user_no, segment.id AS segment_id, enter & (1 << segment.id) <> 0 AS entered FROM difference
CROSS JOIN segment ON segment.id <= 13 AND (enter | leave) & (1 << segment.id) <> 0;

INSERT INTO user_segment (user_no, segment_id, added_at)
SELECT user_no, segment_id, '{as_of}' FROM changed WHERE entered
ON CONFLICT (user_no, segment_id) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL;

INSERT INTO segment_event (user_no, segment_id, entered, at, cause, since)
SELECT changed.user_no, changed.segment_id, entered, '{as_of}', 'run', CASE WHEN entered THEN NULL ELSE added_at END
FROM changed JOIN user_segment AS member ON member.user_no = changed.user_no AND member.segment_id = changed.segment_id;

UPDATE user_segment SET removed_at = '{as_of}' FROM changed
WHERE NOT changed.entered AND user_segment.user_no = changed.user_no AND user_segment.segment_id = changed.segment_id;

CREATE TEMPORARY TABLE counted AS
SELECT segment_id, count(*) FILTER (WHERE entered) AS entries, count(*) FILTER (WHERE NOT entered) AS exits
FROM changed GROUP BY segment_id;

INSERT INTO segment_count (segment_id, member_count, counted_at) SELECT segment_id, entries - exits, '{as_of}' FROM counted WHERE true
ON CONFLICT (segment_id) DO UPDATE
SET member_count = segment_count.member_count + excluded.member_count, counted_at = excluded.counted_at;

INSERT INTO segment_flow (segment_id, at, entries, exits) SELECT segment_id, '{as_of}', entries, exits FROM counted WHERE true
ON CONFLICT (segment_id, at) DO UPDATE
SET entries = segment_flow.entries + excluded.entries, exits = segment_flow.exits + excluded.exits;

DELETE FROM user_dirty;
DROP TABLE counted;
DROP TABLE changed;
DROP TABLE difference;

COMMIT;
