-- When the host application deleted a user. Only the few who are gone are in the index.
ALTER TABLE users ADD COLUMN deleted_at TEXT;
CREATE INDEX users_deleted_at ON users (deleted_at) WHERE deleted_at IS NOT NULL;
