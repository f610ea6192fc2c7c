-- Names of events. The first event with a name decides whether it is one of purchases, which have amounts.
CREATE TABLE event_name (
    no smallint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('event', 'purchase')),
    is_activity boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
);

-- What users did. Amounts are in minor units of their currency, and refunds are below 0.
CREATE TABLE user_event (
    user_no bigint NOT NULL,
    occurred_at timestamptz NOT NULL CHECK (
        occurred_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
    ),
    recorded_at timestamptz NOT NULL,
    amount bigint,
    name_no smallint NOT NULL,
    shard smallint NOT NULL,
    id text COLLATE "C" NOT NULL,
    currency text COLLATE "C",
    refund_of text COLLATE "C",
    PRIMARY KEY (user_no, id, shard),
    CHECK ((amount IS NULL) = (currency IS NULL)),
    CHECK (refund_of IS NULL OR amount < 0)
);
CREATE INDEX user_event_when ON user_event (name_no, occurred_at, user_no, shard);

-- What each user spent, by currency. It follows from the events.
CREATE TABLE user_spend (
    user_no bigint NOT NULL,
    purchase_count bigint NOT NULL,
    refund_count bigint NOT NULL,
    gross bigint NOT NULL,
    refunded bigint NOT NULL,
    first_purchase_at timestamptz,
    last_purchase_at timestamptz,
    shard smallint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_no, currency, shard)
);

-- The same over all currencies.
ALTER TABLE user_stats ADD COLUMN purchase_count bigint NOT NULL DEFAULT 0;
ALTER TABLE user_stats ADD COLUMN first_purchase_at timestamptz;
ALTER TABLE user_stats ADD COLUMN last_purchase_at timestamptz;
ALTER TABLE user_stats ADD CONSTRAINT user_stats_purchase_instants CHECK (
    first_purchase_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
    AND last_purchase_at BETWEEN '0001-01-01T00:00:00Z' AND '9999-12-31T23:59:59.999999Z'
);
CREATE INDEX user_stats_first_purchase_at ON user_stats (first_purchase_at, shard) WHERE first_purchase_at IS NOT NULL;
CREATE INDEX user_stats_last_purchase_at ON user_stats (last_purchase_at, shard) WHERE last_purchase_at IS NOT NULL;

-- What erased users leave: sums of a day without a person. The currency of events without amounts is empty.
CREATE TABLE erased_event (
    day date NOT NULL,
    name_no smallint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    events bigint NOT NULL,
    gross bigint NOT NULL,
    refunded bigint NOT NULL,
    PRIMARY KEY (day, name_no, currency)
);

ALTER TABLE pull_progress DROP CONSTRAINT pull_progress_part_check;
ALTER TABLE pull_progress ADD CONSTRAINT pull_progress_part_check CHECK (part IN ('users', 'attempts', 'events'));
ALTER TABLE pull_waiting ADD COLUMN part text COLLATE "C" NOT NULL DEFAULT 'attempts'
    CHECK (part IN ('attempts', 'events'));
ALTER TABLE pull_waiting ALTER COLUMN part DROP DEFAULT;
ALTER TABLE pull_waiting DROP CONSTRAINT pull_waiting_pkey;
ALTER TABLE pull_waiting ADD PRIMARY KEY (source, part, user_id);
