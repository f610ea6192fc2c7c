-- The segments that the buyer was in at the time: ascending ids with spaces between. A run fills it in once nothing can change it
-- any more, so that reports need not look it up. NULL until then.
ALTER TABLE user_event ADD COLUMN member_of TEXT CHECK (member_of IS NULL OR amount IS NOT NULL);
-- Purchases and refunds alone, with all that is summed up. SQLite has no limit for the length of an entry.
CREATE INDEX user_event_paid ON user_event (occurred_at, amount, currency, refund_of, member_of) WHERE amount IS NOT NULL;
CREATE INDEX user_event_uncredited ON user_event (occurred_at) WHERE amount IS NOT NULL AND member_of IS NULL;

-- The numbers of users who are erased. The ledger has them as well, but does not say that their users are gone.
CREATE TABLE erased_user (user_no INTEGER PRIMARY KEY) STRICT;
INSERT INTO erased_user (user_no)
SELECT DISTINCT user_no FROM segment_event AS event WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.no = event.user_no);
