-- Whether the user's data changed. If not, an admin set or removed an override.
ALTER TABLE user_dirty ADD COLUMN data_changed boolean NOT NULL DEFAULT true;
