-- Sync of segments to a mail service.

-- Raised by every change of the members, also by changes that cancel out.
ALTER TABLE segment_count ADD COLUMN membership_version INTEGER NOT NULL DEFAULT 0;

-- The address as addresses are compared. NULL if no mail can be sent to it.
ALTER TABLE users ADD COLUMN address_key TEXT;
CREATE INDEX users_address_key ON users (address_key) WHERE address_key IS NOT NULL;

-- One row. The installation tells our remote segments from those of another one with the same key.
CREATE TABLE sync_destination (
    no INTEGER PRIMARY KEY CHECK (no = 1),
    installation TEXT NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    rate_limit INTEGER,
    contact_limit INTEGER,
    last_event_at TEXT,
    events_read_to TEXT,
    webhook_state TEXT,
    failure TEXT,
    failed_at TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO sync_destination (no, installation)
VALUES (1, lower(hex(randomblob(4))));

-- Segments that are synced. A row outlives its segment until the removal at the mail service is done.
CREATE TABLE segment_sync (
    segment_id INTEGER PRIMARY KEY,
    segment_type TEXT NOT NULL,
    segment_value TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('on', 'paused', 'removing', 'gone')),
    remote_id TEXT,
    -- Set before our call that makes the remote segment.
    is_being_made INTEGER NOT NULL DEFAULT 0,
    made_here INTEGER NOT NULL DEFAULT 0,
    remote_name TEXT,
    extras TEXT NOT NULL CHECK (extras IN ('keep', 'remove')),
    -- What the last complete sync had planned from.
    seen_version INTEGER NOT NULL DEFAULT -1,
    seen_rule TEXT,
    missing INTEGER NOT NULL DEFAULT 0,
    extra INTEGER NOT NULL DEFAULT 0,
    -- Of a sync that would have taken out too many.
    held_up_leaving INTEGER,
    held_up_delivered INTEGER,
    synced_at TEXT,
    full_at TEXT,
    failure TEXT,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- People at the mail service whom we looked up or made.
CREATE TABLE sync_contact (
    address_key TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    remote_id TEXT UNIQUE,
    origin TEXT NOT NULL CHECK (origin IN ('unknown', 'here', 'elsewhere')),
    state TEXT NOT NULL CHECK (state IN ('creating', 'importing', 'present', 'gone', 'refused')),
    -- Before our first call about it.
    tried_at TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    refused_why TEXT,
    refused_at TEXT,
    -- Runs in a row that met the same refusal that may pass.
    failures INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX sync_contact_importing ON sync_contact (address_key) WHERE state = 'importing';

-- What we put into remote segments, and what we are about to put in or take out.
CREATE TABLE sync_member (
    address_key TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('joining', 'in', 'found', 'leaving')),
    since TEXT NOT NULL,
    PRIMARY KEY (address_key, segment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_member_segment ON sync_member (segment_id, address_key);

-- What the latest comparison with the lists of the mail service found: people whom we put there and who are not, and people who are
-- there and whom we did not put there.
CREATE TABLE sync_drift (
    segment_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('missing', 'extra')),
    remote_id TEXT NOT NULL,
    address TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (segment_id, kind, remote_id)
) STRICT, WITHOUT ROWID;

-- Addresses of which something changed since they were last synced.
CREATE TABLE sync_dirty (
    address_key TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses that users had before, as far as they have a contact, so that an erasure finds it.
CREATE TABLE user_former_address (
    user_no INTEGER NOT NULL,
    address_key TEXT NOT NULL,
    PRIMARY KEY (user_no, address_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_former_address_key ON user_former_address (address_key);

-- Reasons not to mail an address. Of `set_at` and `lifted_at` the later one holds, and `set_at` if they are equal. `carried_at` holds
-- beside them: the person opted out at an earlier address.
CREATE TABLE suppression (
    address_key TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'complained', 'bounced', 'manual', 'deleted')),
    origin TEXT NOT NULL CHECK (origin IN ('webhook', 'listing', 'carried', 'admin')),
    set_at TEXT,
    lifted_at TEXT,
    carried_at TEXT,
    PRIMARY KEY (address_key, reason)
) STRICT, WITHOUT ROWID;

-- Events of the mail service, by the id with which it signs them.
CREATE TABLE webhook_event (
    id TEXT PRIMARY KEY,
    type TEXT,
    at TEXT,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    try_at TEXT,
    failure TEXT,
    -- Only while it waits.
    body TEXT
) STRICT;
CREATE INDEX webhook_event_waiting ON webhook_event (received_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_event_received ON webhook_event (received_at);

CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'abandoned')),
    trigger TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('delta', 'full')),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    lease_until TEXT NOT NULL,
    owner TEXT NOT NULL,
    counts TEXT NOT NULL,
    issues TEXT NOT NULL,
    issue_count INTEGER NOT NULL DEFAULT 0,
    failure TEXT
) STRICT;
CREATE UNIQUE INDEX sync_run_running ON sync_run (state) WHERE state = 'running';

-- Imports of contacts at the mail service that have not ended, or whose end is not known.
CREATE TABLE sync_import (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL until the mail service has answered.
    remote_id TEXT,
    since TEXT NOT NULL
) STRICT;

-- Contacts of erased people, until the mail service has confirmed that they are gone.
CREATE TABLE sync_erasure (
    -- The id of the contact, or its address where no id is known.
    target TEXT PRIMARY KEY,
    is_address INTEGER NOT NULL,
    since TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

DROP VIEW user_segment_by_name;
ALTER TABLE segment DROP COLUMN resend_audience_id;
CREATE VIEW user_segment_by_name AS
SELECT users.id AS user_id, segment.segment_type, segment.segment_value, segment_sync.remote_id AS resend_audience_id,
       user_segment.added_at, user_segment.removed_at
FROM user_segment
JOIN users ON users.no = user_segment.user_no
JOIN segment ON segment.id = user_segment.segment_id
LEFT JOIN segment_sync ON segment_sync.segment_id = segment.id;
