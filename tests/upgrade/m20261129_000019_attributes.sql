INSERT INTO attribute (key, label, type, options, personal)
VALUES
    ('country', 'Country', 'text', '[]', false),
    ('trial_end', 'End of the trial', 'date', '[]', false);
INSERT INTO user_attributes (user_no, {shard} written, compared)
VALUES (1, {0} '{"country": "DE", "trial_end": "2026-04-01"}', '{"country": "de", "trial_end": "2026-04-01"}');
INSERT INTO user_attribute_date (user_no, {shard} attribute, at) VALUES (1, {0} 'trial_end', '2026-04-01');
