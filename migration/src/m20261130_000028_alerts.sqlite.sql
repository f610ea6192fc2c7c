-- Alerts: rules that watch segments, and what became of them.

CREATE TABLE alert_rule (
    id TEXT PRIMARY KEY,
    segment_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    threshold INTEGER NOT NULL CHECK (threshold >= 0),
    -- Only of changes.
    direction TEXT CHECK (direction IN ('up', 'down', 'both')),
    against TEXT CHECK (against IN ('lastWeek', 'fourWeeks')),
    min_size INTEGER CHECK (min_size >= 0),
    cooldown_hours INTEGER NOT NULL CHECK (cooldown_hours >= 0),
    state TEXT NOT NULL CHECK (state IN ('quiet', 'firing', 'notEnough')),
    -- When it came to be in this state.
    since TEXT NOT NULL,
    fired_at TEXT,
    -- What was seen last, and when. NULL before the first look.
    observed INTEGER,
    base INTEGER,
    looked_at TEXT,
    created_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- It outlives the rule and the segment.
CREATE TABLE alert_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule_id TEXT NOT NULL,
    -- The key.
    segment TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    run_id INTEGER,
    observed INTEGER NOT NULL,
    base INTEGER,
    state TEXT NOT NULL CHECK (state IN ('firing', 'resolved'))
) STRICT;
CREATE INDEX alert_event_of_rule ON alert_event (rule_id, id);

ALTER TABLE webhook_outbox ADD COLUMN alert_event_id INTEGER;
ALTER TABLE webhook_delivery ADD COLUMN alert_event_id INTEGER;
