-- Contacts that we took out of remote segments. If others put one in again, it is taken out again.
CREATE TABLE sync_former_member (
    address_key TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    PRIMARY KEY (address_key, segment_id)
) STRICT, WITHOUT ROWID;
