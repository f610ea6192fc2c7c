-- Whether the user's data changed. If not, an admin set or removed an override.
ALTER TABLE user_dirty ADD COLUMN data_changed integer NOT NULL DEFAULT 1 CHECK (data_changed IN (0, 1));
