-- Fields of users that the host application declares. Those that are archived keep their type and what is stored of them.
CREATE TABLE attribute (
    key text COLLATE "C" PRIMARY KEY,
    label text NOT NULL,
    type text COLLATE "C" NOT NULL CHECK (type IN ('text', 'number', 'decimal', 'boolean', 'date', 'list')),
    options jsonb NOT NULL,
    personal boolean NOT NULL,
    archived_at timestamptz
);

-- A row for each user with values, by key: as they were written, and in the form that rules compare. Other servers keep no keys to
-- users.
CREATE TABLE user_attributes (
    user_no bigint NOT NULL,
    shard smallint NOT NULL,
    written jsonb NOT NULL,
    compared jsonb NOT NULL,
    PRIMARY KEY (user_no, shard)
);

-- Each date of them, so that incremental runs find those that have passed. Days and instants compare as text.
CREATE TABLE user_attribute_date (
    user_no bigint NOT NULL,
    shard smallint NOT NULL,
    attribute text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_no, attribute, shard)
);
CREATE INDEX user_attribute_date_at ON user_attribute_date (attribute, at, user_no, shard);
