-- What became of mails to users, as the mail service reports it.

-- The broadcasts of which mails were reported. `segment_id` is the synced segment it went to, NULL if it went elsewhere.
CREATE TABLE broadcast (
    id text COLLATE "C" PRIMARY KEY,
    segment_id integer,
    -- NULL until the mail service was asked.
    read_at timestamptz,
    first_heard_at timestamptz NOT NULL
);
CREATE INDEX broadcast_unread ON broadcast (id) WHERE read_at IS NULL;

-- A mail to one user. It outlives the user, of whom only the number is left.
CREATE TABLE email_message (
    user_no bigint NOT NULL,
    email_id text COLLATE "C" NOT NULL,
    broadcast_id text COLLATE "C",
    sent_at timestamptz NOT NULL,
    -- Whether the mail service said when it sent the mail. Until then it is when the mail was made.
    sent_is_exact boolean NOT NULL,
    -- Bits: see `MessageFact`.
    facts integer NOT NULL,
    opens integer NOT NULL,
    clicks integer NOT NULL,
    -- When the user unsubscribed, if this was the last mail before that.
    unsubscribed_at timestamptz,
    shard smallint NOT NULL,
    PRIMARY KEY (user_no, email_id, shard)
);
CREATE INDEX email_message_id ON email_message (email_id, shard);
CREATE INDEX email_message_sent ON email_message (sent_at, shard);
CREATE INDEX email_message_unsubscribed ON email_message (unsubscribed_at, shard) WHERE unsubscribed_at IS NOT NULL;
