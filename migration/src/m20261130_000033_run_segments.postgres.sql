-- What a run did in each segment, as evaluated. Written when it ends.
CREATE TABLE run_segment (
    run_id bigint NOT NULL,
    segment_id integer NOT NULL,
    entries bigint NOT NULL,
    exits bigint NOT NULL,
    PRIMARY KEY (run_id, segment_id)
);
