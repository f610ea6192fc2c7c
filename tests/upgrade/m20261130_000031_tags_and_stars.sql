INSERT INTO segment_tag (segment_id, tag_folded, tag) VALUES (1001, 'autumn', 'Autumn');
INSERT INTO segment_star (actor, segment_id) VALUES ('token:ops', 1001);
