-- Webhooks: endpoints of other systems that receive changes.

CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    -- Keys of segments. NULL for all of them.
    segments TEXT,
    is_personal INTEGER NOT NULL,
    secret TEXT NOT NULL,
    -- The one before it, with which messages are signed too until then.
    former_secret TEXT,
    former_until TEXT,
    state TEXT NOT NULL CHECK (state IN ('on', 'off')),
    off_reason TEXT CHECK (off_reason IN ('admin', 'gone', 'failing')),
    failing_since TEXT,
    delivered_at TEXT,
    created_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the webhooks that are on ask for, for the statements that write the outbox. Segment 0 stands for all, and for none.
CREATE TABLE webhook_interest (
    event TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    webhook_id TEXT NOT NULL,
    -- Messages of the outbox up to this number were there before it asked.
    since_no INTEGER NOT NULL,
    PRIMARY KEY (event, segment_id, webhook_id)
) STRICT, WITHOUT ROWID;

-- What some webhook asks for, written in the transaction in which it happens. A delivery copies it for each webhook.
CREATE TABLE webhook_outbox (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    segment TEXT,
    at TEXT NOT NULL,
    cause TEXT,
    run_id INTEGER,
    version INTEGER,
    -- Numbers of users, as JSON.
    user_numbers TEXT NOT NULL
) STRICT;

-- The messages to each webhook. Those that wait for one webhook, segment and shard are sent one after the other.
CREATE TABLE webhook_delivery (
    webhook_id TEXT NOT NULL,
    no INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    event TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    segment TEXT,
    at TEXT NOT NULL,
    cause TEXT,
    run_id INTEGER,
    version INTEGER,
    user_numbers TEXT NOT NULL,
    user_count INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Of all attempts, also before it was sent again: the fence of the lease.
    takes INTEGER NOT NULL DEFAULT 0,
    -- NULL while another message to the webhook about the same segment and shard waits before it.
    next_at TEXT,
    lease_until TEXT,
    outcome TEXT,
    answer INTEGER,
    queued_at TEXT NOT NULL,
    attempted_at TEXT,
    PRIMARY KEY (webhook_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, segment_id, shard, no) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_at) WHERE state = 'waiting' AND next_at IS NOT NULL;
CREATE INDEX webhook_delivery_queued ON webhook_delivery (queued_at);

-- Ids of erased users, until every webhook has heard what happened to them before.
CREATE TABLE webhook_erased_user (
    user_no INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    last_no INTEGER NOT NULL
) STRICT;
