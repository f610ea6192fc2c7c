-- Per segment, entries and exits of the run as evaluated. Unset of runs from before this column, and until the run ends.
ALTER TABLE segmentation_run ADD COLUMN changes jsonb;
