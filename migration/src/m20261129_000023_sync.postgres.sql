-- Sync of segments to a mail service.

-- Raised by every change of the members, also by changes that cancel out.
ALTER TABLE segment_count ADD COLUMN membership_version bigint NOT NULL DEFAULT 0;

-- The address as addresses are compared. NULL if no mail can be sent to it.
ALTER TABLE users ADD COLUMN address_key text COLLATE "C";
CREATE INDEX users_address_key ON users (address_key, shard) WHERE address_key IS NOT NULL;

-- One row. The installation tells our remote segments from those of another one with the same key.
CREATE TABLE sync_destination (
    no smallint PRIMARY KEY CHECK (no = 1),
    installation text COLLATE "C" NOT NULL,
    is_paused boolean NOT NULL DEFAULT false,
    rate_limit integer,
    contact_limit bigint,
    last_event_at timestamptz,
    events_read_to timestamptz,
    webhook_state text COLLATE "C",
    failure text COLLATE "C",
    failed_at timestamptz
);
INSERT INTO sync_destination (no, installation)
VALUES (1, substr(md5(random()::text || clock_timestamp()::text), 1, 8));

-- Segments that are synced. A row outlives its segment until the removal at the mail service is done.
CREATE TABLE segment_sync (
    segment_id integer PRIMARY KEY,
    segment_type text COLLATE "C" NOT NULL,
    segment_value text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('on', 'paused', 'removing', 'gone')),
    remote_id text COLLATE "C",
    -- Set before our call that makes the remote segment.
    is_being_made boolean NOT NULL DEFAULT false,
    made_here boolean NOT NULL DEFAULT false,
    remote_name text COLLATE "C",
    extras text COLLATE "C" NOT NULL CHECK (extras IN ('keep', 'remove')),
    -- What the last complete sync had planned from.
    seen_version bigint NOT NULL DEFAULT -1,
    seen_rule text COLLATE "C",
    missing bigint NOT NULL DEFAULT 0,
    extra bigint NOT NULL DEFAULT 0,
    -- Of a sync that would have taken out too many.
    held_up_leaving bigint,
    held_up_delivered bigint,
    synced_at timestamptz,
    full_at timestamptz,
    failure text COLLATE "C",
    changed_by text COLLATE "C" NOT NULL,
    changed_at timestamptz NOT NULL
);

-- People at the mail service whom we looked up or made.
CREATE TABLE sync_contact (
    address_key text COLLATE "C" PRIMARY KEY,
    address text COLLATE "C" NOT NULL,
    remote_id text COLLATE "C" UNIQUE,
    origin text COLLATE "C" NOT NULL CHECK (origin IN ('unknown', 'here', 'elsewhere')),
    state text COLLATE "C" NOT NULL CHECK (state IN ('creating', 'importing', 'present', 'gone', 'refused')),
    -- Before our first call about it.
    tried_at timestamptz NOT NULL,
    first_name text COLLATE "C",
    last_name text COLLATE "C",
    refused_why text COLLATE "C",
    refused_at timestamptz,
    -- Runs in a row that met the same refusal that may pass.
    failures integer NOT NULL DEFAULT 0
);

CREATE INDEX sync_contact_importing ON sync_contact (address_key) WHERE state = 'importing';

-- What we put into remote segments, and what we are about to put in or take out.
CREATE TABLE sync_member (
    address_key text COLLATE "C" NOT NULL,
    segment_id integer NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('joining', 'in', 'found', 'leaving')),
    since timestamptz NOT NULL,
    PRIMARY KEY (address_key, segment_id)
);
CREATE INDEX sync_member_segment ON sync_member (segment_id, address_key);

-- What the latest comparison with the lists of the mail service found: people whom we put there and who are not, and people who are
-- there and whom we did not put there.
CREATE TABLE sync_drift (
    segment_id integer NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('missing', 'extra')),
    remote_id text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (segment_id, kind, remote_id)
);

-- Addresses of which something changed since they were last synced.
CREATE TABLE sync_dirty (
    address_key text COLLATE "C" PRIMARY KEY,
    seq bigint NOT NULL
);

-- Addresses that users had before, as far as they have a contact, so that an erasure finds it.
CREATE TABLE user_former_address (
    user_no bigint NOT NULL,
    address_key text COLLATE "C" NOT NULL,
    shard smallint NOT NULL,
    PRIMARY KEY (user_no, address_key, shard)
);

CREATE INDEX user_former_address_key ON user_former_address (address_key, shard);

-- Reasons not to mail an address. Of `set_at` and `lifted_at` the later one holds, and `set_at` if they are equal. `carried_at` holds
-- beside them: the person opted out at an earlier address.
CREATE TABLE suppression (
    address_key text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL CHECK (reason IN ('unsubscribed', 'complained', 'bounced', 'manual', 'deleted')),
    origin text COLLATE "C" NOT NULL CHECK (origin IN ('webhook', 'listing', 'carried', 'admin')),
    set_at timestamptz,
    lifted_at timestamptz,
    carried_at timestamptz,
    PRIMARY KEY (address_key, reason)
);

-- Events of the mail service, by the id with which it signs them.
CREATE TABLE webhook_event (
    id text COLLATE "C" PRIMARY KEY,
    type text COLLATE "C",
    at timestamptz,
    received_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'failed')),
    tries integer NOT NULL DEFAULT 0,
    try_at timestamptz,
    failure text COLLATE "C",
    -- Only while it waits.
    body text COLLATE "C"
);
CREATE INDEX webhook_event_waiting ON webhook_event (received_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_event_received ON webhook_event (received_at);

CREATE TABLE sync_run (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    state text COLLATE "C" NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'abandoned')),
    trigger text COLLATE "C" NOT NULL,
    mode text COLLATE "C" NOT NULL CHECK (mode IN ('delta', 'full')),
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    lease_until timestamptz NOT NULL,
    owner text COLLATE "C" NOT NULL,
    counts jsonb NOT NULL,
    issues jsonb NOT NULL,
    issue_count bigint NOT NULL DEFAULT 0,
    failure text COLLATE "C"
);
CREATE UNIQUE INDEX sync_run_running ON sync_run (state) WHERE state = 'running';

-- Imports of contacts at the mail service that have not ended, or whose end is not known.
CREATE TABLE sync_import (
    no bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    -- NULL until the mail service has answered.
    remote_id text COLLATE "C",
    since timestamptz NOT NULL
);

-- Contacts of erased people, until the mail service has confirmed that they are gone.
CREATE TABLE sync_erasure (
    -- The id of the contact, or its address where no id is known.
    target text COLLATE "C" PRIMARY KEY,
    is_address boolean NOT NULL,
    since timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0
);

DROP VIEW user_segment_by_name;
ALTER TABLE segment DROP COLUMN resend_audience_id;
CREATE VIEW user_segment_by_name AS
SELECT users.id AS user_id, segment.segment_type, segment.segment_value, segment_sync.remote_id AS resend_audience_id,
       user_segment.added_at, user_segment.removed_at
FROM user_segment
JOIN users ON users.no = user_segment.user_no AND users.shard = user_segment.shard
JOIN segment ON segment.id = user_segment.segment_id
LEFT JOIN segment_sync ON segment_sync.segment_id = segment.id;
