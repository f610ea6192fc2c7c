-- Names of events. The first event with a name decides whether it is one of purchases, which have amounts.
CREATE TABLE event_name (
    no INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('event', 'purchase')),
    is_activity INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
) STRICT;

-- What users did. Amounts are in minor units of their currency, and refunds are below 0.
CREATE TABLE user_event (
    user_no INTEGER NOT NULL,
    id TEXT NOT NULL,
    name_no INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    amount INTEGER,
    currency TEXT,
    refund_of TEXT,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (user_no, id),
    CHECK ((amount IS NULL) = (currency IS NULL)),
    CHECK (refund_of IS NULL OR amount < 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_event_when ON user_event (name_no, occurred_at, user_no);

-- What each user spent, by currency. It follows from the events.
CREATE TABLE user_spend (
    user_no INTEGER NOT NULL,
    currency TEXT NOT NULL,
    purchase_count INTEGER NOT NULL,
    refund_count INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    first_purchase_at TEXT,
    last_purchase_at TEXT,
    PRIMARY KEY (user_no, currency)
) STRICT, WITHOUT ROWID;

-- The same over all currencies.
ALTER TABLE user_stats ADD COLUMN purchase_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_stats ADD COLUMN first_purchase_at TEXT;
ALTER TABLE user_stats ADD COLUMN last_purchase_at TEXT;
CREATE INDEX user_stats_first_purchase_at ON user_stats (first_purchase_at) WHERE first_purchase_at IS NOT NULL;
CREATE INDEX user_stats_last_purchase_at ON user_stats (last_purchase_at) WHERE last_purchase_at IS NOT NULL;

-- What erased users leave: sums of a day without a person. The currency of events without amounts is empty.
CREATE TABLE erased_event (
    day TEXT NOT NULL,
    name_no INTEGER NOT NULL,
    currency TEXT NOT NULL,
    events INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    PRIMARY KEY (day, name_no, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE new_progress (
    source TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('users', 'attempts', 'events')),
    query_hash TEXT NOT NULL,
    settled INTEGER,
    ceiling INTEGER,
    at_watermark INTEGER,
    at_id TEXT,
    at_user TEXT,
    -- Counts every write, so that of two pulls at once one notices the other.
    step INTEGER NOT NULL,
    pulled_at TEXT,
    PRIMARY KEY (source, part)
) STRICT, WITHOUT ROWID;
INSERT INTO new_progress SELECT source, part, query_hash, settled, ceiling, at_watermark, at_id, at_user, step, pulled_at
FROM pull_progress;
DROP TABLE pull_progress;
ALTER TABLE new_progress RENAME TO pull_progress;

CREATE TABLE new_waiting (
    source TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('attempts', 'events')),
    user_id TEXT NOT NULL,
    PRIMARY KEY (source, part, user_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_waiting (source, part, user_id) SELECT source, 'attempts', user_id FROM pull_waiting;
DROP TABLE pull_waiting;
ALTER TABLE new_waiting RENAME TO pull_waiting;
