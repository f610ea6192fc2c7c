-- Contacts that we took out of remote segments. If others put one in again, it is taken out again.
CREATE TABLE sync_former_member (
    address_key text COLLATE "C" NOT NULL,
    segment_id integer NOT NULL,
    PRIMARY KEY (address_key, segment_id)
);
