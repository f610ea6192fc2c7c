-- What became of mails to users, as the mail service reports it.

-- The broadcasts of which mails were reported. `segment_id` is the synced segment it went to, NULL if it went elsewhere.
CREATE TABLE broadcast (
    id TEXT PRIMARY KEY,
    segment_id INTEGER,
    -- NULL until the mail service was asked.
    read_at TEXT,
    first_heard_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX broadcast_unread ON broadcast (id) WHERE read_at IS NULL;

-- A mail to one user. It outlives the user, of whom only the number is left.
CREATE TABLE email_message (
    user_no INTEGER NOT NULL,
    email_id TEXT NOT NULL,
    broadcast_id TEXT,
    sent_at TEXT NOT NULL,
    -- Whether the mail service said when it sent the mail. Until then it is when the mail was made.
    sent_is_exact INTEGER NOT NULL,
    -- Bits: see `MessageFact`.
    facts INTEGER NOT NULL,
    opens INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    -- When the user unsubscribed, if this was the last mail before that.
    unsubscribed_at TEXT,
    PRIMARY KEY (user_no, email_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX email_message_id ON email_message (email_id);
CREATE INDEX email_message_sent ON email_message (sent_at);
CREATE INDEX email_message_unsubscribed ON email_message (unsubscribed_at) WHERE unsubscribed_at IS NOT NULL;
