INSERT INTO user_seen (user_no, {shard} at) VALUES (1, {0} '2026-03-09T00:00:00+00:00');
