-- Whoever writes history asks for the latest clock of all runs.
CREATE INDEX segmentation_run_as_of ON segmentation_run (as_of);
