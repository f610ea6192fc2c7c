-- Tags of segments, which all admins share.
CREATE TABLE segment_tag (
    segment_id INTEGER NOT NULL,
    -- As compared.
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (segment_id, tag_folded)
) STRICT, WITHOUT ROWID;

-- Segments that an admin has starred.
CREATE TABLE segment_star (
    actor TEXT NOT NULL,
    segment_id INTEGER NOT NULL,
    PRIMARY KEY (actor, segment_id)
) STRICT, WITHOUT ROWID;
