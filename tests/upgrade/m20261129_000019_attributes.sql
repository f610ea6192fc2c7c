INSERT INTO attribute (key, label, type, options, personal)
VALUES
    ('country', 'Country', 'text', '[]', false),
    ('trialEnd', 'End of the trial', 'date', '[]', false);
INSERT INTO user_attributes (user_no, {shard} written, compared)
VALUES (1, {0} '{"country": "DE", "trialEnd": "2026-04-01"}', '{"country": "de", "trialEnd": "2026-04-01"}');
INSERT INTO user_attribute_date (user_no, {shard} attribute, at) VALUES (1, {0} 'trialEnd', '2026-04-01');
