-- Fields of users that the host application declares. Those that are archived keep their type and what is stored of them.
CREATE TABLE attribute (
    key TEXT PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('text', 'number', 'decimal', 'boolean', 'date', 'list')),
    options TEXT NOT NULL,
    personal INTEGER NOT NULL,
    archived_at TEXT
) STRICT, WITHOUT ROWID;

-- A row for each user with values, by key: as they were written, and in the form that rules compare.
CREATE TABLE user_attributes (
    user_no INTEGER PRIMARY KEY,
    written TEXT NOT NULL,
    compared TEXT NOT NULL
) STRICT;

-- Each date of them, so that incremental runs find those that have passed. Days and instants compare as text.
CREATE TABLE user_attribute_date (
    user_no INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (user_no, attribute)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_attribute_date_at ON user_attribute_date (attribute, at, user_no);
