-- A source that was read up to a watermark, and a user whose attempts came first.
INSERT INTO pull_progress (source, part, query_hash, settled, step, pulled_at)
VALUES ('app', 'users', 'a hash', 1772323200000000, 3, '2026-03-09T00:00:00+00:00');
INSERT INTO pull_waiting (source, user_id) VALUES ('app', 'eve');
