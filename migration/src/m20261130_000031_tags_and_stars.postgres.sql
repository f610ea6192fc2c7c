-- Tags of segments, which all admins share.
CREATE TABLE segment_tag (
    segment_id integer NOT NULL,
    -- As compared.
    tag_folded text COLLATE "C" NOT NULL,
    tag text NOT NULL,
    PRIMARY KEY (segment_id, tag_folded)
);

-- Segments that an admin has starred.
CREATE TABLE segment_star (
    actor text COLLATE "C" NOT NULL,
    segment_id integer NOT NULL,
    PRIMARY KEY (actor, segment_id)
);
