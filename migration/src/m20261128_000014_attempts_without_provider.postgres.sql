-- Of all attempts of a user, not only of the latest 100.
ALTER TABLE user_stats ADD COLUMN without_provider bigint NOT NULL DEFAULT 0;
UPDATE user_stats SET without_provider = counted.attempts
FROM (SELECT user_no, count(*) AS attempts FROM quiz_attempts WHERE provider = 0 GROUP BY user_no) AS counted
WHERE counted.user_no = user_stats.user_no;

ALTER TABLE segmentation_run ADD COLUMN attempts_without_provider bigint NOT NULL DEFAULT 0;
