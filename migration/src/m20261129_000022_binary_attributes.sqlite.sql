-- The form that rules compare in SQLite's binary JSON: a run reads some of many values of each user, and would parse all of them.
CREATE TABLE new_attributes (
    user_no INTEGER PRIMARY KEY,
    written TEXT NOT NULL,
    compared BLOB NOT NULL
) STRICT;
INSERT INTO new_attributes (user_no, written, compared) SELECT user_no, written, jsonb(compared) FROM user_attributes;
DROP TABLE user_attributes;
ALTER TABLE new_attributes RENAME TO user_attributes;
