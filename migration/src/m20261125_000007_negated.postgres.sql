-- Whether the outermost set is negated. Definitions from before have a negated set within one that is not, which means
-- the same.
ALTER TABLE custom_segment ADD COLUMN negated boolean NOT NULL DEFAULT false;
ALTER TABLE custom_segment_version ADD COLUMN negated boolean NOT NULL DEFAULT false;
