ALTER TABLE segment ADD COLUMN is_being_deleted boolean NOT NULL DEFAULT false;
