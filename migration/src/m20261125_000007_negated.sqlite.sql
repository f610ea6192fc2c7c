-- Whether the outermost set is negated. Definitions from before have a negated set within one that is not, which means
-- the same.
ALTER TABLE custom_segment ADD COLUMN negated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE custom_segment_version ADD COLUMN negated INTEGER NOT NULL DEFAULT 0;
