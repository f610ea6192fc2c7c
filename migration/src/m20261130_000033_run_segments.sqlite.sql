-- What a run did in each segment, as evaluated. Written when it ends.
CREATE TABLE run_segment (
    run_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    exits INTEGER NOT NULL,
    PRIMARY KEY (run_id, segment_id)
) STRICT, WITHOUT ROWID;
