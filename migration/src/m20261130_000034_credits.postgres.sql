-- The segments that the buyer was in at the time: ascending ids with spaces between. A run fills it in once nothing can change it
-- any more, so that reports need not look it up. NULL until then.
ALTER TABLE user_event ADD COLUMN member_of text COLLATE "C";
ALTER TABLE user_event ADD CONSTRAINT user_event_member_of CHECK (member_of IS NULL OR amount IS NOT NULL);
-- Purchases and refunds alone. No index has `member_of`: with hundreds of segments it is longer than an entry may be.
CREATE INDEX user_event_paid ON user_event (occurred_at, shard) WHERE amount IS NOT NULL;
CREATE INDEX user_event_uncredited ON user_event (occurred_at, shard) WHERE amount IS NOT NULL AND member_of IS NULL;

-- The numbers of users who are erased. The ledger has them as well, but does not say that their users are gone.
CREATE TABLE erased_user (
    user_no bigint NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (user_no, shard)
);
INSERT INTO erased_user (user_no, shard)
SELECT DISTINCT user_no, shard FROM segment_event AS event
WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.no = event.user_no AND users.shard = event.shard);
